import { parse } from 'pg-connection-string';
import type { RoomName } from '../../base/config/process-kinds.js';
import type { roomDatabase } from '../../base/config/setting-rules.js';

/** Where a database is and who asks; a folder as `host` means a Unix socket in it. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl?: boolean;
  /** The setting that says so, for whoever has to correct it; absent where none does. */
  readonly setting?: string;
}

/**
 * Reads `postgresql://user:password@host:5432/database`, also in the socket form `postgresql://user@/db?host=/folder`.
 * @throws Error with one sentence that does not repeat the URL, since it may hold a password.
 */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  const parts = parse(url);
  if (!/^postgres(ql)?:/.test(url) || !parts.database || !parts.user) {
    throw new Error('A database URL has the form postgresql://user:password@host:5432/database.');
  }
  return {
    host: parts.host || '127.0.0.1',
    port: parts.port ? Number(parts.port) : 5432,
    user: parts.user,
    ...(parts.password ? { password: parts.password } : {}),
    database: parts.database,
    ...(parts.ssl ? { ssl: true } : {}),
  };
}

/** The URL of an address, with a socket's folder percent-encoded: the one form libpq, `pg` and MikroORM all read. */
export function databaseUrl({ host, port, user, password, database, ssl }: DatabaseAddress): string {
  const key = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  const at = `${encodeURIComponent(host.replace(/^\[|\]$/g, ''))}:${port}`;
  return `postgresql://${encodeURIComponent(user)}${key}@${at}/${encodeURIComponent(database)}${ssl ? '?ssl=true' : ''}`;
}

/** The addresses that `roomAddresses` took from the settings, each with the name of the setting that it came from. */
export function withSettingNames(
  addresses: { app: DatabaseAddress; owner: DatabaseAddress },
  room: RoomName,
  settings: Parameters<typeof roomDatabase>[1],
): { app: DatabaseAddress; owner: DatabaseAddress } {
  const upper = room.toUpperCase() as Uppercase<RoomName>;
  const [app, owner] =
    settings[`AMRLO_${upper}_DATABASE_URL`] === undefined
      ? (['DATABASE_URL', 'MIGRATION_DATABASE_URL'] as const)
      : ([`AMRLO_${upper}_DATABASE_URL`, `AMRLO_${upper}_MIGRATION_DATABASE_URL`] as const);
  return {
    app: { ...addresses.app, setting: app },
    owner: { ...addresses.owner, setting: settings[owner] === undefined ? app : owner },
  };
}
