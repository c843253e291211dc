import { join } from 'node:path';
import type pg from 'pg';
import type { RoomName } from '../kit/base/config/process-kinds.js';
import type { Logger } from '../kit/base/log.js';
import { databaseUrl, withSettingNames, type DatabaseAddress } from '../kit/room/database/address.js';
import { connect } from '../kit/room/database/connect.js';
import { roomAddresses } from '../kit/room/room-storage.js';
import { startEmbeddedPostgres } from './embedded-postgres/index.js';

/** Where each room of the one process stores its rows. */
export interface AllianceDatabases {
  readonly embedded: boolean;
  of(room: RoomName): { app: DatabaseAddress; owner: DatabaseAddress };
  /** A URL of another database beside the alliance's, made when it is absent; the owner must be allowed to. */
  extra(database: string): Promise<{ url: string }>;
  stop(): Promise<void>;
}

/** What says where the databases are; every process kind that stores something has it. */
export type DatabaseSettings = Parameters<typeof roomAddresses>[0] & { readonly DATA_DIR: string };

const database = 'amrlo';

/** The databases that the settings name, or the embedded PostgreSQL in the data folder. */
export async function openDatabases(settings: DatabaseSettings, log: Logger): Promise<AllianceDatabases> {
  const named = (room: RoomName) => {
    const addresses = roomAddresses(settings, room);
    return addresses === undefined ? undefined : withSettingNames(addresses, room, settings);
  };
  if (settings.DATABASE_URL !== undefined) {
    return {
      embedded: false,
      of: (room) => named(room)!,
      extra: (name) => {
        const { owner } = named('institutions')!;
        return makeDatabase(owner, `${owner.database}_${name}`);
      },
      stop: async () => undefined,
    };
  }
  const postgres = await startEmbeddedPostgres({
    dataDir: join(settings.DATA_DIR, 'postgres'),
    log: (line) => log.debug({ postgres: line }, 'postgres'),
  });
  const owner = { ...postgres.connection({ user: 'postgres', database }) };
  const extra = (name: string) => makeDatabase({ ...owner, database: 'postgres' }, name);
  await extra(database);
  return {
    embedded: true,
    of: (room) => named(room) ?? { owner, app: { ...owner, user: `amrlo_${room}` } },
    extra,
    stop: () => postgres.stop(),
  };
}

async function makeDatabase(owner: DatabaseAddress, name: string): Promise<{ url: string }> {
  const client = await connect(owner);
  try {
    const known = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (known.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
    return { url: databaseUrl({ ...owner, database: name }) };
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '42501') throw error;
    throw new Error(
      `${owner.user} may not create the database ${name}, which the demo needs; create it, or set AMRLO_DEMO=off.`,
      { cause: error },
    );
  } finally {
    await client.end();
  }
}
