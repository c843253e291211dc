import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { CaseKind } from '../case-step.js';
import type { FundEntryRow } from './fund-entry.entity.js';
import {
  fundEntryMachine,
  type FundEntryAction,
  type FundEntryFacts,
  type FundEntryStateName,
} from './fund-entry.machine.js';
import type { FundEntry, FundEntryKind, FundEntryState } from './fund-entry.types.js';
import { fundEntryWork } from './fund-entry.work.js';

/** What the steps of entries have in common. */
export const fundEntryKind: CaseKind<
  FundEntryRow,
  FundEntryStateName,
  FundEntryAction,
  FundEntryFacts,
  'fundEntry',
  FundEntry
> = {
  field: 'fundEntry',
  auditedAs: 'RECORD_FUNDS',
  machine: fundEntryMachine,
  work: fundEntryWork,
  context: (scope, row) => ({
    state: row.state as FundEntryStateName,
    principal: scope.principal,
    facts: { recordedBy: row.recordedBy },
  }),
  show: showFundEntry,
};

/** What the graph shows of an entry to the one who asks. */
export function showFundEntry(scope: RequestScope, row: FundEntryRow): FundEntry {
  return {
    id: row.id,
    kind: row.kind as FundEntryKind,
    purpose: row.purpose,
    amount: row.amount,
    occurredOn: row.occurredOn,
    description: row.description,
    documentId: row.documentId ?? null,
    correctsId: row.correctsId ?? null,
    state: row.state as FundEntryState,
    availableActions: fundEntryMachine.availableActions(fundEntryKind.context(scope, row)),
    version: row.version,
    createdAt: row.createdAt,
  };
}
