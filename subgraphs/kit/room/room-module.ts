import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/log.js';
import type { WakeBus } from '../base/wake.js';
import type { Link } from '../base/link/link.js';
import type { RoomMigration } from './database/migration.js';
import type { Sql, Transact } from './database/sql.js';
import type { FieldCipher } from './encryption/field-cipher.js';
import type { FileStore } from './files/file-store.js';
import type { JobHandler } from './jobs/job-handler.js';
import type { Machine } from './machine/machine.js';
import type { OutboxEvent } from './outbox/outbox-event.js';
import type { AnyEntity } from './database/room-database.js';
import type { AnyRowPolicy } from './policy/row-policy.js';
import type { SchemaParts } from './schema/federated-schema.js';
import type { AnyWorkSource } from './work/work-source.js';

/** What a room's composition root is given to build its services from. */
export interface RoomKit {
  readonly clock: Clock;
  readonly log: Logger;
  readonly wakeBus: WakeBus;
  /** A fresh transaction as this room's service principal. */
  readonly transact: Transact;
  readonly cipher: FieldCipher;
  readonly files: FileStore;
  /** Other rooms, for work outside a request (jobs, events). */
  readonly link: () => Link;
  /** The subject who gets the first grant of the secretariat while nobody holds one. */
  readonly firstSecretariat?: string;
}

/** What is done once a transaction is durable, for instance waking live readers: best effort, must not throw. */
export type AfterCommit = () => void;

/** What happens in this room when another room says that something happened; runs in a transaction of this room. */
export interface EventSubscription {
  /** The room that says it. */
  readonly producer: string;
  readonly types: readonly string[];
  readonly handle: (event: OutboxEvent, sql: Sql) => Promise<AfterCommit | void>;
}

/**
 * Work that a room does by itself for as long as it runs, at its own pace: when a signal comes, or as often as its
 * promise needs (a webhook is sent within seconds). What may wait for the daily round is `RoomParts.tidy`.
 */
export interface BackgroundWork {
  start(): void;
  /** Resolves when the work under way is finished. */
  stop(): Promise<void>;
}

/** The running parts of a room that need services. */
export interface RoomParts extends SchemaParts {
  readonly jobs?: Readonly<Record<string, JobHandler>>;
  /** By kind of job, the type that shows it in the graph under the job's id. */
  readonly jobsShownAs?: Readonly<Record<string, string>>;
  readonly subscriptions?: readonly EventSubscription[];
  /**
   * What the room tidies in the daily round that the kit makes anyway, so that it needs no loop of its own: each is one
   * batch in a transaction of its own, returns how much it did, and is called again until that is 0.
   */
  readonly tidy?: Readonly<Record<string, (sql: Sql) => Promise<number>>>;
  readonly background?: readonly BackgroundWork[];
  /** What has to be true before the room answers, for example its presets; runs at every start, in one transaction. */
  readonly prepare?: (sql: Sql) => Promise<void>;
}

/** A room: what it stores, who may see it, what it shows, what it says to others. */
export interface RoomModule {
  readonly name: string;
  readonly entities: readonly AnyEntity[];
  readonly migrations: readonly RoomMigration[];
  /** The tables that may only grow. */
  readonly appendOnly?: readonly string[];
  readonly policies: readonly AnyRowPolicy[];
  readonly machines: readonly Machine[];
  /** How rows that wait for officials become tasks; one per machine with such a state. */
  readonly work?: readonly AnyWorkSource[];
  /** The event types this room emits, each with the rooms that must acknowledge it. */
  readonly emits: Readonly<Record<string, readonly string[]>>;
  /** The composition root: the one place of the room that says `new`. */
  readonly compose: (kit: RoomKit) => RoomParts;
}
