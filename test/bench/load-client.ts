/**
 * One load, in a process of its own so that the client's work is not the server's: takes a {@link Load} over the
 * channel, answers with {@link LoadResult}.
 */
import autocannon from 'autocannon';
import { figuresOf } from './figures.js';
import type { Load, LoadResult } from './load.js';

process.once('message', (load: Load) => void run(load));

async function run(load: Load): Promise<void> {
  if (load.warmUpSeconds > 0) await fire(load, load.warmUpSeconds);
  const result = await fire(load, load.seconds);
  process.send?.(result, () => process.disconnect());
}

async function fire(load: Load, seconds: number): Promise<LoadResult> {
  const milliseconds: number[] = [];
  const tokens = [...load.tokens];
  const started = performance.now();
  let last = started;
  const { errors, timeouts, non2xx } = await autocannon({
    url: load.url,
    method: 'POST',
    body: load.body,
    headers: { 'content-type': 'application/json' },
    connections: load.tokens.length,
    duration: seconds,
    setupClient: (connection) => {
      connection.setHeaders({ 'content-type': 'application/json', authorization: `Bearer ${tokens.pop()}` });
      // autocannon's own histogram has whole milliseconds, which says nothing of a bare server.
      connection.on('response', (status: number, _bytes: number, duration: number) => {
        if (status === 200) milliseconds.push(duration);
        last = performance.now();
      });
    },
  });
  return { ...figuresOf(milliseconds, last - started), failed: errors + timeouts + non2xx };
}
