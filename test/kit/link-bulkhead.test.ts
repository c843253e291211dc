import { expect, test } from '@jest/globals';
import { createBulkhead } from '../../subgraphs/kit/base/link/bulkhead.js';
import { settle } from './link-fixture.js';

function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}
const signal = new AbortController().signal;

test('no more calls run at once than allowed; the next one starts when one ends', async () => {
  const bulkhead = createBulkhead({ subgraph: 'a', maxConcurrent: 2, maxQueued: 5 });
  const gates = [gate(), gate(), gate()];
  const started: number[] = [];
  const runs = gates.map(({ passed }, index) =>
    bulkhead.run(async () => {
      started.push(index);
      await passed;
    }, signal),
  );
  await settle();
  expect(started).toEqual([0, 1]);
  expect([bulkhead.inFlight, bulkhead.queued]).toEqual([2, 1]);
  gates[0]?.open();
  await settle();
  expect(started).toEqual([0, 1, 2]);
  gates.forEach(({ open }) => open());
  await Promise.all(runs);
  expect([bulkhead.inFlight, bulkhead.queued]).toEqual([0, 0]);
});

test('a full queue is answered at once with UPSTREAM_BUSY and a time to come back', async () => {
  const bulkhead = createBulkhead({ subgraph: 'a', maxConcurrent: 1, maxQueued: 0 });
  const { passed, open } = gate();
  const running = bulkhead.run(() => passed, signal);
  await expect(bulkhead.run(async () => 1, signal)).rejects.toMatchObject({
    code: 'UPSTREAM_BUSY',
    parameters: { subgraph: 'a' },
    retryAfterMs: 1_000,
  });
  open();
  await running;
});

test('a waiter whose client has gone gives its place in the queue up at once', async () => {
  const bulkhead = createBulkhead({ subgraph: 'a', maxConcurrent: 1, maxQueued: 1 });
  const { passed, open } = gate();
  const running = bulkhead.run(() => passed, signal);
  const client = new AbortController();
  const waiting = bulkhead.run(async () => 'never', client.signal);
  client.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  expect(bulkhead.queued).toBe(0);
  const next = bulkhead.run(async () => 'next', signal);
  open();
  await running;
  await expect(next).resolves.toBe('next');
});

test('a call that fails gives its place back', async () => {
  const bulkhead = createBulkhead({ subgraph: 'a', maxConcurrent: 1, maxQueued: 0 });
  await expect(bulkhead.run(() => Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  await expect(bulkhead.run(async () => 'yes', signal)).resolves.toBe('yes');
});
