import DataLoader from 'dataloader';
import type { EntitySchema, FilterQuery } from '@mikro-orm/postgresql';
import type { Clock } from '../../base/clock.js';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { Principal } from '../../base/identity/principal.js';
import type { Link } from '../../base/link/link.js';
import type { Locale } from '../../base/locale.js';
import type { Logger } from '../../base/log.js';
import type { WakeBus, WakeSignal } from '../../base/wake.js';
import { createAuditTrail, type AuditEntry, type AuditTrail } from '../audit/audit-trail.js';
import type { PageArguments } from '../connection/page-arguments.js';
import { readPage, type Page, type PageOptions } from '../connection/read-page.js';
import type { DatabaseUnit, RoomDatabase } from '../database/room-database.js';
import type { ReadOptions, RowReader } from '../database/row-reader.js';
import type { RowPolicy } from '../policy/row-policy.js';
import { createSubgraphClient, type SubgraphClient } from './subgraph-client.js';

/** What every request of a room shares. */
export interface ScopeEnvironment {
  readonly room: string;
  readonly database: RoomDatabase;
  readonly reader: RowReader;
  readonly policies: ReadonlyMap<string, RowPolicy<object>>;
  /** Which consumers get which event types of this room. */
  readonly consumersOf: (eventType: string) => readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly wakeBus: WakeBus;
  readonly link: () => Link;
}

/** Who asks, in which language, how long they wait. */
export interface ScopeRequest {
  readonly principal: Principal;
  readonly locale: Locale;
  readonly requestId: string;
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly traceparent?: string;
}

/** A batch read shared by all fields of one request; results come in the order of the keys. */
export interface LoaderDefinition<Key, Value> {
  readonly name: string;
  readonly batch: (scope: RequestScope, keys: readonly Key[]) => Promise<ReadonlyArray<Value | Error>>;
  readonly cacheKey?: (key: Key) => string;
}

/**
 * One request in one room: the principal, the rows they may see, the loaders, the audit trail.
 * Reads share one transaction that begins with the first of them; a mutation has a transaction of its own.
 */
export class RequestScope {
  readonly principal: Principal;
  readonly locale: Locale;
  readonly requestId: string;
  readonly request: ScopeRequest;
  readonly environment: ScopeEnvironment;
  readonly #loaders = new Map<string, DataLoader<unknown, unknown, string>>();
  readonly #audit: AuditTrail;
  #reading: Promise<DatabaseUnit> | undefined;
  #writing: DatabaseUnit | undefined;
  #wakeSignals: WakeSignal[] = [];

  constructor(environment: ScopeEnvironment, request: ScopeRequest) {
    this.environment = environment;
    this.request = request;
    this.principal = request.principal;
    this.locale = request.locale;
    this.requestId = request.requestId;
    this.#audit = createAuditTrail({
      principal: request.principal,
      requestId: request.requestId,
      clock: environment.clock,
    });
  }

  get clock(): Clock {
    return this.environment.clock;
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }

  /**
   * The rows of an entity that fit the condition **and** that the principal may see. In a mutation they are entities
   * whose changes are written; elsewhere plain objects.
   */
  async find<Row extends object>(
    entity: EntitySchema<Row>,
    where: FilterQuery<Row>,
    options: ReadOptions<Row> = {},
  ): Promise<Row[]> {
    const visible = this.visible(entity, where);
    if (visible === undefined) return [];
    if (this.#writing !== undefined)
      return await this.#writing.em.find(entity, visible as never, options as never);
    return this.environment.reader.read(await this.unit(), entity, visible, options);
  }

  /** One row, or null when it is absent or hidden; the two look the same on purpose. */
  async findOne<Row extends object>(entity: EntitySchema<Row>, where: FilterQuery<Row>): Promise<Row | null> {
    return (await this.find(entity, where, { limit: 1 }))[0] ?? null;
  }

  /** One page of the rows that the principal may see, by keyset. */
  async page<Row extends object>(
    entity: EntitySchema<Row>,
    args: PageArguments,
    options: PageOptions<Row>,
  ): Promise<Page<Row>> {
    const visible = this.visible(entity, options.where);
    return readPage(visible === undefined ? undefined : await this.unit(), entity, args, {
      ...options,
      where: visible,
    });
  }

  /** A row by key through the request's loader of that name: one statement for all keys of a wave. */
  load<Key, Value>(definition: LoaderDefinition<Key, Value>, key: Key): Promise<Value> {
    let loader = this.#loaders.get(definition.name);
    if (loader === undefined) {
      loader = new DataLoader<unknown, unknown, string>(
        (keys) => definition.batch(this, keys as readonly Key[]),
        { cacheKeyFn: (k) => (definition.cacheKey ? definition.cacheKey(k as Key) : String(k)) },
      );
      this.#loaders.set(definition.name, loader);
    }
    return loader.load(key) as Promise<Value>;
  }

  /** Notes an auditable act; the rows are durable before the answer leaves the room. */
  audit(entry: AuditEntry): void {
    this.#audit.record(entry);
  }

  /** Another room's facts, read for the same principal over the link. Refused while a transaction is open. */
  remote(subgraph: string): SubgraphClient {
    return createSubgraphClient(this.environment.link(), subgraph, this.request);
  }

  /** The unit that the current reads (or the running mutation) use. @internal for the kit's own parts */
  async unit(): Promise<DatabaseUnit> {
    if (this.#writing) return this.#writing;
    this.#reading ??= this.environment.database.begin(this.principal, { signal: this.request.signal });
    return this.#reading;
  }

  /** The condition narrowed by the policy; undefined when nothing can be visible. */
  visible<Row extends object>(
    entity: EntitySchema<Row>,
    where: FilterQuery<Row>,
  ): FilterQuery<Row> | undefined {
    const name = entity.meta.className;
    const policy = this.environment.policies.get(name) as RowPolicy<Row> | undefined;
    if (policy === undefined) throw new AmrloError('POLICY_MISSING', { entity: name });
    const readable = policy.readable(this.principal);
    if (readable === 'none') return undefined;
    if (readable === 'all') return where;
    return { $and: [where, readable] } as FilterQuery<Row>;
  }

  /** Runs a mutation's work in a transaction of its own. @internal for `mutate` */
  async write<T>(work: (unit: DatabaseUnit) => Promise<T>): Promise<T> {
    await this.#endReading();
    const unit = await this.environment.database.begin(this.principal, { signal: this.request.signal });
    this.#writing = unit;
    try {
      const result = await work(unit);
      await this.#audit.flush(unit.sql);
      await unit.commit();
      this.#wake();
      return result;
    } catch (error) {
      // A rollback fails when the connection is lost; why the work failed is what the caller has to know.
      await unit.rollback().catch(() => undefined);
      this.#audit.rolledBack();
      throw error;
    } finally {
      this.#writing = undefined;
      this.#wakeSignals = [];
      this.#loaders.clear();
    }
  }

  /** Wakes live readers of an object once the running transaction has committed. */
  wakeAfterCommit(signal: WakeSignal): void {
    this.#wakeSignals.push(signal);
  }

  /**
   * Ends the request: audit rows of reads and denials become durable, the transaction ends.
   * Rejects when they cannot be written; then nothing of what was read may leave the room.
   */
  async end(): Promise<void> {
    if (this.#audit.size === 0) {
      // Nobody waits for the end of a transaction that wrote nothing.
      void this.#endReading();
      return;
    }
    if (await this.#auditWhileReading()) return;
    await this.#endReading();
    await this.environment.database.transact(this.principal, (unit) => this.#audit.flush(unit.sql));
  }

  /**
   * Spends no second transaction on the audit rows where the one of the reads is at hand and sound. A client who has
   * left, or a statement that failed, must not cost them: then they get a transaction of their own.
   */
  async #auditWhileReading(): Promise<boolean> {
    const unit = await this.#reading?.catch(() => undefined);
    if (unit === undefined || this.signal.aborted) return false;
    try {
      await this.#audit.flush(unit.sql);
      await unit.commit();
      this.#reading = undefined;
      return true;
    } catch {
      this.#audit.rolledBack();
      return false;
    }
  }

  /** The change is durable by now; a listener that fails must not make it look undone. */
  #wake(): void {
    for (const signal of this.#wakeSignals) {
      try {
        this.environment.wakeBus.publish(signal);
      } catch (error) {
        this.environment.log.warn({ err: error, type: signal.type }, 'readers could not be woken');
      }
    }
  }

  async #endReading(): Promise<void> {
    const reading = this.#reading;
    this.#reading = undefined;
    if (reading === undefined) return;
    const unit = await reading.catch(() => undefined);
    if (unit === undefined) return;
    // Nothing was written, and what was read is answered already: an end that fails loses nothing. A commit would look
    // through all that was read for changes, and would overtake a cancellation that is still under way.
    await unit.rollback().catch(() => undefined);
  }
}
