import { createRestDriver, restDriverSchema } from '../../../subgraphs/adapters/drivers/rest/rest-driver.js';
import type { ReadContext, RecordsDriver } from '../../../subgraphs/adapters/kit/driver.js';
import { systemClock, type Clock } from '../../../subgraphs/kit/base/clock.js';
import { startRestServer, type Asked, type Reply, type RestServer } from './rest-server.js';

/** The sources of a small school: students, their results and the courses of these. */
export const sources = {
  students: { path: 'students/{studentNumber}', columns: ['id', 'name'] },
  results: {
    path: 'students/{studentNumber}/results',
    items: 'items',
    columns: ['id', 'credits', 'course.title'],
    lookups: [{ in: 'courses', by: 'courseId', as: 'course' }],
  },
  courses: { path: 'courses', items: 'items', columns: ['id', 'title'] },
};
/** What the results refer to. */
export const references = { courses: { path: 'courses', items: 'items', key: 'id' } };

const opened: (() => Promise<void>)[] = [];

/** Stops every driver and server that the last test opened; for `afterEach`. */
export async function stopOpened(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}

/** Has a server stopped with the others. */
export function stopLater(server: RestServer): void {
  opened.push(() => server.stop());
}

/** A driver over a service that answers as `reply` says. */
export async function open(
  reply: (asked: Asked) => Reply | Promise<Reply>,
  options: Record<string, unknown> = {},
  clock: Clock = systemClock,
): Promise<{ driver: RecordsDriver; server: RestServer; questions: string[] }> {
  const server = await startRestServer(reply);
  const questions: string[] = [];
  const declared = restDriverSchema.parse({
    kind: 'rest',
    authentication: { kind: 'none' },
    sources,
    references,
    ...options,
  });
  const driver = createRestDriver(declared, {
    institution: 'Somewhere University',
    address: { url: `${server.url}/api/` },
    clock,
    onQuestion: (source, keys) => questions.push(`${source}:${keys}`),
  });
  opened.push(
    () => driver.stop(),
    () => server.stop(),
  );
  return { driver, server, questions };
}

/** How long a reading of a test may take. */
export const context = (more: Partial<ReadContext> = {}): ReadContext => ({
  signal: new AbortController().signal,
  timeoutMs: 5_000,
  ...more,
});
