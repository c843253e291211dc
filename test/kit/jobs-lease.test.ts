import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gate, startJobRoom, type JobRoom } from './jobs-fixture.js';

let jobs: JobRoom;
beforeEach(async () => {
  jobs = await startJobRoom();
});
afterEach(async () => jobs[Symbol.asyncDispose]());

test('a job whose worker fell silent is taken over after its lease, and the first worker can write nothing more', async () => {
  const { id } = await jobs.enqueue();
  const stuck = gate();
  const started = gate();
  let late: unknown;
  const first = jobs
    .runner(async ({ transact }) => {
      started.open();
      await stuck.passed;
      late = await transact((sql) => sql.execute('insert into imported values (99)')).catch(
        (error: unknown) => error,
      );
      return 'first';
    }, jobs.hung())
    .runNext();
  await started.passed;
  const second = jobs.runner(async ({ job }) => `attempt ${job.attempts}`);
  jobs.clock.advance(29_999);
  expect(await second.runNext()).toBe(false);
  jobs.clock.advance(2);
  expect(await second.runNext()).toBe(true);
  stuck.open();
  await first;
  expect(late).toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(await jobs.imported()).toEqual([]);
  expect(await jobs.read(id)).toMatchObject({ state: 'SUCCEEDED', result: 'attempt 2', takeovers: 1 });
});

test('a lease that is renewed by the heartbeat is not taken over', async () => {
  await jobs.enqueue();
  const end = gate();
  const started = gate();
  const first = jobs.runner(async () => {
    started.open();
    await end.passed;
  });
  const ended = first.runNext();
  await started.passed;
  const other = jobs.runner(async () => 'taken over');
  for (let beat = 0; beat < 5; beat += 1) {
    await jobs.clock.untilWaiting(10_000);
    const heard = new Promise<void>((resolve) => {
      const unsubscribe = jobs.bus.subscribe(() => {
        unsubscribe();
        resolve();
      });
    });
    jobs.clock.advance(10_000);
    await heard;
    expect(await other.runNext()).toBe(false);
  }
  end.open();
  await ended;
  expect(jobs.clock.waiting).toEqual([]);
});

test('a job is not taken over while a transaction of its worker is open', async () => {
  await jobs.enqueue();
  const second = jobs.runner(async () => 'taken over');
  await jobs
    .runner(async ({ transact }) => {
      await transact(async () => {
        jobs.clock.advance(60_000);
        expect(await second.runNext()).toBe(false);
      });
    })
    .runNext();
});

test('a job that outlives too many workers is given up with a reason', async () => {
  const { id } = await jobs.enqueue();
  for (let worker = 0; worker < 4; worker += 1) {
    const never = gate();
    const started = gate();
    void jobs.runner(async () => (started.open(), never.passed), jobs.hung()).runNext();
    await started.passed;
    jobs.clock.advance(31_000);
  }
  expect(await jobs.runner(async () => 'done').runNext()).toBe(false);
  expect(await jobs.read(id)).toMatchObject({
    state: 'FAILED',
    errorCode: 'JOB_ABANDONED',
    errorParameters: { takeovers: 4 },
  });
});

test('stopping asks the handler to stop and puts the job back for the next worker', async () => {
  const { id } = await jobs.enqueue();
  const started = gate();
  const worker = jobs.runner(async ({ signal }) => {
    started.open();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  });
  worker.start();
  await started.passed;
  await worker.stop();
  expect(await jobs.read(id)).toMatchObject({ state: 'QUEUED', attempts: 1, takeovers: 0 });
  await jobs.runner(async () => 'next').runNext();
  expect(await jobs.read(id)).toMatchObject({ state: 'SUCCEEDED', result: 'next' });
});
