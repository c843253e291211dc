import { createConnection } from 'node:net';
import pg from 'pg';
import type { EmbeddedPostgres } from '../../subgraphs/alliance/embedded-postgres/index.js';
import { startTopology, type Topology } from '../../subgraphs/alliance/topology/topology.js';

const rooms = ['institutions', 'outcomes', 'learners', 'agreements'];

/** Why the distributed mode cannot be measured here, or undefined when it can. */
export async function distributedIsMissing(redisUrl: string): Promise<string | undefined> {
  const { hostname, port } = new URL(redisUrl);
  const socket = createConnection({ host: hostname, port: Number(port || 6379), timeout: 1_000 });
  const reached = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('timeout', () => resolve(false));
  });
  socket.destroy();
  return reached ? undefined : 'no Redis answers; set REDIS_URL';
}

/**
 * Every subgraph and adapter as a process of its own over HTTP, on the same data folder and the same PostgreSQL as
 * the one process had. The directory of schools is pointed at the adapters' addresses.
 */
export async function startDistributed(options: {
  dataDir: string;
  postgres: EmbeddedPostgres;
  redisUrl: string;
}): Promise<Topology> {
  const { dataDir, postgres, redisUrl } = options;
  const owner = { user: 'postgres', database: 'amrlo' };
  const roomUrls = rooms.flatMap((room) => [
    [`AMRLO_${room.toUpperCase()}_DATABASE_URL`, postgres.url({ user: `amrlo_${room}`, database: 'amrlo' })],
    [`AMRLO_${room.toUpperCase()}_MIGRATION_DATABASE_URL`, postgres.url(owner)],
  ]);
  const topology = await startTopology({
    dataDir,
    databaseUrl: postgres.url(owner),
    migrationDatabaseUrl: postgres.url(owner),
    redisUrl,
    schoolDatabaseUrl: postgres.url({ user: 'postgres', database: 'zhengfang' }),
    port: 0,
    settings: {
      ...Object.fromEntries(roomUrls),
      LOG_LEVEL: 'fatal',
      AMRLO_RATE_LIMIT_PER_MINUTE: '0',
    },
    output: () => undefined,
  });
  try {
    await pointAtAdapters(postgres.connection(owner), topology);
    // It reads the directory at its start.
    await topology.processes.get('records')?.stop();
    await topology.processes.get('records')?.restart();
  } catch (error) {
    await topology.stop();
    throw error;
  }
  return topology;
}

async function pointAtAdapters(connection: pg.ClientConfig, topology: Topology): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const { name, url } of topology.processes.values()) {
      await client.query('update institutions.school set endpoint = $1 where endpoint = $2', [
        `${url}/graphql`,
        `local:${name}`,
      ]);
    }
  } finally {
    await client.end();
  }
}
