import { randomBytes, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import type { Grant, Principal, Role } from '../../subgraphs/kit/base/identity/principal.js';
import type { Link, LinkCall } from '../../subgraphs/kit/base/link/link.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { assertNoOpenTransaction } from '../../subgraphs/kit/base/transaction-guard.js';
import { createLocalWakeBus, type WakeBus } from '../../subgraphs/kit/base/wake.js';
import { sealingKey } from '../../subgraphs/kit/room/audit/sealer.js';
import { databaseUrl, parseDatabaseUrl } from '../../subgraphs/kit/room/database/address.js';
import { createFieldCipher } from '../../subgraphs/kit/room/encryption/field-cipher.js';
import { createFileStore, type FileStore } from '../../subgraphs/kit/room/files/file-store.js';
import { createLocalStorage } from '../../subgraphs/kit/room/files/local-storage.js';
import type { EventProducer } from '../../subgraphs/kit/room/outbox/consumer.js';
import type { RoomModule } from '../../subgraphs/kit/room/room-module.js';
import { createRoom, type Room } from '../../subgraphs/kit/room/room.js';

const server = process.env['AMRLO_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** What the fake link answers when a room asks another subgraph. */
export type RemoteAnswer = (call: LinkCall) => SubgraphResponse | Promise<SubgraphResponse>;

/** What a question to the room gives back. */
export interface Answer {
  // oxlint-disable-next-line typescript/no-explicit-any -- its shape is the query's; naming it again would say it twice
  readonly data: any;
  readonly errors?: SubgraphResponse['errors'];
}

/** One room over a database of its own, asked by signed-in people without a gateway. */
export interface RoomOnPostgres extends AsyncDisposable {
  readonly room: Room;
  readonly clock: FakeClock;
  readonly files: FileStore;
  readonly wakeBus: WakeBus;
  /** A superuser's connection, to look behind the room's back. */
  readonly sql: pg.Client;
  /** The same for another process: the database as its superuser, with the room's search path. */
  readonly url: string;
  /** A connection as the application's role, with the room's search path and no principal. */
  connectAsApp(): Promise<pg.Client>;
  ask(principal: Principal, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Everything the room has logged. */
  logged(): string;
}

/** Starts a room; `remote` stands for all other subgraphs. */
export async function startRoomOnPostgres(
  module: RoomModule,
  remote: RemoteAnswer = () => ({ data: null }),
  options: { firstSecretariat?: string; producer?: (room: string) => EventProducer } = {},
): Promise<RoomOnPostgres> {
  const name = `amrlo_room_${process.pid}_${randomBytes(4).toString('hex')}`;
  await once(server, `create database ${name}`);
  const owner = parseDatabaseUrl(Object.assign(new URL(server), { pathname: `/${name}` }).href);
  const app = { ...owner, user: `${name}_app`, password: 'app' };
  const lines: string[] = [];
  const wakeBus = createLocalWakeBus();
  const clock = new FakeClock();
  const folder = await mkdtemp(path.join(tmpdir(), 'amrlo-room-'));
  const files = createFileStore({
    storage: await createLocalStorage(folder),
    secret: randomBytes(32),
    clock,
  });
  const link: Link = {
    async call(call) {
      assertNoOpenTransaction();
      return remote(call);
    },
    state: () => [],
    close: async () => undefined,
  };
  const room = await createRoom(module, {
    database: { app, owner },
    // The assertion is the principal itself: who signs it is proved elsewhere.
    verifier: { verify: async (assertion) => JSON.parse(assertion ?? '') as Principal },
    clock,
    log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    wakeBus,
    cipher: createFieldCipher({ keys: { k1: randomBytes(32) }, current: 'k1', lookupKey: randomBytes(32) }),
    files,
    sealingKey: sealingKey(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    ),
    link: () => link,
    producer: () => ({ pull: async () => [], acknowledge: async () => undefined }),
    ...options,
  });
  const sql = new pg.Client({ ...owner, options: `-c search_path=${module.name}` });
  await sql.connect();
  const others: pg.Client[] = [];
  return {
    room,
    clock,
    files,
    wakeBus,
    sql,
    url: `${databaseUrl(owner)}?options=${encodeURIComponent(`-c search_path=${module.name}`)}`,
    async connectAsApp() {
      const client = new pg.Client({ ...app, options: `-c search_path=${module.name}` });
      await client.connect();
      others.push(client);
      return client;
    },
    async ask(principal, query, variables = {}) {
      const answer = await room.handle({
        query,
        variables,
        assertion: JSON.stringify(principal),
        requestId: `req_${randomBytes(6).toString('hex')}`,
        locale: 'en',
        deadline: clock.now().getTime() + 10_000,
        signal: new AbortController().signal,
      });
      return answer as Answer;
    },
    logged: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await Promise.all(others.map((client) => client.end()));
      await sql.end();
      await room.stop();
      await rm(folder, { recursive: true });
      await once(server, `drop database ${name} with (force)`);
      await once(server, `drop role if exists ${app.user}`);
    },
  };
}

/** A person with grants, each written `ROLE@institution/servicePoint`, `ROLE@institution` or `ROLE`. */
export function person(subject: string, ...held: string[]): Principal {
  const grants = held.map((entry): Grant => {
    const [role, place] = entry.split('@');
    const [institutionId, servicePointId] = place?.split('/') ?? [];
    return {
      id: `grant_${entry}`,
      role: role as Role,
      institutionId: institutionId ?? null,
      from: '2020-01-01T00:00:00Z',
      to: null,
      ...(servicePointId === undefined ? {} : { servicePointId }),
    };
  });
  return { kind: 'PERSON', subject, grants, scopes: [] };
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Reads a job's report again with every change of the job, until it has ended. Listening begins before each reading, so
 * that no change is missed.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the report's shape is the query's, as in an Answer
export async function endOfJob(wakeBus: WakeBus, id: string, read: () => Promise<any>): Promise<any> {
  for (;;) {
    let woken = (): void => undefined;
    const signal = new Promise<void>((resolve) => (woken = resolve));
    const unsubscribe = wakeBus.subscribe((wake) => wake.type === 'Job' && wake.id === id && woken());
    try {
      const report = await read();
      if (['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(report.job.state)) return report;
      await signal;
    } finally {
      unsubscribe();
    }
  }
}
