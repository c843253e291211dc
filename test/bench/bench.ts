/** `npm run bench`: the figures of docs/performance.md, each beside its limit. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../subgraphs/alliance/embedded-postgres/index.js';
import { startAllianceProcess, type AllianceProcess } from './alliance-process.js';
import { archiveBody, askArchive, learnerTokens } from './archive.js';
import { cloneToFirstAnswer } from './clone.js';
import { distributedIsMissing, startDistributed } from './distributed.js';
import { quantile, type Figures } from './figures.js';
import { applyLoad } from './load.js';
import { readOptions } from './options.js';
import { summarizeProfile } from './profile-summary.js';
import { loadRows, machine, markdown, type Row } from './report.js';
import { importAlone, importThroughGateway, rosterFile } from './roster.js';
import { sourceFlags } from './source-flags.js';
import { countStatements, replay, type CapturedStatement } from './sql-replay.js';

/** How many connections ask at once. */
const loads = [1, 10];
type PerLoad = ReadonlyMap<number, Figures>;

if (process.argv.includes('--records')) {
  await import('./records/records-main.js');
  process.exit();
}
if (process.argv.includes('--dashboard')) {
  await import('./dashboard/dashboard-main.js');
  process.exit();
}
if (process.argv.includes('--roster-history')) {
  await import('./roster-history.js');
  process.exit();
}
if (process.argv.includes('--operations') && !process.argv.includes('--federation')) {
  await import('./operations.js');
  process.exit();
}
if (process.argv.includes('--federation')) {
  await import('./federation/federation-main.js');
  process.exit();
}

const options = readOptions(process.argv.slice(2));
const rows: Row[] = [];
const notes: string[] = [];
const running: (() => Promise<void>)[] = [];
const folder = await mkdtemp(join(tmpdir(), 'amrlo-bench-'));
const dataDir = join(folder, 'data');
const body = await archiveBody();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(130)));
}
try {
  say('Measuring; other work on this machine shows in the figures.');
  if (options.clone) await measureClone();
  const { bytes, sql } = await measureFirstStart();
  const bare = await measureBare(bytes);
  const alliance = await measureUsedStarts();
  await measureLoads('archive, one process', alliance.url, sql, bare);
  const postgres = await measureImport(alliance);
  await measureOverHttp(postgres, sql, bare);
  await report();
} finally {
  await stopAll();
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function stopAll(): Promise<void> {
  for (const stop of running.splice(0).toReversed()) await stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function measureClone(): Promise<void> {
  say('clone, npm ci, npm start …');
  const { clone, install, start } = await cloneToFirstAnswer(join(folder, 'clone'));
  rows.push({ figure: 'clone to first answered query', value: clone + install + start, unit: 's' });
  rows.push({ figure: '— of it git clone', value: clone, unit: 's' });
  rows.push({ figure: '— of it npm ci, from npm’s cache', value: install, unit: 's' });
  rows.push({ figure: '— of it npm start to the answer', value: start, unit: 's' });
}

/** Makes the data folder, and takes down the bytes of the archive and the SQL that it costs. */
async function measureFirstStart(): Promise<{ bytes: string; sql: PerLoad }> {
  say('first start …');
  const started = performance.now();
  const alliance = await startAllianceProcess({ dataDir, instruments: true });
  running.push(() => alliance.stop());
  const [token] = await learnerTokens(dataDir, 1);
  await askArchive(alliance.url, body, token!);
  rows.push({ figure: 'start to first answer, new data folder', value: secondsSince(started), unit: 's' });

  // What is asked only now and then (grants, links, jobs) is in some of the captures; the smallest is the query.
  let statements: CapturedStatement[] = [];
  let bytes = '';
  for (let ask = 0; ask < 8; ask += 1) {
    const captured = await alliance.captureSql(async () => {
      bytes = await askArchive(alliance.url, body, token!);
    });
    if (ask > 2 && (statements.length === 0 || captured.length < statements.length)) statements = captured;
  }
  const counts = countStatements(statements);
  const total = (of: 'statements' | 'transactions') => counts.reduce((sum, count) => sum + count[of], 0);
  rows.push({ figure: 'SQL of one archive query', value: total('statements'), unit: 'statements' });
  rows.push({ figure: 'SQL of one archive query', value: total('transactions'), unit: 'transactions' });
  notes.push(
    `SQL of one archive query: ${counts.map((count) => `${count.place} ${count.statements} statements in ${count.transactions} transactions`).join('; ')}. The answer has ${Buffer.byteLength(bytes)} bytes.`,
  );
  if (options.statements) for (const { text } of statements) say(text);
  say('the same SQL directly …');
  const sql = await perLoad((workers) => replay(statements, { workers, seconds: options.seconds / 2 }));
  if (options.profile !== undefined) {
    const work = () => load(`${alliance.url}/graphql`, 10, options.seconds);
    await work();
    await alliance.profile(options.profile, work);
  }
  await running.pop()?.();
  return { bytes, sql };
}

async function measureBare(bytes: string): Promise<PerLoad> {
  say('bare node:http …');
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), [], { execArgv: [...sourceFlags] });
  running.push(async () => {
    child.kill();
  });
  child.send(bytes);
  const [url] = (await once(child, 'message')) as [string];
  const figures = await perLoad((connections) => load(url, connections, options.seconds / 2));
  await running.pop()?.();
  return figures;
}

/** Starts on the used data folder; the last one stays for the loads. */
async function measureUsedStarts(): Promise<AllianceProcess> {
  const seconds: number[] = [];
  for (;;) {
    say(`start ${seconds.length + 1} on the used data folder …`);
    const last = seconds.length + 1 === options.starts;
    const [token] = await learnerTokens(dataDir, 1);
    const started = performance.now();
    const alliance = await startAllianceProcess({ dataDir });
    running.push(() => alliance.stop());
    await askArchive(alliance.url, body, token!);
    seconds.push(secondsSince(started));
    if (last) {
      const figure = `start to first answer, used data folder (median of ${seconds.length})`;
      rows.push({ figure, value: quantile(seconds, 0.5), unit: 's' });
      return alliance;
    }
    await running.pop()?.();
  }
}

async function measureLoads(title: string, url: string, sql: PerLoad, bare: PerLoad): Promise<void> {
  say(`${title} …`);
  const got = await perLoad((connections) => load(`${url}/graphql`, connections, options.seconds));
  for (const [count, figures] of got) {
    const name = `${title}, ${count} ${count === 1 ? 'connection' : 'connections'}`;
    rows.push(...loadRows(name, figures, sql.get(count)!, bare.get(count)!));
  }
}

/** Through the gateway of the running alliance, which is stopped then; afterwards the import's two steps alone. */
async function measureImport(alliance: AllianceProcess): Promise<EmbeddedPostgres> {
  const roster = await rosterFile();
  say(`import of ${roster.name}, ${roster.rows} rows …`);
  const through = await importThroughGateway(alliance.url, dataDir, roster);
  await running.pop()?.();
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  running.push(() => postgres.stop());
  const alone = await importAlone(postgres.connection({ user: 'postgres', database: 'amrlo' }), roster);
  const rate = (seconds: number) => roster.rows / seconds;
  const direct = rate(alone.direct);
  rows.push({
    figure: 'roster, upload to finished comparison',
    value: rate(through),
    unit: 'rows/s',
    sql: direct,
  });
  const both = rate(alone.parse + alone.apply);
  rows.push({ figure: 'roster, parse and apply alone', value: both, unit: 'rows/s', sql: direct });
  notes.push(`Roster: ${roster.name} with ${roster.rows} rows; ${through.toFixed(2)} s through the gateway.`);
  return postgres;
}

async function measureOverHttp(postgres: EmbeddedPostgres, sql: PerLoad, bare: PerLoad): Promise<void> {
  const missing = await distributedIsMissing(options.redisUrl);
  if (missing !== undefined) {
    notes.push(`Each subgraph over HTTP was not measured: ${missing}.`);
    return;
  }
  say('every subgraph as a process of its own …');
  const topology = await startDistributed({ dataDir, postgres, redisUrl: options.redisUrl });
  running.push(() => topology.stop());
  await measureLoads('archive, subgraphs over HTTP', topology.url, sql, bare);
}

async function report(): Promise<void> {
  const header = `${new Date().toISOString()}, ${machine()}`;
  process.stdout.write(`${[header, '', markdown(rows), '', ...notes].join('\n')}\n`);
  if (options.json !== undefined) {
    await writeFile(
      options.json,
      JSON.stringify({ at: new Date(), machine: machine(), rows, notes }, null, 2),
    );
  }
  if (options.profile === undefined) return;
  const { functions, packages } = await summarizeProfile(options.profile);
  const lines = (shares: typeof functions) =>
    shares.slice(0, 30).map(({ name, share }) => `${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
  process.stdout.write(
    `\n${['Busy time by package', ...lines(packages), '', 'by function', ...lines(functions)].join('\n')}\n`,
  );
}

/** Every load, warm, by connections that are other principals. */
async function load(url: string, connections: number, seconds: number): Promise<Figures> {
  const tokens = await learnerTokens(dataDir, connections);
  return applyLoad({ url, body, tokens, seconds, warmUpSeconds: Math.min(1.5, seconds / 2) });
}

async function perLoad(measure: (count: number) => Promise<Figures>): Promise<PerLoad> {
  const figures = new Map<number, Figures>();
  for (const count of loads) figures.set(count, await measure(count));
  return figures;
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1_000;
}
