import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startJobRoom, type JobRoom } from './jobs-fixture.js';

let jobs: JobRoom;
beforeEach(async () => {
  jobs = await startJobRoom();
});
afterEach(async () => jobs[Symbol.asyncDispose]());

test('a waiting job that is cancelled is never run', async () => {
  const { id } = await jobs.enqueue();
  expect(await jobs.cancel(id)).toBe(true);
  expect(await jobs.cancel(id)).toBe(false);
  expect(await jobs.runner(async () => null).runNext()).toBe(false);
  expect(await jobs.read(id)).toMatchObject({ state: 'CANCELLED', finishedAt: jobs.clock.now() });
});

test('a running job that is cancelled hears of it, and nothing is committed afterwards', async () => {
  const { id } = await jobs.enqueue();
  let reason: unknown;
  await jobs
    .runner(async ({ transact, progress, signal }) => {
      await transact((sql) => sql.execute('insert into imported values (1)'));
      await jobs.cancel(id);
      await transact((sql) => sql.execute('insert into imported values (2)')).catch(() => undefined);
      reason = signal.reason;
      await progress(2);
    })
    .runNext();
  expect(reason).toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(await jobs.imported()).toEqual([1]);
  expect((await jobs.read(id)).state).toBe('CANCELLED');
});

test('a cancel waits for the handler’s transaction that is under way', async () => {
  const { id } = await jobs.enqueue();
  let cancelled: Promise<boolean> | undefined;
  const order: string[] = [];
  await jobs
    .runner(async ({ transact }) => {
      await transact(async (sql) => {
        cancelled = jobs.cancel(id).finally(() => order.push('cancelled'));
        await sql.execute('insert into imported values (1)');
        // The cancel is seen waiting for the row before the transaction goes on.
        for (let waiting = 0; waiting === 0;) {
          const rows = await jobs.transact((other) =>
            other.execute(
              `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
            ),
          );
          waiting = rows.length;
        }
        order.push('committing');
      });
      await cancelled;
    })
    .runNext();
  expect(await cancelled).toBe(true);
  expect(order).toEqual(['committing', 'cancelled']);
  expect(await jobs.imported()).toEqual([1]);
});
