/**
 * `npm run bench -- --roster-history`: the roster of members of ten years ago beside today's, through the gateway, over
 * three thousand members who changed their names and states.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../subgraphs/alliance/embedded-postgres/index.js';
import { insertMembersWithHistory, memberCount } from '../rooms/institutions-roster-members.js';
import { startAllianceProcess } from './alliance-process.js';
import { quantile } from './figures.js';
import { machine, markdown, type Row } from './report.js';

const seconds = 4;
const dates = { today: '', 'ten years ago': 'asOf: "2016-01-15", ' };
const orders = ['MEMBER_CODE_ASC', 'NAME_ASC'];

const folder = await mkdtemp(join(tmpdir(), 'amrlo-bench-'));
const dataDir = join(folder, 'data');
try {
  await insertMembers();
  const alliance = await startAllianceProcess({ dataDir });
  try {
    process.stdout.write(`${machine()}\n\n${markdown(await measure(`${alliance.url}/graphql`))}\n`);
  } finally {
    await alliance.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The rooms make their tables at the first start; the embedded PostgreSQL belongs to one process at a time. */
async function insertMembers(): Promise<void> {
  await (await startAllianceProcess({ dataDir })).stop();
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  const address = postgres.connection({ user: 'postgres', database: 'amrlo' });
  const client = new pg.Client({ ...address, options: '-c search_path=institutions' });
  await client.connect();
  await insertMembersWithHistory(client);
  await client.end();
  await postgres.stop();
}

async function measure(url: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const orderBy of orders) {
    const queries = Object.values(dates).map(
      (asOf) =>
        `{ members(${asOf}orderBy: ${orderBy}) { edges { node { name memberCode state joinedOn } } } }`,
    );
    const measured = await alternately(url, queries);
    for (const [place, when] of Object.keys(dates).entries()) {
      const figure = `members ${when}, 20 of ${memberCount}, ${orderBy}, p50`;
      rows.push({ figure, value: quantile(measured[place]!, 0.5), unit: 'ms' });
    }
  }
  return rows;
}

/** Asks each query in turn, so that what else the machine does falls on all of them. @returns milliseconds by query */
async function alternately(url: string, queries: readonly string[]): Promise<number[][]> {
  const milliseconds: number[][] = queries.map(() => []);
  const warm = performance.now() + 1_000;
  for (const until = warm + seconds * 1_000; performance.now() < until;) {
    for (const [place, query] of queries.entries()) {
      const started = performance.now();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const { errors } = (await response.json()) as { errors?: { message: string }[] };
      if (errors !== undefined) throw new Error(errors[0]?.message);
      if (started > warm) milliseconds[place]!.push(performance.now() - started);
    }
  }
  return milliseconds;
}
