import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { roomModules } from '../../subgraphs/alliance/modules.js';
import { parseDatabaseUrl, type DatabaseAddress } from '../../subgraphs/kit/room/database/address.js';
import { migrateRoom } from '../../subgraphs/kit/room/database/migration.js';
import { kitAppendOnly, kitMigrations } from '../../subgraphs/kit/room/kit-tables.js';
import { balances, entry, readByText, serviceFunctions } from './service-functions.js';

const server = parseDatabaseUrl(
  process.env['AMRLO_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
);
const name = `amrlo_new_${process.pid}_${randomBytes(4).toString('hex')}`;
const owner = { ...server, database: name, user: `${name}_owner`, password: 'owner' };
const app = { ...server, database: name, user: `${name}_app`, password: 'app' };

/**
 * What postgres-init.sh does for the database of the rooms, under names of this test's own: first as a superuser of the
 * server, then as a superuser in the new database.
 */
function prescribed(): { inServer: string[]; inDatabase: string[] } {
  const script = readFileSync(new URL('../../docs/deployment/postgres-init.sh', import.meta.url), 'utf8');
  const [, sql = ''] = /<<'SQL'\n(.*?)\nSQL\n/s.exec(script) ?? [];
  const [inServer = '', inDatabase = ''] = sql.replace(/^--.*$/gm, '').split(/^\\connect \w+$/m);
  const statements = (text: string) =>
    text
      .replaceAll(', zhengfang, postgres from', ' from')
      .replace(/\bamrlo(_\w+)?\b/g, (_, role: string | undefined) => `${name}${role ?? ''}`)
      .replace(/:'(\w+)'/g, "'$1'")
      .split(';')
      .filter((statement) => /\S/.test(statement) && !/zhengfang/.test(statement));
  return { inServer: statements(inServer), inDatabase: statements(inDatabase) };
}

async function run(address: DatabaseAddress, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function migrateAll(): Promise<Record<string, string[]>> {
  const done: Record<string, string[]> = {};
  for (const { name: room, migrations, appendOnly = [] } of roomModules) {
    const { applied } = await migrateRoom({
      room,
      owner,
      app,
      migrations: [...kitMigrations, ...migrations],
      rights: { appendOnly: [...kitAppendOnly, ...appendOnly] },
    });
    done[room] = applied;
  }
  return done;
}

interface FunctionText {
  readonly name: string;
  readonly text: string;
}

describe('a new database with the roles of docs/deployment/postgres-init.sh', () => {
  let applied: Record<string, string[]>;
  let holder: pg.Client;
  beforeAll(async () => {
    const { inServer, inDatabase } = prescribed();
    await run(server, inServer);
    await run({ ...server, database: name }, inDatabase);
    applied = await migrateAll();
    // Whoever asks for this school record waits, and is refused when the patience of `inRoom` ends.
    holder = new pg.Client({ ...app, options: '-c search_path=learners' });
    await holder.connect();
    await holder.query('begin');
    await holder.query(`select lock_student_record('inst_1', 'taken')`);
  });
  afterAll(async () => {
    await holder?.end();
    await run(server, [
      `drop database if exists ${name} with (force)`,
      `drop role if exists ${owner.user}`,
      `drop role if exists ${app.user}`,
    ]);
  });

  /** A transaction of the application's role in a room, undone at the end. */
  async function inRoom(room: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({ ...app, options: `-c search_path=${room} -c lock_timeout=20ms` });
    await client.connect();
    try {
      await client.query('begin');
      await work(client);
      // Here and not by the connection's end, which nobody waits for: the next test's rows have the same keys.
      await client.query('rollback');
    } finally {
      await client.end();
    }
  }
  const become = (client: pg.Client, kind: string) =>
    client.query(
      `select set_config('app.kind', $1, true), set_config('app.subject', 'me', true),
         set_config('app.grants', 'INSTITUTION_ADMIN@inst_1', true)`,
      [kind],
    );
  const kindOf = async (client: pg.Client) =>
    (await client.query(`select current_setting('app.kind', true) as kind`)).rows[0].kind as string;

  test('is migrated by an owner without special privileges, room by room, once', async () => {
    expect(Object.keys(applied)).toEqual(['institutions', 'outcomes', 'learners', 'agreements']);
    for (const { name: room, migrations } of roomModules)
      expect(applied[room]).toEqual([...kitMigrations, ...migrations].map((migration) => migration.name));
    expect(await migrateAll()).toEqual({ institutions: [], outcomes: [], learners: [], agreements: [] });
  });

  test('lets an entry move a balance that its author may not change', async () => {
    await inRoom('agreements', async (client) => {
      await become(client, 'SERVICE');
      await client.query(balances);
      await become(client, 'PERSON');
      await client.query(entry(1));
      const seen = await client.query(
        'select id, reserved::int as reserved from deposit_balance order by id',
      );
      expect(seen.rows).toEqual([{ id: 'dep_1', reserved: 1 }]);
      expect((await client.query(`update deposit_balance set revoked_at = now()`)).rowCount).toBe(0);
    });
  });

  async function actingAsService(): Promise<FunctionText[]> {
    const client = new pg.Client(owner);
    await client.connect();
    const { rows } = await client.query<FunctionText>(
      `select proname as name, prosrc as text from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
       where nspname = any ($1) and (prosecdef or proconfig is not null or prosrc like '%set_config%')`,
      [roomModules.map((module) => module.name)],
    );
    await client.end();
    return rows;
  }

  test('knows no other function that acts as the service than those tried below or read by their text', async () => {
    const known = [...serviceFunctions.map((one) => one.name), ...readByText];
    expect((await actingAsService()).map((one) => one.name).toSorted()).toEqual(known.toSorted());
  });

  test('leaves no function between acting as the service and giving the kind back', async () => {
    for (const { name, text } of await actingAsService()) {
      const spans = [
        ...text.matchAll(/'app\.kind', 'SERVICE', true\)([\s\S]*?)set_config\('app\.kind', caller, true\)/g),
      ];
      expect([name, spans.length]).toEqual([name, text.split(`'app.kind', 'SERVICE', true)`).length - 1]);
      // `return query` gathers rows and goes on.
      for (const [, span] of spans) expect([name, /\breturn\b(?! query)/.test(span!)]).toEqual([name, false]);
    }
  });

  describe.each(['PERSON', ''])('a caller of the kind "%s"', (kind) => {
    test.each(serviceFunctions)(
      'is of it after $name, done or refused',
      async ({ room, before, works, refused }) => {
        await inRoom(room, async (client) => {
          await become(client, 'SERVICE');
          await client.query(before);
          await become(client, kind);
          if (refused !== undefined) {
            await client.query('savepoint tried');
            const [statement, code] = refused;
            await expect(client.query(statement)).rejects.toMatchObject({ code });
            await client.query('rollback to tried');
            expect(await kindOf(client)).toBe(kind);
          }
          await client.query(works);
          expect(await kindOf(client)).toBe(kind);
        });
      },
    );
  });
});
