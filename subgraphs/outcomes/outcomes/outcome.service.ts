import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { assertInStanding } from '../../kit/room/scope/member-standing.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { CourseEntity } from '../courses/course.entity.js';
import { courseById, type CourseCode } from '../courses/course.loader.js';
import type { Course } from '../courses/course.types.js';
import { changeOf, type OutcomeStep } from './outcome-change.js';
import { LearningOutcomeEntity, type LearningOutcomeRow } from './outcome.entity.js';
import { outcomeCertified } from './outcome.events.js';
import { outcomeByCourseCode, outcomeById, outcomeContext, showOutcome } from './outcome.loader.js';
import { outcomeMachine, type OutcomeAction } from './outcome.machine.js';
import { issuerOfficials } from './outcome.policy.js';
import { outcomeWork } from './outcome.work.js';
import type { OutcomePayload, ProposeOutcomeInput } from './outcome-steps.types.js';
import type { LearningOutcome, OutcomeFilter } from './outcome.types.js';

constraintRefuses('learning_outcome_code_key', () =>
  refuse('OUTCOME_CODE_TAKEN', {}, ['input', 'outcomeCode']),
);
constraintRefuses('learning_outcome_open_key', () =>
  refuse('OUTCOME_CODE_TAKEN', {}, ['input', 'outcomeCode']),
);
constraintRefuses('learning_outcome_two_people', () => refuse('OUTCOME_SAME_PERSON'));

const text = z.string().trim().min(1, '1–2000').max(2_000, '1–2000');
const proposal = z.object({
  outcomeCode: z.string().regex(/^[A-Z0-9][A-Z0-9-]{2,39}$/, 'outcomeCode: [A-Z0-9-]{3,40}'),
  title: z.string().trim().min(1, 'title: 1–200').max(200, 'title: 1–200'),
  description: text.nullish(),
  level: z.number().int().min(1, 'level: 1–10').max(10, 'level: 1–10').nullish(),
});
const step = z.object({
  reason: text.optional(),
  supplement: text.optional(),
  expertSubject: z.string().min(1, '1–200').max(200, '1–200').optional(),
});

/** The catalog of learning outcomes and its certification. */
export class OutcomeService {
  /** One outcome, or null. */
  byId(scope: RequestScope, id: string): Promise<LearningOutcome | null> {
    return scope.load(outcomeById, id);
  }

  /** The certified outcome of a school's course; null when one of the two is unknown. */
  async byCourseCode(
    scope: RequestScope,
    code: Partial<Record<keyof CourseCode, string | null>>,
  ): Promise<LearningOutcome | null> {
    const { issuerId, courseCode } = code;
    if (issuerId == null || courseCode == null) return null;
    return scope.load(outcomeByCourseCode, { issuerId, courseCode });
  }

  /** The course that an outcome stands for, or null. */
  async courseOf(scope: RequestScope, outcome: LearningOutcome): Promise<Course | null> {
    return outcome.courseId === null ? null : scope.load(courseById, outcome.courseId);
  }

  /** A page of outcomes, by code and edition. */
  async list(
    scope: RequestScope,
    filter: OutcomeFilter,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<LearningOutcome>> {
    const page = await scope.page(LearningOutcomeEntity, args, {
      where: conditionOf(filter),
      orderBy: [{ outcomeCode: 'asc' }, { edition: 'asc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showOutcome(scope, row));
  }

  /**
   * Proposes an outcome of a member in standing; the code of an outcome of the same issuer that is decided makes a new
   * edition of it.
   */
  async propose(scope: RequestScope, input: ProposeOutcomeInput): Promise<OutcomePayload> {
    const allowed = hasRole(scope.principal, issuerOfficials, input.issuerId);
    // Settled and not awaited to a throw: a repetition must get its stored answer also when the other room is down.
    const [standing] = await Promise.allSettled(
      allowed ? [assertInStanding(scope, [input.issuerId], ['input', 'issuerId'])] : [],
    );
    return mutate(
      scope,
      { operation: 'proposeOutcome', action: 'CHANGE_OUTCOME', subjectType: 'LearningOutcome', input },
      async (transaction) => {
        if (standing === undefined) throw refuse('ACTION_FORBIDDEN', { action: 'proposeOutcome' });
        if (standing.status === 'rejected') throw standing.reason;
        const { outcomeCode, title, description, level } = checkInput(proposal, input);
        if (input.courseId != null) {
          const own = { id: input.courseId, institutionId: input.issuerId };
          const [course] = await transaction.find(CourseEntity, own);
          if (course === undefined)
            throw refuse('NOT_FOUND', { type: 'Course', id: input.courseId }, ['input', 'courseId']);
        }
        const editions = await transaction.find(LearningOutcomeEntity, { outcomeCode });
        if (editions.some((edition) => edition.issuerId !== input.issuerId)) {
          throw refuse('OUTCOME_CODE_TAKEN', {}, ['input', 'outcomeCode']);
        }
        const now = scope.clock.now();
        const row = transaction.create(LearningOutcomeEntity, {
          id: newId('LearningOutcome'),
          outcomeCode,
          edition: Math.max(0, ...editions.map(({ edition }) => edition)) + 1,
          title,
          description: description ?? null,
          kind: input.kind,
          level: level ?? null,
          issuerId: input.issuerId,
          courseId: input.courseId ?? null,
          state: 'PROPOSED',
          stateSince: now,
          appeals: 0,
          proposedBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        await transaction.work(outcomeWork, row);
        transaction.audited({ subjectId: row.id, after: Object.fromEntries(Object.entries(input)) });
        transaction.wake('LearningOutcome', row.id);
        return { outcome: showOutcome(scope, row) };
      },
    );
  }

  /** Takes one step of the machine. */
  take(scope: RequestScope, action: OutcomeAction, input: OutcomeStep): Promise<OutcomePayload> {
    return mutate(
      scope,
      { operation: action, action: 'CHANGE_OUTCOME', subjectType: 'LearningOutcome', input },
      async (transaction) => {
        const row = await transaction.lock(LearningOutcomeEntity, input.outcomeId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ outcome: showOutcome(scope, current) }),
        });
        const context = outcomeContext(scope, row);
        outcomeMachine.check(action, context);
        const given: OutcomeStep = { ...input, ...checkInput(step, input) };
        const before = { state: row.state };
        const change = changeOf(action, given, row, scope.principal.subject);
        const next = outcomeMachine.next(action, context.state);
        if (next !== row.state) row.stateSince = scope.clock.now();
        Object.assign(row, change, { state: next });
        if (action === 'certifyOutcome') await transaction.emit(outcomeCertified(row));
        await transaction.work(outcomeWork, row);
        transaction.audited({
          subjectId: row.id,
          before,
          after: { state: row.state },
          detail: { action, ...change },
        });
        transaction.wake('LearningOutcome', row.id);
        return { outcome: showOutcome(scope, row) };
      },
    );
  }
}

function conditionOf(filter: OutcomeFilter): FilterQuery<LearningOutcomeRow> {
  const conditions: FilterQuery<LearningOutcomeRow>[] = [];
  if (filter.issuerId != null) conditions.push({ issuerId: filter.issuerId });
  if (filter.courseId != null) conditions.push({ courseId: filter.courseId });
  if (filter.state != null) conditions.push({ state: filter.state });
  if (filter.kind != null) conditions.push({ kind: filter.kind });
  if (filter.text != null)
    conditions.push({ title: { $like: `%${filter.text.replace(/[\\%_]/g, '\\$&')}%` } });
  return conditions.length === 0 ? {} : { $and: conditions };
}
