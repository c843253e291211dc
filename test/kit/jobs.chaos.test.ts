import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { enqueueJob } from '../../subgraphs/kit/room/jobs/job.js';
import { jobTables } from '../../subgraphs/kit/room/jobs/job-tables.js';
import { createTestDatabase } from '../support/pg-sql.js';
import { startTsChild } from '../support/ts-child.js';

const kills = 12;
const rows = 100;
const jobs = 10;

test('jobs survive every kill of their workers: each row is done once and each job ends', async () => {
  await using database = await createTestDatabase([
    ...jobTables,
    'create table imported (job text, row integer)',
  ]);
  await database.transact(async (sql) => {
    for (let i = 0; i < jobs; i += 1)
      await enqueueJob(sql, { kind: 'IMPORT', input: { rows }, requestedBy: 'wang' });
  });
  const work = () => startTsChild(join(import.meta.dirname, 'fixtures/job-worker.ts'), [database.url]);
  const count = async (condition: string) => {
    const [row] = await database.transact((sql) =>
      sql.execute<{ n: number }>(`select count(*)::integer as n from ${condition}`),
    );
    return row!.n;
  };
  const children = [work(), work()];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      // Both workers hold a job, so the kill always leaves one behind.
      while ((await count(`job where state = 'RUNNING' and lease_until > now()`)) < children.length) {
        if ((await count(`job where state <> 'SUCCEEDED'`)) < children.length) break;
        await pause(10);
      }
      await pause(Math.random() * 200);
      const victim = kill % children.length;
      await children[victim]!.kill();
      children[victim] = work();
    }
    while ((await count(`job where state in ('QUEUED', 'RUNNING')`)) > 0) await pause(100);
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }

  expect(await count(`job where state = 'SUCCEEDED' and done = ${rows}`)).toBe(jobs);
  expect(await count('imported')).toBe(jobs * rows);
  expect(await count('(select distinct job, row from imported) as once')).toBe(jobs * rows);
  expect(await count('job_row_error')).toBe((jobs * rows) / 10);
  expect(await count('job where takeovers > 0')).toBeGreaterThan(0);
}, 120_000);
