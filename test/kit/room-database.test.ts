import { describe, expect, test } from '@jest/globals';
import {
  parseDatabaseUrl,
  withSettingNames,
  type DatabaseAddress,
} from '../../subgraphs/kit/room/database/address.js';
import { migrateRoom, type RoomMigration } from '../../subgraphs/kit/room/database/migration.js';
import { openRoomDatabase } from '../../subgraphs/kit/room/database/room-database.js';
import { kitAppendOnly, kitMigrations } from '../../subgraphs/kit/room/kit-tables.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { createTestDatabase } from '../support/pg-sql.js';
import { NoteEntity, notesModule } from './notes-room.js';

const service = servicePrincipal('test');
const kit = kitMigrations.map(({ name }) => name);
const migrate = (
  room: string,
  owner: DatabaseAddress,
  app: DatabaseAddress,
  migrations: readonly RoomMigration[] = [],
) =>
  migrateRoom({
    room,
    owner,
    app,
    migrations: [...kitMigrations, ...migrations],
    rights: { appendOnly: kitAppendOnly },
  });

async function withDatabase(
  work: (
    owner: DatabaseAddress,
    app: DatabaseAddress,
    database: Awaited<ReturnType<typeof createTestDatabase>>,
  ) => Promise<void>,
) {
  await using database = await createTestDatabase([]);
  const owner = parseDatabaseUrl(database.url);
  const app = { ...owner, user: `${owner.database}_app`, password: 'app' };
  try {
    await work(owner, app, database);
  } finally {
    const client = await database.connect();
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [app.user]);
    if (rowCount === 1) {
      await client.query(`drop owned by ${app.user}`);
      await client.query(`drop role ${app.user}`);
    }
  }
}

describe('migrations', () => {
  test('of four rooms by three processes each at the same time are applied once, and a second run applies nothing', async () => {
    await withDatabase(async (owner, app) => {
      const rooms = ['one', 'two', 'three', 'four'];
      const runs = await Promise.all(
        [...rooms, ...rooms, ...rooms].map(async (room) => ({ room, ...(await migrate(room, owner, app)) })),
      );
      for (const room of rooms) {
        expect(runs.filter((run) => run.room === room).flatMap((run) => run.applied)).toEqual(kit);
      }
      expect(await migrate('one', owner, app)).toEqual({ applied: [] });
    });
  });

  test('that fail leave nothing of themselves', async () => {
    await withDatabase(async (owner, app, database) => {
      const broken = [{ name: '0001_broken', statements: ['create table half (id int)', 'create nonsense'] }];
      await expect(migrate('one', owner, app, broken)).rejects.toThrow();
      const { rows } = await (
        await database.connect()
      ).query(`select 1 from pg_tables where schemaname = 'one' and tablename = 'half'`);
      expect(rows).toEqual([]);
      expect((await migrate('one', owner, app)).applied).toEqual(kit);
    });
  });

  test('are refused for a role that row policies do not bind: a superuser, the owner, a member of the owner', async () => {
    await withDatabase(async (owner, app, database) => {
      await expect(migrate('one', owner, owner)).rejects.toThrow('bypasses row-level security');
      const client = await database.connect();
      const name = `${owner.database}_owner`;
      await client.query(`create role ${name} login createrole password 'o'`);
      await client.query(`grant create on database ${owner.database} to ${name}`);
      try {
        const plainOwner = { ...owner, user: name, password: 'o' };
        await expect(migrate('one', plainOwner, plainOwner)).rejects.toThrow('owns the tables');
        await client.query(`create role ${app.user} login password 'app'`);
        await client.query(`grant ${name} to ${app.user}`);
        await expect(migrate('one', plainOwner, app)).rejects.toThrow('owns the tables');
      } finally {
        await client.query(`drop owned by ${name} cascade`);
        await client.query(`drop role ${name}`);
      }
    });
  });
});

describe('migrations whose database cannot be had', () => {
  const dead = { host: '127.0.0.1', port: 1 };

  test('say which setting names it, for the owner and for the application', async () => {
    await withDatabase(async (owner, app) => {
      const deadOwner = { ...owner, ...dead, setting: 'MIGRATION_DATABASE_URL' };
      await expect(migrate('one', deadOwner, app)).rejects.toMatchObject({
        code: 'DATABASE_UNREACHABLE',
        parameters: { setting: 'MIGRATION_DATABASE_URL', ...dead, reason: 'ECONNREFUSED' },
      });
      const deadApp = { ...app, ...dead, setting: 'DATABASE_URL' };
      await expect(migrate('one', owner, deadApp)).rejects.toMatchObject({
        code: 'DATABASE_UNREACHABLE',
        parameters: { setting: 'DATABASE_URL' },
      });
    });
  });

  test('say what the server refuses', async () => {
    await withDatabase(async (owner, app) => {
      const nowhere = { ...owner, database: 'amrlo_nowhere', setting: 'MIGRATION_DATABASE_URL' };
      await expect(migrate('one', nowhere, app)).rejects.toMatchObject({
        code: 'DATABASE_REFUSED',
        message: expect.stringContaining('database "amrlo_nowhere" does not exist'),
      });
    });
  });

  test("end with the driver's error where no setting names it", async () => {
    await withDatabase(async (owner, app) => {
      await expect(migrate('one', { ...owner, ...dead }, app)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    });
  });

  test('fail, and nothing else does, when the server ends while they hold their lock', async () => {
    await withDatabase(async (owner, app) => {
      const ends = [
        {
          name: '0001_end',
          statements: [
            `select pg_terminate_backend(pid) from pg_locks
              where locktype = 'advisory' and granted
                and database = (select oid from pg_database where datname = current_database())`,
          ],
        },
      ];
      await expect(migrate('one', owner, app, ends)).rejects.toThrow(/terminat|not queryable/i);
    });
  });
});

describe('the setting of an address', () => {
  const address = parseDatabaseUrl('postgresql://a@b/c');
  const url = 'postgresql://a@b/c';
  const names = (settings: Parameters<typeof withSettingNames>[2]) => {
    const { app, owner } = withSettingNames({ app: address, owner: address }, 'learners', settings);
    return [app.setting, owner.setting];
  };

  test("is the room's own where it has one, else the common one; the owner's only where it is given", () => {
    const own = 'AMRLO_LEARNERS_DATABASE_URL';
    const ownOwner = 'AMRLO_LEARNERS_MIGRATION_DATABASE_URL';
    expect(names({ DATABASE_URL: url })).toEqual(['DATABASE_URL', 'DATABASE_URL']);
    expect(names({ DATABASE_URL: url, MIGRATION_DATABASE_URL: url })).toEqual([
      'DATABASE_URL',
      'MIGRATION_DATABASE_URL',
    ]);
    expect(names({ DATABASE_URL: url, MIGRATION_DATABASE_URL: url, [own]: url })).toEqual([own, own]);
    expect(names({ [own]: url, [ownOwner]: url })).toEqual([own, ownOwner]);
  });
});

describe('two rooms in one async context', () => {
  test('read and write their own schemas and roll back separately', async () => {
    await withDatabase(async (owner, app) => {
      const migrations = notesModule.migrations;
      for (const room of ['left', 'right']) await migrate(room, owner, app, migrations);
      const left = await openRoomDatabase({ room: 'left', app, entities: [NoteEntity] });
      const right = await openRoomDatabase({ room: 'right', app, entities: [NoteEntity] });
      try {
        const row = (id: string) => ({ id, owner: 'anna', title: id, createdAt: new Date() });
        await expect(
          left.transact(service, async (outer) => {
            // The ORM keeps its transaction in the async context as well; the other room must not find it there.
            await outer.em.transactional(async (inner) => {
              inner.create(NoteEntity, row('in-left') as never, { persist: true });
              await inner.flush();
              await right.transact(service, async (unit) => {
                expect(await unit.em.find(NoteEntity, {})).toEqual([]);
                unit.em.create(NoteEntity, row('in-right') as never, { persist: true });
                await unit.em.flush();
                expect(await unit.sql.execute('select current_schema() as s')).toEqual([{ s: 'right' }]);
              });
              await expect(
                right.transact(service, async (unit) => {
                  await unit.sql.execute(`insert into note (id, owner) values ('lost', 'anna')`);
                  throw new Error('only the right one');
                }),
              ).rejects.toThrow('only the right one');
              expect((await inner.find(NoteEntity, {})).map(({ id }) => id)).toEqual(['in-left']);
            });
            throw new Error('only the left one');
          }),
        ).rejects.toThrow('only the left one');
        const ids = (database: typeof left) =>
          database.transact(service, async ({ em }) => (await em.find(NoteEntity, {})).map(({ id }) => id));
        expect(await ids(left)).toEqual([]);
        expect(await ids(right)).toEqual(['in-right']);
      } finally {
        await Promise.all([left.close(), right.close()]);
      }
    });
  });
});

describe('a transaction whose commit fails', () => {
  test('gives its connection back', async () => {
    await withDatabase(async (owner, app) => {
      await migrate('one', owner, app, [
        {
          name: '0001_late',
          statements: ['create table late (id int unique deferrable initially deferred)'],
        },
      ]);
      const database = await openRoomDatabase({ room: 'one', app, entities: [], maxConnections: 1 });
      try {
        for (let turn = 0; turn < 3; turn += 1) {
          await expect(
            database.transact(service, ({ sql }) => sql.execute('insert into late values (1), (1)')),
          ).rejects.toMatchObject({ code: '23505' });
        }
        expect(
          await database.transact(service, ({ sql }) => sql.execute('select count(*)::int as n from late')),
        ).toEqual([{ n: 0 }]);
      } finally {
        await database.close();
      }
    });
  }, 20_000);
});
