import { Migration } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import type pg from 'pg';
import type { DatabaseAddress } from './address.js';
import { connect } from './connect.js';

/** A forward step of a room's schema; statements run in the room's schema as its owner, in one transaction. */
export interface RoomMigration {
  /** Sorts after every earlier name, for example `0002_learner_search`. Never changed once released. */
  readonly name: string;
  readonly statements: readonly string[];
}

/** What the application's role may do to the tables that exist after the migrations. */
export interface TableRights {
  /** Tables that the role may only read and append to. */
  readonly appendOnly: readonly string[];
}

/**
 * One lock for all rooms of a database: parallel grants of several rooms fail with "tuple concurrently updated"
 * instead of waiting. Roles belong to the cluster, so rooms in different databases may still meet over them.
 */
const migrationLock = 7_240_116;

/**
 * Brings a room's schema up to date, and makes sure that the application's role can connect; safe when many processes
 * start at once.
 * @throws AmrloError `DATABASE_UNREACHABLE`, `DATABASE_REFUSED`
 */
export async function migrateRoom(options: {
  room: string;
  owner: DatabaseAddress;
  app: DatabaseAddress;
  migrations: readonly RoomMigration[];
  rights: TableRights;
}): Promise<{ applied: string[] }> {
  const { room, owner, app } = options;
  const lock = await connect(owner);
  try {
    await lock.query('select pg_advisory_lock($1)', [migrationLock]);
    await lock.query(`create schema if not exists ${quote(room)}`);
    await createRole(lock, app);
    await assertOwnsNothing(lock, owner, app);
    const applied = await runMigrations(options);
    await grantRights(lock, room, app.user, options.rights);
    await (await connect(app)).end();
    return { applied };
  } finally {
    await lock.end();
  }
}

async function createRole(client: pg.Client, app: DatabaseAddress): Promise<void> {
  const known = await client.query('select rolsuper, rolbypassrls from pg_roles where rolname = $1', [
    app.user,
  ]);
  if (known.rowCount === 0) {
    const password = app.password === undefined ? '' : ` password ${client.escapeLiteral(app.password)}`;
    try {
      await client.query(`create role ${quote(app.user)} login nosuperuser nobypassrls${password}`);
    } catch (error) {
      // Another database of the cluster was faster.
      if (!['42710', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
    }
    return;
  }
  const role = known.rows[0] as { rolsuper: boolean; rolbypassrls: boolean };
  if (role.rolsuper || role.rolbypassrls) {
    throw new Error(
      `The role ${app.user} of DATABASE_URL bypasses row-level security; use a role that owns nothing.`,
    );
  }
}

/** Row policies do not bind the owner of a table, nor whoever may become the owner. */
async function assertOwnsNothing(
  client: pg.Client,
  owner: DatabaseAddress,
  app: DatabaseAddress,
): Promise<void> {
  const { rows } = await client.query('select pg_has_role($1, $2, $3) as owns', [
    app.user,
    owner.user,
    'MEMBER',
  ]);
  if ((rows[0] as { owns: boolean }).owns) {
    throw new Error(
      `The role ${app.user} of DATABASE_URL owns the tables; give it no part in ${owner.user} of MIGRATION_DATABASE_URL.`,
    );
  }
}

async function runMigrations(options: {
  room: string;
  owner: DatabaseAddress;
  migrations: readonly RoomMigration[];
}): Promise<string[]> {
  const orm = await MikroORM.init({
    ...ormConnection(options.owner, options.room),
    contextName: `${options.room}:migration`,
    // What was applied is returned and logged by the room; the migrator's own lines would go to standard output.
    logger: () => undefined,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      tableName: 'migration',
      schema: options.room,
      snapshot: false,
      transactional: true,
      allOrNothing: true,
      migrationsList: options.migrations.map(({ name, statements }) => ({
        name,
        class: class extends Migration {
          override up(): void {
            for (const statement of statements) this.addSql(statement);
          }
        },
      })),
    },
  } satisfies Options);
  try {
    const done = await orm.migrator.up();
    return done.map((migration) => migration.name);
  } finally {
    await orm.close();
  }
}

async function grantRights(
  client: pg.Client,
  room: string,
  role: string,
  rights: TableRights,
): Promise<void> {
  const schema = quote(room);
  // In one transaction: between the grant and the revocation nobody may change what only grows.
  await client.query('begin');
  await client.query(`grant usage on schema ${schema} to ${quote(role)}`);
  await client.query(
    `grant select, insert, update, delete on all tables in schema ${schema} to ${quote(role)}`,
  );
  await client.query(`grant usage, select on all sequences in schema ${schema} to ${quote(role)}`);
  await client.query(`revoke all on ${schema}.migration from ${quote(role)}`);
  for (const table of rights.appendOnly) {
    await client.query(`revoke update, delete on ${schema}.${quote(table)} from ${quote(role)}`);
  }
  await client.query('commit');
}

/** MikroORM's connection settings for an address, with the room's schema first on the search path. */
export function ormConnection(address: DatabaseAddress, room: string) {
  return {
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password ?? '',
    dbName: address.database,
    driverOptions: {
      ...(address.ssl ? { ssl: true } : {}),
      application_name: `amrlo:${room}`,
      // Compiling a dashboard's one large statement takes PostgreSQL longer than running it.
      options: `-c search_path=${room} -c timezone=UTC -c jit=off`,
    },
  };
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
