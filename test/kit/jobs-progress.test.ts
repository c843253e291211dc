import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import type { Transact } from '../../subgraphs/kit/room/database/sql.js';
import { readJobRowErrors } from '../../subgraphs/kit/room/jobs/job.js';
import type { JobContext } from '../../subgraphs/kit/room/jobs/job-handler.js';
import { startJobRoom, type JobRoom } from './jobs-fixture.js';

let jobs: JobRoom;
beforeEach(async () => {
  jobs = await startJobRoom();
});
afterEach(async () => jobs[Symbol.asyncDispose]());

test('progress is written once in a while and its readers are woken', async () => {
  const { id } = await jobs.enqueue();
  const written: number[] = [];
  await jobs
    .runner(async ({ progress }) => {
      for (let done = 1; done <= 10; done += 1) {
        jobs.clock.advance(400);
        await progress(done, 10);
        written.push((await jobs.read(id)).done);
      }
    })
    .runNext();
  expect(written).toEqual([0, 0, 3, 3, 3, 6, 6, 6, 9, 9]);
  expect(await jobs.read(id)).toMatchObject({ done: 10, total: 10 });
  expect(jobs.signals).toHaveLength(5);
});

test('those who listen to the events of the room are woken too, once what the job has told is durable', async () => {
  await jobs.enqueue();
  const woken: (string | undefined)[] = [];
  let told: string | undefined;
  jobs.bus.subscribe(({ type }) => type === 'Event' && woken.push(told));
  const commit = async ({ transact }: JobContext) => {
    await transact((sql) => sql.execute('insert into imported values (1)'));
    told = 'told';
  };
  await jobs.runner(commit, { signal: { type: 'Event', id: 'institutions' } }).runNext();
  expect(woken.at(-1)).toBe('told');
});

test('rejected rows are kept with their content, page by page, and a repeated report replaces', async () => {
  const { id } = await jobs.enqueue();
  const report = (row: number, field: string, hours: string) => ({
    row,
    field,
    code: 'CELL_INVALID' as const,
    parameters: { row, detail: 'hours' },
    content: { 课程: '高等数学\0', hours },
  });
  await jobs
    .runner(async ({ rowError }) => {
      for (let row = 1; row <= 450; row += 1) await rowError(report(row, 'hours', '-1'));
      await rowError(report(450, 'credits', '-1'));
      await rowError(report(7, 'hours', '-2'));
    })
    .runNext();
  const page = (after?: { row: number; field: string }) =>
    jobs.transact((sql) => readJobRowErrors(sql, id, { after, limit: 449 }));
  const first = await page();
  expect(first[6]).toEqual({ ...report(7, 'hours', '-2'), content: { 课程: '高等数学\ufffd', hours: '-2' } });
  const rest = await page(first.at(-1));
  expect(rest.map(({ row, field }) => [row, field])).toEqual([
    [450, 'credits'],
    [450, 'hours'],
  ]);
});

test('row errors whose transaction failed are written with the next one', async () => {
  const { id } = await jobs.enqueue();
  await jobs
    .runner(async ({ transact, checkpoint, rowError }) => {
      await rowError({ row: 1, field: '', code: 'CELL_INVALID', parameters: {}, content: null });
      const failing = transact(async (sql) => {
        await checkpoint(sql, 1);
        throw new Error('a constraint');
      });
      await expect(failing).rejects.toThrow('a constraint');
    })
    .runNext();
  expect(await jobs.read(id)).toMatchObject({ state: 'SUCCEEDED', checkpoint: null });
  expect(await jobs.transact((sql) => readJobRowErrors(sql, id, { limit: 10 }))).toHaveLength(1);
});

test('a job goes on from its checkpoint, which is committed with the work it stands for', async () => {
  const { id } = await jobs.enqueue();
  const rows = [1, 2, 3, 4, 5, 6];
  let failAt = 4;
  const handler = async ({ job, transact, checkpoint, rowError }: JobContext) => {
    for (const row of rows.slice((job.checkpoint as number | null) ?? 0)) {
      await rowError({ row, field: '', code: 'CELL_INVALID', parameters: {}, content: null });
      await transact(async (sql) => {
        await sql.execute('insert into imported values (?)', [row]);
        await checkpoint(sql, row);
        if (row === failAt) {
          jobs.clock.advance(60_000);
          throw new Error('the machine stops here');
        }
      });
    }
  };
  const dying = jobs.runner(handler, {
    transact: dyingAfter(() => failAt === 4 && jobs.clock.now() > new FakeClock().now()),
  });
  await dying.runNext();
  failAt = 0;
  expect((await jobs.read(id)).state).toBe('RUNNING');
  await jobs.runner(handler).runNext();
  expect(await jobs.imported()).toEqual(rows);
  expect(await jobs.read(id)).toMatchObject({ state: 'SUCCEEDED', attempts: 2, checkpoint: 6 });
  expect(await jobs.transact((sql) => readJobRowErrors(sql, id, { limit: 10 }))).toHaveLength(6);
});

/** Transactions of a process that can reach the database only until a condition holds. */
function dyingAfter(dead: () => boolean): Transact {
  return (work) => (dead() ? Promise.reject(new Error('this worker is dead')) : jobs.transact(work));
}
