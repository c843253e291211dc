import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { type AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { createSigner, createVerifier } from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { readUtf8 } from '../../subgraphs/kit/room/files/read-text.js';
import { createHousekeeping } from '../../subgraphs/kit/room/housekeeping.js';
import { kitMigrations } from '../../subgraphs/kit/room/kit-tables.js';
import { serveRoom } from '../../subgraphs/kit/room/serve-room.js';
import { createTestDatabase } from '../support/pg-sql.js';

const log = pino({ level: 'silent' });

describe('a served subgraph', () => {
  test('answers 401 without a sound assertion, the schema and references included, and 200 with one', async () => {
    const clock = new FakeClock();
    const { signer, publicKeyPem } = await createSigner(undefined, clock);
    const verifier = await createVerifier([publicKeyPem!], clock);
    const server = await serveRoom(
      {
        ready: async () => true,
        handle: async ({ assertion, query }) => {
          try {
            await verifier.verify(assertion, 'notes');
          } catch (error) {
            return {
              data: null,
              errors: [{ message: '', extensions: { code: (error as AmrloError).code } }],
            };
          }
          if (query === 'fault') throw new Error('postgres://secret');
          return { data: {} };
        },
      },
      { host: '127.0.0.1', port: 0 },
    );
    const ask = (query: string, assertion?: string) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(assertion ? { 'x-amrlo-assertion': assertion } : {}),
        },
        body: JSON.stringify({ query }),
      });
    try {
      const sound = await signer.sign(servicePrincipal('x'), 'notes');
      for (const query of [
        '{ _service { sdl } }',
        '{ _entities(representations: []) { __typename } }',
        '{ note }',
      ]) {
        expect((await ask(query)).status).toBe(401);
        expect((await ask(query, await signer.sign(servicePrincipal('x'), 'other'))).status).toBe(401);
        expect((await ask(query, sound)).status).toBe(200);
      }
      const fault = await ask('fault', sound);
      expect(fault.status).toBe(500);
      expect(await fault.text()).toMatch(/"INTERNAL","id":"err_/);
      const broken = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{',
      });
      expect(broken.status).toBe(400);
    } finally {
      await server.stop();
    }
  });
});

describe('housekeeping', () => {
  test('removes what is older than its days, keeps what is younger or still awaited, and sweeps the files', async () => {
    await using database = await createTestDatabase(kitMigrations.flatMap(({ statements }) => statements));
    const clock = new FakeClock('2026-06-01T00:00:00Z');
    const client = await database.connect();
    const days = (n: number) => new Date(clock.now().getTime() - n * 86_400_000).toISOString();
    for (const [id, age] of [
      ['old', 31],
      ['new', 29],
    ] as const) {
      await client.query(
        `insert into idempotency_key (subject, operation, key, input_hash, created_at) values ('s', 'o', $1, 'h', $2)`,
        [id, days(age)],
      );
    }
    for (const [id, ended] of [
      ['old', days(91)],
      ['new', days(89)],
      ['open', null],
    ] as const) {
      await client.query(
        `insert into job (id, kind, input, requested_by, created_at, finished_at) values ($1, 'k', '{}', 's', $2, $3)`,
        [id, days(200), ended],
      );
    }
    let swept = 0;
    const housekeeping = createHousekeeping({
      transact: database.transact,
      clock,
      log,
      files: { sweep: async () => (swept += 1) },
    });
    housekeeping.start();
    await clock.untilWaiting(86_400_000);
    await housekeeping.stop();
    const ids = async (statement: string) =>
      (await client.query(statement)).rows.map(({ id }) => id as string);
    expect(await ids('select key as id from idempotency_key')).toEqual(['new']);
    expect(await ids('select id from job order by id')).toEqual(['new', 'open']);
    expect(swept).toBe(1);
  });
});

describe('an uploaded text', () => {
  const file = (bytes: Buffer) => ({
    bytes: bytes.length,
    sha256: '',
    fileName: null,
    stream: Readable.from([bytes]),
  });

  test('is read as UTF-8, with or without a byte order mark', async () => {
    expect(await readUtf8(file(Buffer.from('\ufeff宁夏\n大学')), 100)).toBe('宁夏\n大学');
  });

  test.each([
    [1, [0xc4, 0xfe]],
    [2, [0x0a, 0xc4, 0xfe, 0x0a]],
    [3, [0x61, 0x0a, 0x61, 0x0a, 0xe5, 0xae]],
  ])('in another encoding is refused with line %d', async (line, bytes) => {
    await expect(readUtf8(file(Buffer.from(bytes)), 100)).rejects.toMatchObject({
      code: 'FILE_WRONG_ENCODING',
      parameters: { line },
    });
  });

  test('that is too large is refused unread', async () => {
    await expect(readUtf8(file(Buffer.alloc(101)), 100)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });
});
