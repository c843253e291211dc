import { rm } from 'node:fs/promises';
import pg from 'pg';
import type { RunServices } from './global-setup.js';

/** Once after all tests: the run's databases, its PostgreSQL and its folder go. */
// jest takes the default export.
// oxlint-disable-next-line import/no-default-export
export default async function globalTeardown(): Promise<void> {
  const services = (globalThis as Record<symbol, unknown>)[Symbol.for('amrlo.test-run')] as
    RunServices | undefined;
  if (services?.stop === undefined) await dropDatabasesOfRun();
  await services?.stop?.();
  if (services !== undefined) await rm(services.folder, { recursive: true, force: true });
}

/** On a server of somebody else's; the embedded one goes as a whole. */
async function dropDatabasesOfRun(): Promise<void> {
  const url = process.env['AMRLO_TEST_DATABASE_URL'];
  const run = process.env['AMRLO_TEST_RUN'];
  if (!url || !run) return;
  const client = new pg.Client(url);
  await client.connect();
  try {
    const own = await client.query<{ datname: string }>(
      'select datname from pg_database where datname like $1',
      [`amrlo_e2e_${run}_%`],
    );
    for (const { datname } of own.rows)
      await client.query(`drop database ${client.escapeIdentifier(datname)} with (force)`);
    await client.query(`drop role if exists ${client.escapeIdentifier(`amrlo_e2e_${run}_app`)}`);
  } finally {
    await client.end();
  }
}
