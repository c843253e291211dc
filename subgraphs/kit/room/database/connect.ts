import pg from 'pg';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { DatabaseAddress } from './address.js';

const patienceMs = 10_000;

/**
 * One connection outside any pool; the caller ends it. Losing it later fails its next statement and nothing else.
 * @throws AmrloError `DATABASE_UNREACHABLE`, `DATABASE_REFUSED` where a setting names the address, else the driver's error
 */
export async function connect(address: DatabaseAddress): Promise<pg.Client> {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: patienceMs });
  // Without a listener a server that ends first would end this process as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw connectionFault(address, error);
  }
}

function connectionFault({ setting, host, port, user }: DatabaseAddress, cause: unknown): unknown {
  if (setting === undefined) return cause;
  const { code, message } = cause as { code?: string; message: string };
  return cause instanceof pg.DatabaseError
    ? new AmrloError('DATABASE_REFUSED', { setting, user, reason: message }, { cause })
    : new AmrloError('DATABASE_UNREACHABLE', { setting, host, port, reason: code ?? message }, { cause });
}
