import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { createLocalWakeBus, type WakeBus } from '../../subgraphs/kit/base/wake.js';
import {
  cancelJob,
  enqueueJob,
  jobChanged,
  pruneJobs,
  readJob,
  readJobRowErrors,
} from '../../subgraphs/kit/room/jobs/job.js';
import type { JobContext, JobHandler } from '../../subgraphs/kit/room/jobs/job-handler.js';
import { createJobRunner, type JobRunnerOptions } from '../../subgraphs/kit/room/jobs/job-runner.js';
import { jobTables } from '../../subgraphs/kit/room/jobs/job-tables.js';
import { createTestDatabase, type TestDatabase } from '../support/pg-sql.js';

let database: TestDatabase;
let clock: FakeClock;
let bus: WakeBus;
let signals: string[];

beforeEach(async () => {
  database = await createTestDatabase([...jobTables, 'create table imported (row integer)']);
  clock = new FakeClock();
  bus = createLocalWakeBus();
  signals = [];
  bus.subscribe(({ type, id }) => void signals.push(`${type} ${id}`));
});
afterEach(async () => database[Symbol.asyncDispose]());

function runner(handler: JobHandler, options: Partial<JobRunnerOptions> = {}) {
  return createJobRunner({
    transact: database.transact,
    handlers: { IMPORT: handler },
    clock,
    log: pino({ level: 'silent' }),
    wakeBus: bus,
    ...options,
  });
}

const enqueue = (input: string = 'file') =>
  database.transact((sql) =>
    enqueueJob(sql, { kind: 'IMPORT', input: { input }, requestedBy: 'wang', institutionId: 'inst_1' }),
  );
const read = async (id: string) => (await database.transact((sql) => readJob(sql, id)))!;
const cancel = (id: string) => database.transact((sql) => cancelJob(sql, id, clock.now()));
const imported = async () =>
  (
    await database.transact((sql) => sql.execute<{ row: number }>('select row from imported order by row'))
  ).map(({ row }) => row);

/** What makes a worker fall silent: for its process, time stands still. */
const hung = (): Partial<JobRunnerOptions> => ({ clock: new FakeClock(clock.now()) });

/** A promise that the test settles itself. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

test('a job is queued, run, and finished with what its handler returned', async () => {
  const queued = await enqueue();
  expect(queued).toMatchObject({
    state: 'QUEUED',
    kind: 'IMPORT',
    done: 0,
    total: null,
    attempts: 0,
    startedAt: null,
  });
  let seen: unknown;
  const worker = runner(async ({ job, progress }) => {
    seen = job.input;
    await progress(2, 2);
    return { accepted: 2 };
  });
  clock.advance(5000);
  expect(await worker.runNext()).toBe(true);
  expect(await worker.runNext()).toBe(false);
  expect(seen).toEqual({ input: 'file' });
  expect(await read(queued.id)).toMatchObject({
    state: 'SUCCEEDED',
    result: { accepted: 2 },
    done: 2,
    total: 2,
    attempts: 1,
    requestedBy: 'wang',
    institutionId: 'inst_1',
    startedAt: clock.now(),
    finishedAt: clock.now(),
  });
  expect(signals).toContain(`Job ${queued.id}`);
});

test('a refusal of the handler is the job’s error, with its parameters', async () => {
  const { id } = await enqueue();
  await runner(() => Promise.reject(refuse('FILE_TOO_LARGE', { max: 10 }))).runNext();
  expect(await read(id)).toMatchObject({
    state: 'FAILED',
    errorCode: 'FILE_TOO_LARGE',
    errorParameters: { max: 10 },
  });
});

test('a fault of the handler is masked with an id', async () => {
  const { id } = await enqueue();
  await runner(() => Promise.reject(new Error('select * from secret'))).runNext();
  const job = await read(id);
  expect(job).toMatchObject({
    state: 'FAILED',
    errorCode: 'INTERNAL',
    errorParameters: { id: expect.any(String) },
  });
  expect(JSON.stringify(job)).not.toContain('secret');
});

test('progress is written once in a while and its readers are woken', async () => {
  const { id } = await enqueue();
  const written: number[] = [];
  await runner(async ({ progress }) => {
    for (let done = 1; done <= 10; done += 1) {
      clock.advance(400);
      await progress(done, 10);
      written.push((await read(id)).done);
    }
  }).runNext();
  expect(written).toEqual([0, 0, 3, 3, 3, 6, 6, 6, 9, 9]);
  expect(await read(id)).toMatchObject({ done: 10, total: 10 });
  expect(signals).toHaveLength(5);
});

test('rejected rows are kept with their content, page by page, and a repeated report replaces', async () => {
  const { id } = await enqueue();
  const report = (row: number, field: string, hours: string) => ({
    row,
    field,
    code: 'ROW_REJECTED' as const,
    parameters: { row, detail: 'hours' },
    content: { 课程: '高等数学\0', hours },
  });
  await runner(async ({ rowError }) => {
    for (let row = 1; row <= 450; row += 1) await rowError(report(row, 'hours', '-1'));
    await rowError(report(450, 'credits', '-1'));
    await rowError(report(7, 'hours', '-2'));
  }).runNext();
  const page = (after?: { row: number; field: string }) =>
    database.transact((sql) => readJobRowErrors(sql, id, { after, limit: 449 }));
  const first = await page();
  expect(first[6]).toEqual({ ...report(7, 'hours', '-2'), content: { 课程: '高等数学\ufffd', hours: '-2' } });
  const rest = await page(first.at(-1));
  expect(rest.map(({ row, field }) => [row, field])).toEqual([
    [450, 'credits'],
    [450, 'hours'],
  ]);
});

test('row errors whose transaction failed are written with the next one', async () => {
  const { id } = await enqueue();
  await runner(async ({ transact, checkpoint, rowError }) => {
    await rowError({ row: 1, field: '', code: 'ROW_REJECTED', parameters: {}, content: null });
    const failing = transact(async (sql) => {
      await checkpoint(sql, 1);
      throw new Error('a constraint');
    });
    await expect(failing).rejects.toThrow('a constraint');
  }).runNext();
  expect(await read(id)).toMatchObject({ state: 'SUCCEEDED', checkpoint: null });
  expect(await database.transact((sql) => readJobRowErrors(sql, id, { limit: 10 }))).toHaveLength(1);
});

test('a waiting job that is cancelled is never run', async () => {
  const { id } = await enqueue();
  expect(await cancel(id)).toBe(true);
  expect(await cancel(id)).toBe(false);
  expect(await runner(async () => null).runNext()).toBe(false);
  expect(await read(id)).toMatchObject({ state: 'CANCELLED', finishedAt: clock.now() });
});

test('a running job that is cancelled hears of it, and nothing is committed afterwards', async () => {
  const { id } = await enqueue();
  let reason: unknown;
  await runner(async ({ transact, progress, signal }) => {
    await transact((sql) => sql.execute('insert into imported values (1)'));
    await cancel(id);
    await transact((sql) => sql.execute('insert into imported values (2)')).catch(() => undefined);
    reason = signal.reason;
    await progress(2);
  }).runNext();
  expect(reason).toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(await imported()).toEqual([1]);
  expect((await read(id)).state).toBe('CANCELLED');
});

test('a cancel waits for the handler’s transaction that is under way', async () => {
  const { id } = await enqueue();
  let cancelled: Promise<boolean> | undefined;
  const order: string[] = [];
  await runner(async ({ transact }) => {
    await transact(async (sql) => {
      cancelled = cancel(id).finally(() => order.push('cancelled'));
      await sql.execute('insert into imported values (1)');
      // The cancel is seen waiting for the row before the transaction goes on.
      for (let waiting = 0; waiting === 0;) {
        const rows = await database.transact((other) =>
          other.execute(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          ),
        );
        waiting = rows.length;
      }
      order.push('committing');
    });
    await cancelled;
  }).runNext();
  expect(await cancelled).toBe(true);
  expect(order).toEqual(['committing', 'cancelled']);
  expect(await imported()).toEqual([1]);
});

test('a job whose worker fell silent is taken over after its lease, and the first worker can write nothing more', async () => {
  const { id } = await enqueue();
  const stuck = gate();
  const started = gate();
  let late: unknown;
  const first = runner(async ({ transact }) => {
    started.open();
    await stuck.passed;
    late = await transact((sql) => sql.execute('insert into imported values (99)')).catch(
      (error: unknown) => error,
    );
    return 'first';
  }, hung()).runNext();
  await started.passed;
  const second = runner(async ({ job }) => `attempt ${job.attempts}`);
  clock.advance(29_999);
  expect(await second.runNext()).toBe(false);
  clock.advance(2);
  expect(await second.runNext()).toBe(true);
  stuck.open();
  await first;
  expect(late).toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(await imported()).toEqual([]);
  expect(await read(id)).toMatchObject({ state: 'SUCCEEDED', result: 'attempt 2', takeovers: 1 });
});

test('a lease that is renewed by the heartbeat is not taken over', async () => {
  await enqueue();
  const end = gate();
  const started = gate();
  const first = runner(async () => {
    started.open();
    await end.passed;
  });
  const ended = first.runNext();
  await started.passed;
  const other = runner(async () => 'taken over');
  for (let beat = 0; beat < 5; beat += 1) {
    await clock.untilWaiting(10_000);
    const heard = new Promise<void>((resolve) => {
      const unsubscribe = bus.subscribe(() => {
        unsubscribe();
        resolve();
      });
    });
    clock.advance(10_000);
    await heard;
    expect(await other.runNext()).toBe(false);
  }
  end.open();
  await ended;
  expect(clock.waiting).toEqual([]);
});

test('a job is not taken over while a transaction of its worker is open', async () => {
  await enqueue();
  const second = runner(async () => 'taken over');
  await runner(async ({ transact }) => {
    await transact(async () => {
      clock.advance(60_000);
      expect(await second.runNext()).toBe(false);
    });
  }).runNext();
});

test('a job goes on from its checkpoint, which is committed with the work it stands for', async () => {
  const { id } = await enqueue();
  const rows = [1, 2, 3, 4, 5, 6];
  let failAt = 4;
  const handler = async ({ job, transact, checkpoint, rowError }: JobContext) => {
    for (const row of rows.slice((job.checkpoint as number | null) ?? 0)) {
      await rowError({ row, field: '', code: 'ROW_REJECTED', parameters: {}, content: null });
      await transact(async (sql) => {
        await sql.execute('insert into imported values (?)', [row]);
        await checkpoint(sql, row);
        if (row === failAt) {
          clock.advance(60_000);
          throw new Error('the machine stops here');
        }
      });
    }
  };
  const dying = runner(handler, {
    transact: dyingAfter(() => failAt === 4 && clock.now() > new FakeClock().now()),
  });
  await dying.runNext();
  failAt = 0;
  expect((await read(id)).state).toBe('RUNNING');
  await runner(handler).runNext();
  expect(await imported()).toEqual(rows);
  expect(await read(id)).toMatchObject({ state: 'SUCCEEDED', attempts: 2, checkpoint: 6 });
  expect(await database.transact((sql) => readJobRowErrors(sql, id, { limit: 10 }))).toHaveLength(6);
});

test('a job that outlives too many workers is given up with a reason', async () => {
  const { id } = await enqueue();
  for (let worker = 0; worker < 4; worker += 1) {
    const never = gate();
    const started = gate();
    void runner(async () => (started.open(), never.passed), hung()).runNext();
    await started.passed;
    clock.advance(31_000);
  }
  expect(await runner(async () => 'done').runNext()).toBe(false);
  expect(await read(id)).toMatchObject({
    state: 'FAILED',
    errorCode: 'JOB_ABANDONED',
    errorParameters: { takeovers: 4 },
  });
});

test('stopping asks the handler to stop and puts the job back for the next worker', async () => {
  const { id } = await enqueue();
  const started = gate();
  const worker = runner(async ({ signal }) => {
    started.open();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  });
  worker.start();
  await started.passed;
  await worker.stop();
  expect(await read(id)).toMatchObject({ state: 'QUEUED', attempts: 1, takeovers: 0 });
  await runner(async () => 'next').runNext();
  expect(await read(id)).toMatchObject({ state: 'SUCCEEDED', result: 'next' });
});

test('a started worker takes new jobs when it is woken, in the order they came', async () => {
  const worked: unknown[] = [];
  const all = gate();
  const worker = runner(async ({ job }) => {
    worked.push(job.input);
    if (worked.length === 3) all.open();
  });
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) ids.push((await enqueue(name)).id);
  worker.start();
  bus.publish(jobChanged(ids[0]!));
  await all.passed;
  await worker.stop();
  expect(worked).toEqual([{ input: 'a' }, { input: 'b' }, { input: 'c' }]);
});

test('many workers do each job once', async () => {
  for (let i = 0; i < 20; i += 1) await enqueue(String(i));
  const worked: string[] = [];
  const workers = Array.from({ length: 5 }, () => runner(async ({ job }) => void worked.push(job.id)));
  await Promise.all(
    workers.map(async (worker) => {
      while (await worker.runNext());
    }),
  );
  expect(worked).toHaveLength(20);
  expect(new Set(worked).size).toBe(20);
});

test('jobs of kinds that this worker does not know are left to others', async () => {
  await database.transact((sql) => enqueueJob(sql, { kind: 'EXPORT', input: null, requestedBy: 'wang' }));
  expect(await runner(async () => null).runNext()).toBe(false);
});

test('finished jobs are removed with their row errors after the retention, open ones never', async () => {
  const { id } = await enqueue();
  const open = await enqueue();
  await runner(({ rowError }) =>
    rowError({ row: 1, field: '', code: 'ROW_REJECTED', parameters: {}, content: null }),
  ).runNext();
  const prune = (before: Date) => database.transact((sql) => pruneJobs(sql, before));
  expect(await prune(clock.now())).toBe(0);
  clock.advance(1);
  expect(await prune(clock.now())).toBe(1);
  expect(await database.transact((sql) => readJob(sql, id))).toBeUndefined();
  expect((await read(open.id)).state).toBe('QUEUED');
});

/** Transactions of a process that can reach the database only until a condition holds. */
function dyingAfter(dead: () => boolean): TestDatabase['transact'] {
  return (work) => (dead() ? Promise.reject(new Error('this worker is dead')) : database.transact(work));
}
