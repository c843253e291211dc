import type { AuditAction } from '../kit/room/audit/audit-actions.js';
import type { ActionContext, StateMachine } from '../kit/room/machine/machine.js';
import { mutate, type MutationTransaction, type Payload } from '../kit/room/scope/mutate.js';
import type { RequestScope } from '../kit/room/scope/request-scope.js';
import type { WorkRow, WorkSource } from '../kit/room/work/work-source.js';

/** A row that a machine moves, and since when it is where it is. */
export interface CaseRow extends WorkRow {
  stateSince: Date;
}

/** A noun whose rows go the steps of a machine: all that its steps have in common. */
export interface CaseKind<
  Row extends CaseRow,
  State extends string,
  Action extends string,
  Facts,
  Field extends string,
  Shown extends object,
> {
  /** The field of the payloads that shows the row. */
  readonly field: Field;
  /** What the trail says was done. */
  readonly auditedAs: AuditAction;
  readonly machine: StateMachine<State, Action, Facts>;
  /** How the officials' inbox learns of it. */
  readonly work: WorkSource<Row>;
  readonly context: (scope: RequestScope, row: Row) => ActionContext<State, Facts>;
  readonly show: (scope: RequestScope, row: Row) => Shown;
}

/** What a step is taken on. */
export interface StepOn<Row extends CaseRow> {
  readonly id: string;
  /** The mutation's input, whole. */
  readonly input: { expectedVersion: number; idempotencyKey?: string };
  /** What follows in the same transaction once the row has moved. */
  readonly after?: (row: Row, transaction: MutationTransaction) => Promise<void>;
}

/**
 * One step of a row, which is the mutation of the same name: locks the row, lets the machine check the step, changes
 * what the step changes, moves the row on.
 * @throws AmrloError faults only; refusals are in the payload
 */
export function takeStep<
  Row extends CaseRow,
  State extends string,
  Action extends string,
  Facts,
  Field extends string,
  Shown extends object,
>(
  scope: RequestScope,
  kind: CaseKind<Row, State, Action, Facts, Field, Shown>,
  action: Action,
  on: StepOn<Row>,
  change?: (row: Row, transaction: MutationTransaction) => Promise<void> | void,
): Promise<Payload<Record<Field, Shown>>> {
  const { id, input, after } = on;
  return mutate(
    scope,
    { operation: action, action: kind.auditedAs, subjectType: kind.work.type, input },
    async (transaction) => {
      const row = await transaction.lock(kind.work.entity, id, {
        expectedVersion: input.expectedVersion,
        current: (found) => ({ [kind.field]: kind.show(scope, found) }),
      });
      kind.machine.check(action, kind.context(scope, row));
      await change?.(row, transaction);
      const shown = await moveCase(scope, transaction, kind, row, action);
      await after?.(row, transaction);
      return shown;
    },
  );
}

/** Moves a locked row along an action whose rights were checked elsewhere (by a step, or by a body's decision). */
export async function moveCase<
  Row extends CaseRow,
  State extends string,
  Action extends string,
  Facts,
  Field extends string,
  Shown extends object,
>(
  scope: RequestScope,
  transaction: MutationTransaction,
  kind: CaseKind<Row, State, Action, Facts, Field, Shown>,
  row: Row,
  action: Action,
): Promise<Record<Field, Shown>> {
  const before = row.state;
  const after = kind.machine.next(action, before as State);
  if (after !== before) {
    row.state = after;
    row.stateSince = scope.clock.now();
  }
  return reportCase(scope, transaction, kind, row, { before, action });
}

/** Writes a new or moved row, tells the inbox, the audit trail and live readers, and shows it. */
export async function reportCase<
  Row extends CaseRow,
  State extends string,
  Action extends string,
  Facts,
  Field extends string,
  Shown extends object,
>(
  scope: RequestScope,
  transaction: MutationTransaction,
  kind: CaseKind<Row, State, Action, Facts, Field, Shown>,
  row: Row,
  step?: { readonly before: string; readonly action: Action },
): Promise<Record<Field, Shown>> {
  await transaction.flush();
  await transaction.work(kind.work, row);
  transaction.audited({
    subjectId: row.id,
    ...(step === undefined ? {} : { before: { state: step.before }, detail: { step: step.action } }),
    after: { state: row.state },
  });
  transaction.wake(kind.work.type, row.id);
  return { [kind.field]: kind.show(scope, row) } as Record<Field, Shown>;
}
