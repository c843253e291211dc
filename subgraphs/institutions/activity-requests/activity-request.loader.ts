import { legalDate } from '../../kit/base/clock.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { CaseKind } from '../case-step.js';
import { ActivityRequestEntity, type ActivityRequestRow } from './activity-request.entity.js';
import {
  activityRequestMachine,
  decisionsOfMotion,
  type ActivityFacts,
  type ActivityRequestAction,
  type ActivityRequestStateName,
} from './activity-request.machine.js';
import type { ActivityRequest, ActivityRequestState } from './activity-request.types.js';
import { activityDueAt, activityRequestWork } from './activity-request.work.js';

/** What the steps of requests have in common. */
export const activityRequestKind: CaseKind<
  ActivityRequestRow,
  ActivityRequestStateName,
  ActivityRequestAction,
  ActivityFacts,
  'activityRequest',
  ActivityRequest
> = {
  field: 'activityRequest',
  auditedAs: 'CHANGE_ACTIVITY_REQUEST',
  machine: activityRequestMachine,
  work: activityRequestWork,
  context(scope, row) {
    const now = scope.clock.now();
    const dueAt = activityDueAt(row);
    return {
      state: row.state as ActivityRequestStateName,
      principal: scope.principal,
      institutionId: row.institutionId,
      facts: {
        startsOn: row.startsOn,
        started: legalDate(now) >= row.startsOn,
        overdue: dueAt !== null && now >= dueAt,
      },
    };
  },
  show: showActivityRequest,
};

/** What the graph shows of a request to the one who asks. */
export function showActivityRequest(scope: RequestScope, row: ActivityRequestRow): ActivityRequest {
  return {
    id: row.id,
    institutionId: row.institutionId,
    title: row.title,
    purpose: row.purpose,
    startsOn: row.startsOn,
    endsOn: row.endsOn,
    partnerIds: [...row.partnerIds],
    otherPartners: [...row.otherPartners],
    withNou: row.withNou,
    budget: row.budget,
    materials: [...row.materials],
    state: row.state as ActivityRequestState,
    since: row.stateSince,
    dueAt: activityDueAt(row),
    reason: row.reason ?? null,
    motionNo: row.motionNo ?? null,
    decidedAt: row.decidedAt ?? null,
    heldOn: row.heldOn ?? null,
    report: row.report ?? null,
    reportFiles: [...(row.reportFiles ?? [])],
    availableActions: activityRequestMachine
      .availableActions(activityRequestKind.context(scope, row))
      .filter(({ action }) => !decisionsOfMotion.includes(action)),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** Requests by id; absent and hidden ones are null. */
export const activityRequestById: LoaderDefinition<string, ActivityRequest | null> = {
  name: 'activityRequestById',
  async batch(scope, ids) {
    const rows = await scope.find(ActivityRequestEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showActivityRequest(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};
