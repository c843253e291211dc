import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { refuse } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { enqueueJob, jobChanged, pruneJobs, readJob } from '../../subgraphs/kit/room/jobs/job.js';
import { gate, startJobRoom, type JobRoom } from './jobs-fixture.js';

let jobs: JobRoom;
beforeEach(async () => {
  jobs = await startJobRoom();
});
afterEach(async () => jobs[Symbol.asyncDispose]());

test('a job is queued, run, and finished with what its handler returned', async () => {
  const queued = await jobs.enqueue();
  expect(queued).toMatchObject({
    state: 'QUEUED',
    kind: 'IMPORT',
    done: 0,
    total: null,
    attempts: 0,
    startedAt: null,
  });
  let seen: unknown;
  const worker = jobs.runner(async ({ job, progress }) => {
    seen = job.input;
    await progress(2, 2);
    return { accepted: 2 };
  });
  jobs.clock.advance(5000);
  expect(await worker.runNext()).toBe(true);
  expect(await worker.runNext()).toBe(false);
  expect(seen).toEqual({ input: 'file' });
  expect(await jobs.read(queued.id)).toMatchObject({
    state: 'SUCCEEDED',
    result: { accepted: 2 },
    done: 2,
    total: 2,
    attempts: 1,
    requestedBy: 'wang',
    institutionId: 'inst_1',
    startedAt: jobs.clock.now(),
    finishedAt: jobs.clock.now(),
  });
  expect(jobs.signals).toContain(`Job ${queued.id}`);
});

test('a refusal of the handler is the job’s error, with its parameters', async () => {
  const { id } = await jobs.enqueue();
  await jobs.runner(() => Promise.reject(refuse('FILE_TOO_LARGE', { max: 10 }))).runNext();
  expect(await jobs.read(id)).toMatchObject({
    state: 'FAILED',
    errorCode: 'FILE_TOO_LARGE',
    errorParameters: { max: 10 },
  });
});

test('a fault of the handler is masked with an id', async () => {
  const { id } = await jobs.enqueue();
  await jobs.runner(() => Promise.reject(new Error('select * from secret'))).runNext();
  const job = await jobs.read(id);
  expect(job).toMatchObject({
    state: 'FAILED',
    errorCode: 'INTERNAL',
    errorParameters: { id: expect.any(String) },
  });
  expect(JSON.stringify(job)).not.toContain('secret');
});

test('a started worker takes new jobs when it is woken, in the order they came', async () => {
  const worked: unknown[] = [];
  const all = gate();
  const worker = jobs.runner(async ({ job }) => {
    worked.push(job.input);
    if (worked.length === 3) all.open();
  });
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) ids.push((await jobs.enqueue(name)).id);
  worker.start();
  jobs.bus.publish(jobChanged(ids[0]!));
  await all.passed;
  await worker.stop();
  expect(worked).toEqual([{ input: 'a' }, { input: 'b' }, { input: 'c' }]);
});

test('many workers do each job once', async () => {
  for (let i = 0; i < 20; i += 1) await jobs.enqueue(String(i));
  const worked: string[] = [];
  const workers = Array.from({ length: 5 }, () => jobs.runner(async ({ job }) => void worked.push(job.id)));
  await Promise.all(
    workers.map(async (worker) => {
      while (await worker.runNext());
    }),
  );
  expect(worked).toHaveLength(20);
  expect(new Set(worked).size).toBe(20);
});

test('jobs of kinds that this worker does not know are left to others', async () => {
  await jobs.transact((sql) => enqueueJob(sql, { kind: 'EXPORT', input: null, requestedBy: 'wang' }));
  expect(await jobs.runner(async () => null).runNext()).toBe(false);
});

test('finished jobs are removed with their row errors after the retention, open ones never', async () => {
  const { id } = await jobs.enqueue();
  const open = await jobs.enqueue();
  await jobs
    .runner(({ rowError }) =>
      rowError({ row: 1, field: '', code: 'CELL_INVALID', parameters: {}, content: null }),
    )
    .runNext();
  const prune = (before: Date) => jobs.transact((sql) => pruneJobs(sql, before));
  expect(await prune(jobs.clock.now())).toBe(0);
  jobs.clock.advance(1);
  expect(await prune(jobs.clock.now())).toBe(1);
  expect(await jobs.transact((sql) => readJob(sql, id))).toBeUndefined();
  expect((await jobs.read(open.id)).state).toBe('QUEUED');
});
