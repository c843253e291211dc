import { parse } from 'pg-connection-string';

/** Where a database is and who asks; a folder as `host` means a Unix socket in it. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl?: boolean;
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
