/** `npm run bench -- --dashboard`: the secretariat's dashboard over many members, beside SQL written by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../subgraphs/alliance/embedded-postgres/index.js';
import { startAllianceProcess } from '../alliance-process.js';
import { tokensOf } from '../archive.js';
import { figuresOf, type Figures } from '../figures.js';
import { applyLoad } from '../load.js';
import { positive } from '../options.js';
import { machine } from '../report.js';
import type { CapturedStatement } from '../sql-replay.js';
import { byHand, dashboardQuery, rankingByHand, rankingQuery } from './dashboard-question.js';
import { seedDashboard, size } from './dashboard-seed.js';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { dashboard: { type: 'boolean' }, seconds: { type: 'string', default: '10' } },
});
const seconds = positive('seconds', values.seconds);
const say = (text: string) => void process.stderr.write(`${text}\n`);
const ms = (value: number) => `${value.toFixed(1)} ms`;
const folder = await mkdtemp(join(tmpdir(), 'amrlo-bench-dashboard-'));
const dataDir = join(folder, 'data');
const postgresOf = () => startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });

const questions = [
  { name: 'dashboard', query: dashboardQuery, statements: byHand },
  { name: 'ranking of 20', query: rankingQuery, statements: rankingByHand },
];
const lines = [
  `${new Date().toISOString()}, ${machine()}`,
  `${size.members} members, ${size.deposits} deposits, ${size.accounts} accounts, ${size.outcomes} outcomes, ${size.agreements} agreements.`,
  '',
  '| one connection | p50 | p99 | by hand p50 | by hand p99 | ratio p50 |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
];
try {
  say('the alliance …');
  await (await startAllianceProcess({ dataDir })).stop();
  say('three thousand members …');
  const direct = await byHandAfterSeeding();
  say('through the gateway …');
  const alliance = await startAllianceProcess({ dataDir, instruments: true });
  try {
    const tokens = await tokensOf('secretariat', dataDir, 1);
    for (const { name, query } of questions) {
      const body = JSON.stringify({ query });
      const captured = await capture(() =>
        alliance.captureSql(() => askOnce(alliance.url, body, tokens[0]!)),
      );
      const got = await applyLoad({
        url: `${alliance.url}/graphql`,
        body,
        tokens,
        seconds,
        warmUpSeconds: 1.5,
      });
      const hand = direct.get(name)!;
      lines.push(
        `| ${name} | ${ms(got.p50)} | ${ms(got.p99)} | ${ms(hand.p50)} | ${ms(hand.p99)} | ${(got.p50 / hand.p50).toFixed(3)} |`,
      );
      lines.push(...captured.map((line) => `| ${line} | | | | | |`));
    }
  } finally {
    await alliance.stop();
  }
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function byHandAfterSeeding(): Promise<Map<string, Figures>> {
  const postgres = await postgresOf();
  try {
    const connection = postgres.connection({ user: 'postgres', database: 'amrlo' });
    await seedDashboard(connection);
    const client = new pg.Client(connection);
    await client.connect();
    const figures = new Map<string, Figures>();
    for (const { name, statements } of questions) {
      const milliseconds: number[] = [];
      const begun = performance.now();
      while (milliseconds.length < 5 || performance.now() - begun < seconds * 500) {
        const started = performance.now();
        for (const statement of statements) await client.query(statement);
        milliseconds.push(performance.now() - started);
      }
      figures.set(name, figuresOf(milliseconds, performance.now() - begun));
    }
    await client.end();
    return figures;
  } finally {
    await postgres.stop();
  }
}

/**
 * The reads per subgraph of one question, without what opens and ends transactions.
 * @throws Error where a subgraph needs more than one
 */
async function capture(work: () => Promise<CapturedStatement[]>): Promise<string[]> {
  // What is asked only now and then (grants, links) is in some of the captures; the smallest is the question.
  let fewest: CapturedStatement[] | undefined;
  for (let ask = 0; ask < 6; ask += 1) {
    const captured = (await work()).filter(
      ({ text }) => /^\s*(with|select)/i.test(text) && !/set_config/.test(text),
    );
    if (fewest === undefined || captured.length < fewest.length) fewest = captured;
  }
  const byRoom = Map.groupBy(
    fewest ?? [],
    ({ connection }) => /search_path=(\w+)/.exec(connection.options ?? '')?.[1] ?? connection.user,
  );
  return [...byRoom].map(([room, sent]) => {
    if (sent.length > 1) {
      const texts = sent.map(({ text }) => text.slice(0, 200)).join('\n');
      throw new Error(`The subgraph ${room} needs ${sent.length} statements:\n${texts}`);
    }
    return `${room}: ${sent.length} statement`;
  });
}

async function askOnce(url: string, body: string, token: string): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  const answer = (await response.json()) as { errors?: unknown[] };
  if (answer.errors !== undefined)
    throw new Error(`The dashboard is not whole: ${JSON.stringify(answer.errors)}`);
}
