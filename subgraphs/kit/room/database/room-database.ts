import { MikroORM, type EntityManager, type EntitySchema, type Options } from '@mikro-orm/postgresql';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { Principal } from '../../base/identity/principal.js';
import type { DatabaseAddress } from './address.js';
import { ormConnection } from './migration.js';
import { sessionVariables } from './session.js';
import type { Sql } from './sql.js';
import { TransactionClient } from './transaction-opening.js';

/** One transaction of a room, as one principal, with the entities read in it. */
export interface DatabaseUnit {
  readonly em: EntityManager;
  readonly sql: Sql;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** A room's database: its own schema, its own identity map, its own pool. */
export interface RoomDatabase {
  /** Begins a transaction in which PostgreSQL sees the principal; the signal cancels the running statement. */
  begin(
    principal: Principal,
    options?: { signal?: AbortSignal; statementTimeoutMs?: number },
  ): Promise<DatabaseUnit>;
  /** Runs a piece of work in one transaction and commits it, or rolls back when it throws. */
  transact<T>(principal: Principal, work: (unit: DatabaseUnit) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

// Entities of unlike rows stand in one list, and their row types are no subtypes of each other.
/** An entity of any row. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyEntity = EntitySchema<any>;

/** Opens a room's database as the role that owns nothing. */
export async function openRoomDatabase(options: {
  room: string;
  app: DatabaseAddress;
  entities: readonly AnyEntity[];
  maxConnections?: number;
}): Promise<RoomDatabase> {
  const connection = ormConnection(options.app, options.room);
  const orm = await MikroORM.init({
    ...connection,
    driverOptions: { ...connection.driverOptions, Client: TransactionClient },
    // With the default name a fork inside another room's transaction reads and writes *that* room's schema.
    contextName: options.room,
    entities: [...options.entities],
    discovery: { warnWhenNoEntities: false },
    allowGlobalContext: false,
    sessionContext: 'transaction',
    pool: { min: 0, max: options.maxConnections ?? 10 },
  } satisfies Options);

  let closed = false;
  async function begin(
    principal: Principal,
    { signal, statementTimeoutMs = 15_000 }: { signal?: AbortSignal; statementTimeoutMs?: number } = {},
  ): Promise<DatabaseUnit> {
    signal?.throwIfAborted();
    // A room that still pulls events from this one would make the ORM connect again, and nobody would close that.
    if (closed) throw new AmrloError('STORE_UNAVAILABLE');
    // By default an abort only stops the waiting here, and the statement runs on in the database.
    const em = orm.em.fork({
      clear: true,
      ...(signal ? { signal, inflightQueryAbortStrategy: 'cancel query' } : {}),
    });
    em.setSessionContext({
      variables: { ...sessionVariables(principal), statement_timeout: String(statementTimeoutMs) },
    });
    await em.begin(signal ? { signal } : {});
    let open = true;
    return {
      em,
      sql: {
        // What a statement selects is known to the caller alone; the driver cannot say it.
        execute: (statement, parameters = []) =>
          em.execute(statement, [...parameters], 'all') as Promise<never[]>,
      },
      async commit() {
        await em.commit();
        open = false;
      },
      async rollback() {
        if (!open) return;
        open = false;
        await em.rollback();
      },
    };
  }

  return {
    begin,
    async transact(principal, work) {
      const unit = await begin(principal);
      try {
        const result = await work(unit);
        await unit.commit();
        return result;
      } catch (error) {
        // A rollback fails when the connection is lost, and then there is nothing left to roll back.
        await unit.rollback().catch(() => undefined);
        throw error;
      }
    },
    async close() {
      closed = true;
      await orm.close(true);
    },
  };
}
