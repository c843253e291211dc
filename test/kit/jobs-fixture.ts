import { pino } from 'pino';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { createLocalWakeBus, type WakeBus } from '../../subgraphs/kit/base/wake.js';
import type { Transact } from '../../subgraphs/kit/room/database/sql.js';
import { cancelJob, enqueueJob, readJob, type Job } from '../../subgraphs/kit/room/jobs/job.js';
import type { JobHandler } from '../../subgraphs/kit/room/jobs/job-handler.js';
import {
  createJobRunner,
  type JobRunner,
  type JobRunnerOptions,
} from '../../subgraphs/kit/room/jobs/job-runner.js';
import { jobTables } from '../../subgraphs/kit/room/jobs/job-tables.js';
import { createTestDatabase } from '../support/pg-sql.js';

/** Jobs in a database of their own, and a table `imported` for what they do. */
export interface JobRoom extends AsyncDisposable {
  readonly transact: Transact;
  readonly clock: FakeClock;
  readonly bus: WakeBus;
  /** Everything the bus has carried, each as its type and id. */
  readonly signals: string[];
  /** A worker that does imports with the handler. */
  runner(handler: JobHandler, options?: Partial<JobRunnerOptions>): JobRunner;
  /** What makes a worker fall silent: for its process, time stands still. */
  hung(): Partial<JobRunnerOptions>;
  enqueue(input?: string): Promise<Job>;
  read(id: string): Promise<Job>;
  cancel(id: string): Promise<boolean>;
  imported(): Promise<number[]>;
}

/** Makes the database, and nothing that works on its jobs. */
export async function startJobRoom(): Promise<JobRoom> {
  const database = await createTestDatabase([...jobTables, 'create table imported (row integer)']);
  const { transact } = database;
  const clock = new FakeClock();
  const bus = createLocalWakeBus();
  const signals: string[] = [];
  bus.subscribe(({ type, id }) => void signals.push(`${type} ${id}`));
  return {
    transact,
    clock,
    bus,
    signals,
    runner: (handler, options = {}) =>
      createJobRunner({
        transact,
        handlers: { IMPORT: handler },
        clock,
        log: pino({ level: 'silent' }),
        wakeBus: bus,
        ...options,
      }),
    hung: () => ({ clock: new FakeClock(clock.now()) }),
    enqueue: (input = 'file') =>
      transact((sql) =>
        enqueueJob(sql, { kind: 'IMPORT', input: { input }, requestedBy: 'wang', institutionId: 'inst_1' }),
      ),
    read: async (id) => (await transact((sql) => readJob(sql, id)))!,
    cancel: (id) => transact((sql) => cancelJob(sql, id, clock.now())),
    imported: async () =>
      (await transact((sql) => sql.execute<{ row: number }>('select row from imported order by row'))).map(
        ({ row }) => row,
      ),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** A promise that the test settles itself. */
export function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}
