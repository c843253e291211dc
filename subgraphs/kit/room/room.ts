import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Clock } from '../base/clock.js';
import { AmrloError } from '../base/errors/amrlo-error.js';
import { catalogue } from '../base/errors/catalogue.js';
import { newFaultId } from '../base/errors/fault-id.js';
import type { AssertionVerifier } from '../base/identity/assertion.js';
import { servicePrincipal } from '../base/identity/principal.js';
import type { Link } from '../base/link/link.js';
import type { SubgraphError, SubgraphRequest, SubgraphResponse } from '../base/link/subgraph-request.js';
import type { Logger } from '../base/log.js';
import { insideTransaction } from '../base/transaction-guard.js';
import type { WakeBus } from '../base/wake.js';
import { auditDownload } from './audit/audit-download.js';
import { createSealer, type SealingKey } from './audit/sealer.js';
import type { DatabaseAddress } from './database/address.js';
import { migrateRoom } from './database/migration.js';
import { isUnstorableText } from './database/unstorable-text.js';
import { RowReader } from './database/row-reader.js';
import { openRoomDatabase, type RoomDatabase } from './database/room-database.js';
import type { Transact } from './database/sql.js';
import type { FieldCipher } from './encryption/field-cipher.js';
import { createExecutor } from './execute-operation.js';
import type { FileStore } from './files/file-store.js';
import { createHousekeeping, type Retention } from './housekeeping.js';
import { createJobRunner } from './jobs/job-runner.js';
import { kitAppendOnly, kitMigrations } from './kit-tables.js';
import { createConsumer, eventsEmitted, type EventProducer } from './outbox/consumer.js';
import { createEventEndpoint, localProducer, type EventEndpoint } from './outbox/event-endpoint.js';
import { federatedSchema } from './schema/federated-schema.js';
import { RequestScope, type ScopeEnvironment } from './scope/request-scope.js';
import type { AfterCommit, RoomModule } from './room-module.js';
import { announceWork } from './work/announced-work.js';
import { workChangedType } from './work/work-event.js';

/** What a room needs from the process it runs in. */
export interface RoomEnvironment {
  readonly database: { readonly app: DatabaseAddress; readonly owner: DatabaseAddress };
  readonly verifier: AssertionVerifier;
  readonly clock: Clock;
  readonly log: Logger;
  readonly wakeBus: WakeBus;
  readonly cipher: FieldCipher;
  readonly files: FileStore;
  readonly sealingKey: SealingKey;
  /** Other subgraphs; a function, because rooms and the link know each other. */
  readonly link: () => Link;
  /** How to pull another room's events. */
  readonly producer: (room: string) => EventProducer;
  readonly firstSecretariat?: string;
  /** How long the room remembers what nobody needs any more. */
  readonly retention?: Retention;
}

/** A running room. */
export interface Room {
  readonly name: string;
  readonly sdl: string;
  /** Answers one operation of the gateway or of another room. */
  readonly handle: (request: SubgraphRequest) => Promise<SubgraphResponse>;
  /** The endpoint from which other rooms pull this room's events. */
  readonly events: EventEndpoint;
  /** Whether the database answers. */
  readonly ready: () => Promise<boolean>;
  /** Starts jobs, event consumers, the sealer and the daily housekeeping. */
  start(): void;
  stop(): Promise<void>;
}

/** Migrates, opens and composes a room. A room's `main.ts` is this and a server. */
export async function createRoom(module: RoomModule, environment: RoomEnvironment): Promise<Room> {
  const { clock, wakeBus, link } = environment;
  const log = environment.log.child({ room: module.name });
  const { applied } = await migrateRoom({
    room: module.name,
    ...environment.database,
    migrations: [...kitMigrations, ...module.migrations],
    rights: { appendOnly: [...kitAppendOnly, ...(module.appendOnly ?? [])] },
  });
  if (applied.length > 0) log.info({ applied }, 'migrated');
  const database = await openRoomDatabase({
    room: module.name,
    app: environment.database.app,
    entities: module.entities,
  });
  const self = servicePrincipal(module.name);
  const transact: Transact = (work) =>
    database.transact(self, (unit) => insideTransaction(() => work(unit.sql)));
  environment.files.auditDownloads((event) => auditDownload(event, transact, clock));
  const parts = module.compose({
    clock,
    log,
    wakeBus,
    transact,
    cipher: environment.cipher,
    files: environment.files,
    link,
    ...(environment.firstSecretariat === undefined ? {} : { firstSecretariat: environment.firstSecretariat }),
  });
  if (parts.prepare !== undefined) await transact(parts.prepare);
  await announceWaitingRows(module, database, { clock, log });
  const { schema, sdl } = await federatedSchema(parts);
  const execute = createExecutor(schema);
  const scopeEnvironment: ScopeEnvironment = {
    room: module.name,
    database,
    reader: new RowReader(),
    policies: new Map(module.policies.map((policy) => [policy.entity.meta.className, policy])),
    consumersOf: (type) => consumersOf(module, type),
    clock,
    log,
    wakeBus,
    link,
  };

  async function handle(request: SubgraphRequest): Promise<SubgraphResponse> {
    try {
      const principal = await environment.verifier.verify(request.assertion, module.name);
      const scope = new RequestScope(scopeEnvironment, { ...request, principal });
      let result: ExecutionResult;
      try {
        result = await execute(request, { scope });
      } finally {
        // Also when it fails: without its audit rows no answer leaves the room.
        await scope.end();
      }
      return report(result, request, log);
    } catch (error) {
      return { data: null, errors: [describe(error, request, log)] };
    }
  }

  const jobs = createJobRunner({
    transact,
    handlers: parts.jobs ?? {},
    shownAs: parts.jobsShownAs ?? {},
    clock,
    log,
    wakeBus,
    signal: eventsEmitted(module.name),
  });
  const sealer = createSealer({ transact, key: environment.sealingKey, clock, log });
  const housekeeping = createHousekeeping({
    transact,
    files: environment.files,
    clock,
    log,
    ...(parts.tidy === undefined ? {} : { tidy: parts.tidy }),
    ...(environment.retention === undefined ? {} : { retention: environment.retention }),
  });
  const background = parts.background ?? [];
  const subscriptions = Map.groupBy(parts.subscriptions ?? [], ({ producer }) => producer);
  const consumers = [...subscriptions].map(([producerName, wanted]) =>
    createConsumer({
      name: module.name,
      producerName,
      // A room that projects its own events reads them where they lie; nobody has to be asked who it is.
      producer:
        producerName === module.name
          ? localProducer(transact, module.name)
          : environment.producer(producerName),
      handle: async (event, sql) => {
        const afterwards: AfterCommit[] = [];
        for (const { types, handle: apply } of wanted) {
          if (types.includes(event.type)) afterwards.push((await apply(event, sql)) ?? (() => undefined));
        }
        return () => {
          for (const act of afterwards) act();
        };
      },
      transact,
      clock,
      log,
      wakeBus,
    }),
  );

  return {
    name: module.name,
    sdl,
    handle,
    events: createEventEndpoint({ transact, verifier: environment.verifier, audience: module.name }),
    ready: () =>
      transact(async (sql) => {
        await sql.execute('select 1');
        return true;
      }).catch(() => false),
    start() {
      jobs.start();
      sealer.start();
      housekeeping.start();
      for (const consumer of consumers) consumer.start();
      for (const work of background) work.start();
    },
    async stop() {
      await Promise.all([
        jobs.stop(),
        sealer.stop(),
        housekeeping.stop(),
        ...consumers.map((consumer) => consumer.stop()),
        ...background.map((work) => work.stop()),
      ]);
      await database.close();
    },
  };
}

function consumersOf(module: RoomModule, type: string): readonly string[] {
  const consumers = module.emits[type];
  if (consumers === undefined) throw new Error(`${module.name} emits ${type} but does not declare it.`);
  return consumers;
}

/** What waits for officials since before this room told the inbox of it. */
async function announceWaitingRows(
  module: RoomModule,
  database: RoomDatabase,
  { clock, log }: Pick<RoomEnvironment, 'clock' | 'log'>,
): Promise<void> {
  const sources = module.work ?? [];
  if (sources.length === 0) return;
  const consumers = consumersOf(module, workChangedType);
  const announced = await database.transact(servicePrincipal(module.name), (unit) =>
    announceWork(unit, { sources, clock, consumers }),
  );
  if (announced > 0) log.info({ announced }, 'rows that wait for officials were announced');
}

function report(result: ExecutionResult, request: SubgraphRequest, log: Logger): SubgraphResponse {
  const data = result.data;
  if (result.errors === undefined) return { data: data ?? null };
  return {
    data: data ?? null,
    errors: result.errors.map((error: GraphQLError) => ({
      ...describe(error.originalError ?? error, request, log),
      ...(error.path ? { path: error.path } : {}),
    })),
  };
}

/** An error as the gateway may see it: a code of the catalogue, or INTERNAL with an id that the log explains. */
function describe(error: unknown, request: SubgraphRequest, log: Logger): SubgraphError {
  const known =
    error instanceof AmrloError ? error : (cancelled(request) ?? textRefused(error) ?? internal(error, log));
  const entry = catalogue[known.code];
  return {
    message: known.messageIn(request.locale),
    extensions: {
      code: known.code,
      retryable: entry.retryable,
      ...(known.code === 'INTERNAL' ? { id: known.parameters['id'] } : {}),
      ...(known.retryAfterMs === undefined ? {} : { retryAfterMs: known.retryAfterMs }),
      ...(entry.rule === undefined ? {} : { rule: entry.rule }),
    },
  };
}

/** What a statement that was cancelled throws is the driver's own; why it was cancelled is the signal's reason. */
function cancelled({ signal }: SubgraphRequest): AmrloError | undefined {
  if (!signal.aborted) return undefined;
  return signal.reason instanceof AmrloError ? signal.reason : new AmrloError('REQUEST_CANCELLED');
}

/** A client may send a text that JSON can carry and PostgreSQL cannot store (the character U+0000). */
function textRefused(error: unknown): AmrloError | undefined {
  return isUnstorableText(error) ? new AmrloError('INPUT_INVALID', { detail: 'U+0000' }) : undefined;
}

function internal(error: unknown, log: Logger): AmrloError {
  const id = newFaultId();
  log.error({ id, err: error }, 'an operation failed');
  return new AmrloError('INTERNAL', { id });
}
