import type { EntitySchema, FilterQuery, RequiredEntityData } from '@mikro-orm/postgresql';
import { LockMode } from '@mikro-orm/postgresql';
import { AmrloError, refuse } from '../../base/errors/amrlo-error.js';
import { insideTransaction } from '../../base/transaction-guard.js';
import { idempotent, type Json } from '../idempotency/idempotent.js';
import { eventsEmitted } from '../outbox/consumer.js';
import { emit, type NewEvent } from '../outbox/emit.js';
import type { AuditAction } from '../audit/audit-actions.js';
import type { AuditEntry } from '../audit/audit-trail.js';
import { isUnstorableText } from '../database/unstorable-text.js';
import type { DatabaseUnit } from '../database/room-database.js';
import type { Sql } from '../database/sql.js';
import type { UserError } from '../schema/user-error.js';
import { userErrorOf } from '../schema/user-error.js';
import { workAnswered, workChanged } from '../work/work-event.js';
import type { WorkRow, WorkSource } from '../work/work-source.js';
import type { RequestScope } from './request-scope.js';

/** A row that can be changed: it has an id and a version. */
export interface VersionedRow {
  id: string;
  version: number;
}

/** The payload's own fields, or a refusal with none of them. */
export type Payload<Fields extends object> = { [K in keyof Fields]: Fields[K] | null } & {
  userErrors: UserError[];
};

/** What a use case does inside its transaction. */
export interface MutationTransaction {
  readonly sql: Sql;
  /**
   * Locks one visible row until the end of the transaction, so that events about it leave in the order of its changes.
   * Refuses with NOT_FOUND (absent and hidden look the same) or VERSION_CONFLICT.
   */
  lock<Row extends VersionedRow>(
    entity: EntitySchema<Row>,
    id: string,
    options?: { expectedVersion?: number | null; current?: (row: Row) => object },
  ): Promise<Row>;
  /** Rows that the principal may see, read in this transaction. */
  find<Row extends object>(entity: EntitySchema<Row>, where: FilterQuery<Row>): Promise<Row[]>;
  /** A new row; written at the next flush, at the latest with the commit. */
  create<Row extends object>(entity: EntitySchema<Row>, data: RequiredEntityData<Row>): Row;
  /** Writes what was created or changed so far. */
  flush(): Promise<void>;
  /** Tells other rooms, in the same transaction; the row of the aggregate must be locked or new. */
  emit(event: NewEvent): Promise<void>;
  /** Tells the officials' inbox where a row of a machine stands now; the row must be locked or new. */
  work<Row extends WorkRow>(source: WorkSource<Row>, row: Row): Promise<void>;
  /** Tells the inbox that the row waits no longer for one of those whom it names; it waits on for the others. */
  answered<Row extends WorkRow>(source: WorkSource<Row>, row: Row, subject: string): Promise<void>;
  /** Says what was changed and whose it is; a mutation that does not is audited without a subject. */
  audited(subject: Pick<AuditEntry, 'subjectId' | 'learnerId' | 'before' | 'after' | 'detail'>): void;
  /** Wakes live readers after the commit. */
  wake(type: string, id: string): void;
}

/** How a mutation runs. */
export interface MutationOptions {
  /** The mutation's field name; part of the idempotency key's identity. */
  readonly operation: string;
  /** What the trail says was done or refused. */
  readonly action: AuditAction;
  /** The type in the graph that it was done to. */
  readonly subjectType: string;
  /** The mutation's input, whole; with `idempotencyKey` for mutations that create something. */
  readonly input: object & { idempotencyKey?: string };
  /**
   * Leaves out of the trail what succeeds; what is refused stands in it. For reports that machines of this house make
   * all day about machines: what people did would be lost among them.
   */
  readonly isRoutine?: boolean;
}

/**
 * Runs one business step: one transaction, idempotent where the input carries a key, audited, its refusals returned
 * as `userErrors` and written to the audit trail as denials. Faults are thrown and leave nothing behind.
 */
export async function mutate<Fields extends object>(
  scope: RequestScope,
  options: MutationOptions,
  work: (transaction: MutationTransaction) => Promise<Fields>,
): Promise<Payload<Fields>> {
  try {
    const fields = await scope.write((unit) =>
      insideTransaction(async () => {
        const run = async (): Promise<Fields> => {
          let audited = false;
          const transaction = createTransaction(scope, unit, (subject) => {
            audited = true;
            if (options.isRoutine === true) return;
            scope.audit({
              action: options.action,
              subjectType: options.subjectType,
              outcome: 'ALLOWED',
              ...subject,
            });
          });
          const result = await work(transaction);
          await unit.em.flush();
          if (!audited) transaction.audited({});
          return result;
        };
        const key = options.input.idempotencyKey;
        if (key === undefined) return run();
        const { subject } = scope.principal;
        return (await idempotent(
          unit.sql,
          { subject, operation: options.operation, key, input: options.input },
          async () => plain(await run()),
        )) as Fields;
      }),
    );
    return { ...fields, userErrors: [] };
  } catch (error) {
    const refusal = databaseRefusal(error);
    if (!(refusal instanceof AmrloError) || !refusal.isRefusal) throw refusal;
    scope.audit({
      action: options.action,
      subjectType: options.subjectType,
      outcome: 'DENIED',
      detail: { code: refusal.code, operation: options.operation },
    });
    const current = refusal instanceof ConflictError ? refusal.current : {};
    return { ...current, userErrors: [userErrorOf(refusal, scope.locale)] } as unknown as Payload<Fields>;
  }
}

/** Somebody else was faster; carries the current object for the payload. */
class ConflictError extends AmrloError {
  readonly current: object;

  constructor(version: number, current: object) {
    super('VERSION_CONFLICT', { version });
    this.current = current;
  }
}

function createTransaction(
  scope: RequestScope,
  unit: DatabaseUnit,
  audited: MutationTransaction['audited'],
): MutationTransaction {
  const { em, sql } = unit;
  return {
    sql,
    async lock(entity, id, { expectedVersion, current } = {}) {
      const visible = scope.visible(entity, { id } as never);
      const row =
        visible === undefined
          ? null
          : // What was read before the lock is read again: somebody else may have changed it while this one waited.
            await em.findOne(entity, visible as never, {
              lockMode: LockMode.PESSIMISTIC_WRITE,
              refresh: true,
            });
      if (row === null) throw refuse('NOT_FOUND', { type: entity.meta.className, id });
      const found = row as never as VersionedRow;
      if (expectedVersion != null && found.version !== expectedVersion) {
        throw new ConflictError(found.version, current?.(row) ?? {});
      }
      return row;
    },
    find: (entity, where) => scope.find(entity, where),
    create: (entity, data) => em.create(entity, data as never, { persist: true } as never),
    flush: () => em.flush(),
    async emit(event) {
      await em.flush();
      await emit(sql, event, scope.environment.consumersOf(event.type));
      scope.wakeAfterCommit(eventsEmitted(scope.environment.room));
    },
    async work(source, row) {
      await em.flush();
      await this.emit(await workChanged(source, row, sql));
    },
    async answered(source, row, subject) {
      await em.flush();
      await this.emit(workAnswered(source, row, subject));
    },
    audited,
    wake: (type, id) => scope.wakeAfterCommit({ type, id }),
  };
}

/** A replayed payload is the stored JSON, so the first answer is made of the same stuff. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Turns what the database guards refuse into the refusal that they stand for. */
function databaseRefusal(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && 'constraint' in error) {
    const known = guardedConstraints.get(String(error.constraint));
    if (known) return known();
  }
  return isUnstorableText(error) ? refuse('INPUT_INVALID', { detail: 'U+0000' }, ['input']) : error;
}

const guardedConstraints = new Map<string, () => AmrloError>();

/** Says which refusal a constraint stands for; called by rooms next to the migration that adds the constraint. */
export function constraintRefuses(constraint: string, refusal: () => AmrloError): void {
  guardedConstraints.set(constraint, refusal);
}
