import { legalDate } from '../../kit/base/clock.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { CourseEntity } from '../courses/course.entity.js';
import { courseCodeKey, type CourseCode } from '../courses/course.loader.js';
import { LearningOutcomeEntity, type LearningOutcomeRow } from './outcome.entity.js';
import {
  outcomeMachine,
  publicOutcomeStates,
  type OutcomeFacts,
  type OutcomeStateName,
} from './outcome.machine.js';
import { mayFollow } from './outcome.policy.js';
import type { LearningOutcome, OutcomeKind, OutcomeState } from './outcome.types.js';

/** What the machine looks at when somebody acts on a row. */
export function outcomeContext(scope: RequestScope, row: LearningOutcomeRow) {
  const facts: OutcomeFacts = {
    proposedBy: row.proposedBy,
    assignedExpert: row.assignedExpert ?? null,
    rejectedBy: row.rejectedBy ?? null,
    appeals: row.appeals,
    validUntil: row.validUntil ?? null,
    today: legalDate(scope.clock.now()),
  };
  return {
    state: row.state as OutcomeStateName,
    principal: scope.principal,
    institutionId: row.issuerId,
    facts,
  };
}

/** What the graph shows of an outcome to the one who asks. */
export function showOutcome(scope: RequestScope, row: LearningOutcomeRow): LearningOutcome {
  const follows = mayFollow(scope.principal, row.issuerId);
  return {
    id: row.id,
    outcomeCode: row.outcomeCode,
    edition: row.edition,
    title: row.title,
    description: row.description ?? null,
    kind: row.kind as OutcomeKind,
    level: row.level ?? null,
    issuer: { id: row.issuerId },
    courseId: row.courseId ?? null,
    state: row.state as OutcomeState,
    since: row.stateSince,
    dueAt: outcomeMachine.dueAt(row.state as OutcomeStateName, row.stateSince),
    availableActions: outcomeMachine.availableActions(outcomeContext(scope, row)),
    recognisedFrom: row.recognisedFrom ?? null,
    validUntil: row.validUntil ?? null,
    note: follows ? (row.note ?? null) : null,
    supplement: follows ? (row.supplement ?? null) : null,
    version: row.version,
  };
}

/** Outcomes by id; absent and hidden ones are null. */
export const outcomeById: LoaderDefinition<string, LearningOutcome | null> = {
  name: 'outcomeById',
  async batch(scope, ids) {
    const rows = await scope.find(LearningOutcomeEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showOutcome(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/**
 * The certified outcome of a school's course, whichever edition of the course it names; of several the one recognised
 * last, then the one made last. Two statements for all of them.
 */
export const outcomeByCourseCode: LoaderDefinition<CourseCode, LearningOutcome | null> = {
  name: 'outcomeByCourseCode',
  cacheKey: courseCodeKey,
  async batch(scope, keys) {
    const courses = await scope.find(CourseEntity, {
      institutionId: { $in: [...new Set(keys.map((key) => key.issuerId))] },
      code: { $in: [...new Set(keys.map((key) => key.courseCode))] },
    });
    const keyOf = new Map(
      courses.map(({ id, institutionId, code }) => [
        id,
        courseCodeKey({ issuerId: institutionId, courseCode: code }),
      ]),
    );
    if (keyOf.size === 0) return keys.map(() => null);
    const rows = await scope.find(
      LearningOutcomeEntity,
      { courseId: { $in: [...keyOf.keys()] }, state: { $in: [...publicOutcomeStates] } },
      { orderBy: [{ recognisedFrom: 'asc' }, { id: 'asc' }] },
    );
    const found = new Map(rows.map((row) => [keyOf.get(row.courseId!), showOutcome(scope, row)]));
    return keys.map((key) => found.get(courseCodeKey(key)) ?? null);
  },
};
