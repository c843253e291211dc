import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { CaseKind } from '../case-step.js';
import type { InstitutionKind } from '../institutions/institution.types.js';
import type { FeeScheduleRow } from './fee-schedule.entity.js';
import {
  feeScheduleMachine,
  type FeeScheduleAction,
  type FeeScheduleStateName,
} from './fee-schedule.machine.js';
import type { FeeSchedule, FeeScheduleState } from './fee-schedule.types.js';
import { feeScheduleWork } from './fee-schedule.work.js';

/** What the steps of fee schedules have in common. */
export const feeScheduleKind: CaseKind<
  FeeScheduleRow,
  FeeScheduleStateName,
  FeeScheduleAction,
  unknown,
  'feeSchedule',
  FeeSchedule
> = {
  field: 'feeSchedule',
  auditedAs: 'CHANGE_FEES',
  machine: feeScheduleMachine,
  work: feeScheduleWork,
  context: (scope, row) => ({
    state: row.state as FeeScheduleStateName,
    principal: scope.principal,
    facts: undefined,
  }),
  show: showFeeSchedule,
};

/** What the graph shows of a fee schedule to the one who asks. */
export function showFeeSchedule(scope: RequestScope, row: FeeScheduleRow): FeeSchedule {
  const state = row.state as FeeScheduleStateName;
  return {
    id: row.id,
    title: row.title,
    amounts: row.amounts.map(({ memberKind, amount }) => ({
      memberKind: memberKind as InstitutionKind,
      amount,
    })),
    effectiveFrom: row.inForceFrom ?? row.effectiveFrom,
    motionNo: row.motionNo ?? null,
    state: state as FeeScheduleState,
    since: row.stateSince,
    dueAt: feeScheduleMachine.dueAt(state, row.stateSince),
    availableActions: feeScheduleMachine
      .availableActions(feeScheduleKind.context(scope, row))
      .filter(({ action }) => action === 'withdrawFeeSchedule'),
    version: row.version,
    createdAt: row.createdAt,
  };
}
