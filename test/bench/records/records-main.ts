/** `npm run bench -- --records`: what router and adapters cost, many schools at once, memory over an hour's calls. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../../subgraphs/alliance/embedded-postgres/index.js';
import { quantile, type Figures } from '../figures.js';
import { positive } from '../options.js';
import { machine } from '../report.js';
import { measureSchoolOverhead } from './school-overhead.js';
import { measureLeaving } from './reader-who-leaves.js';
import { measureSickNeighbours } from './sick-neighbours.js';
import { measureSteadyHour } from './steady-hour.js';
import { measureManySchools } from './two-hundred-schools.js';

const usage = `npm run bench -- --records [--seconds 10] [--rate 20]
  --seconds N       of asking one student in turns, over the driver, the adapter and the router
  --rate N          calls a second of the hour whose calls are made for the figures of memory
`;
const values = readOptions();
const say = (text: string) => void process.stderr.write(`${text}\n`);
const lines: string[] = [`${new Date().toISOString()}, ${machine()}`, ''];
const ms = (value: number) => `${value.toFixed(2)} ms`;

/** Reads the command line; prints the usage and ends on `--help` and on anything unknown. */
function readOptions(): { readonly seconds: number; readonly rate: number } {
  try {
    const { values: given } = parseArgs({
      args: process.argv.slice(2),
      options: {
        records: { type: 'boolean' },
        seconds: { type: 'string', default: '10' },
        rate: { type: 'string', default: '20' },
        help: { type: 'boolean', default: false },
      },
    });
    if (given.help) {
      process.stdout.write(usage);
      return process.exit(0);
    }
    return { seconds: positive('seconds', given.seconds), rate: positive('rate', given.rate) };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'amrlo-bench-records-'));
try {
  say('router and adapter over the driver …');
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  try {
    const { driver, adapter, router, overHttp, copy } = await measureSchoolOverhead(
      postgres.url(),
      values.seconds,
    );
    lines.push('| one student, asked | p50 | p99 | over the driver, p50 |', '| --- | ---: | ---: | ---: |');
    const row = (name: string, got: Figures) =>
      lines.push(
        `| ${name} | ${ms(got.p50)} | ${ms(got.p99)} | ${got === driver ? '' : `${got.p50 >= driver.p50 ? '+' : '−'}${ms(Math.abs(got.p50 - driver.p50))}`} |`,
      );
    row("the driver's own two statements", driver);
    row('adapter', adapter);
    row('router and adapter, one process', router);
    row('router, and adapter over HTTP', overHttp);
    row('router with a copy', copy);
    say('readers who leave …');
    const leaving = await measureLeaving(postgres.url(), 20);
    lines.push(
      '',
      '| sick schools and leaving readers | p50 | p99 | promised |',
      '| --- | ---: | ---: | ---: |',
      `| the statement is gone after its reader has left | ${ms(quantile(leaving, 0.5))} | ${ms(quantile(leaving, 0.99))} | 1000 ms |`,
    );
  } finally {
    await postgres.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

say('sick neighbours …');
const { openBreaker, alone, besideSlow, waiting } = await measureSickNeighbours(100);
const ratioOf = (of: 'p50' | 'p99') => `${(besideSlow[of] / alone[of]).toFixed(2)} ×`;
lines.push(
  `| answer of an open breaker | ${ms(openBreaker.p50)} | ${ms(openBreaker.p99)} | 5 ms |`,
  `| fast school alone | ${ms(alone.p50)} | ${ms(alone.p99)} | |`,
  `| the same while ${waiting} questions wait for a slow one | ${ms(besideSlow.p50)} | ${ms(besideSlow.p99)} | |`,
  `| — over alone | ${ratioOf('p50')} | ${ratioOf('p99')} | 2 × |`,
);

say('200 schools, 10 hang, 10 are down …');
const many = await measureManySchools(10);
lines.push(
  '',
  `| one query over ${many.schools} schools, 10 hang, 10 are down | measured | slowest healthy school | ratio |`,
  '| --- | ---: | ---: | ---: |',
  `| the first, waitMs: ${many.waitMs} | ${ms(many.firstMs)} | ${ms(many.directMs)} | ${(many.firstMs / many.directMs).toFixed(2)} × |`,
  `| once the breakers are open | ${ms(many.laterMs)} | ${ms(many.directMs)} | ${(many.laterMs / many.directMs).toFixed(2)} × |`,
  '',
  `The slowest healthy school takes ${many.slowestHealthyMs} ms by its own clock. Records of ${many.answered} of ${many.healthy} healthy schools were there in every round.`,
);

const { rate } = values;
say(`an hour's calls at ${rate} a second …`);
const hour = await measureSteadyHour(rate);
lines.push(
  '',
  `| ${hour.calls} calls (an hour at ${rate} a second), in ${(hour.milliseconds / 1_000).toFixed(0)} s | after a tenth | at the end |`,
  '| --- | ---: | ---: |',
  `| live heap | ${hour.startMiB.toFixed(1)} MiB | ${hour.endMiB.toFixed(1)} MiB |`,
  `| resident set | ${hour.startResidentMiB.toFixed(0)} MiB | ${hour.endResidentMiB.toFixed(0)} MiB |`,
  '',
  `Slope of the live heap: ${hour.slopeKiB.toFixed(1)} KiB for every 10,000 calls.`,
);
process.stdout.write(`${lines.join('\n')}\n`);
