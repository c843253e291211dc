import { expect, jest, test } from '@jest/globals';
import { createInFlightDedupe } from '../../subgraphs/kit/base/link/in-flight-dedupe.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';

function flight() {
  let answer: (response: SubgraphResponse) => void = () => undefined;
  const start = jest.fn(
    (signal: AbortSignal) =>
      new Promise<SubgraphResponse>((resolve, reject) => {
        answer = resolve;
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  );
  return { start, answer: (response: SubgraphResponse) => answer(response) };
}
const caller = (over = {}) => ({
  subgraph: 'a',
  deadline: 10_000,
  signal: new AbortController().signal,
  ...over,
});

test('callers that ask the same at the same moment share one call, and each gets a copy of its own', async () => {
  const shared = jest.fn();
  const dedupe = createInFlightDedupe(shared);
  const { start, answer } = flight();
  const both = [dedupe.share('k', caller(), start), dedupe.share('k', caller(), start)];
  answer({ data: { me: { id: '1' } } });
  const [first, second] = await Promise.all(both);
  expect(start).toHaveBeenCalledTimes(1);
  expect(shared).toHaveBeenCalledWith('a');
  expect(first).toEqual(second);
  expect(first?.data).not.toBe(second?.data);
});

test('whatever a reader writes into its answer, the others read what came, and the last reads it uncopied', async () => {
  const dedupe = createInFlightDedupe();
  const { start, answer } = flight();
  const came = {
    data: JSON.parse(
      '{"list":[[{"n":1},null],[]],"text":"x","none":null,"__proto__":{"odd":true}}',
    ) as object,
    errors: [{ message: 'm', path: ['list', 0], extensions: { code: 'X' } }],
  } as SubgraphResponse;
  const expected = JSON.stringify(came);
  const gone = new AbortController();
  const readers = [1, 2, 3, 4].map((n) =>
    dedupe.share('k', caller(n === 4 ? { signal: gone.signal } : {}), start).then((own) => {
      const text = JSON.stringify(own);
      const data = own.data as { list: unknown[][]; text: string };
      data.list[0]?.push(n);
      data.text = `changed by ${n}`;
      return { text, own };
    }),
  );
  gone.abort();
  answer(came);
  const [first, second, third, left] = await Promise.allSettled(readers);
  expect(left).toMatchObject({ status: 'rejected', reason: { code: 'REQUEST_CANCELLED' } });
  const read = [first, second, third].map((one) => (one?.status === 'fulfilled' ? one.value : undefined));
  expect(read.map((one) => one?.text)).toEqual([expected, expected, expected]);
  expect(read.map((one) => one?.own === came)).toEqual([false, false, true]);
  expect(Object.prototype).not.toHaveProperty('odd');
});

test('nothing is kept once the answer is there', async () => {
  const dedupe = createInFlightDedupe();
  const start = jest.fn(async () => ({ data: {} }));
  await dedupe.share('k', caller(), start);
  await dedupe.share('k', caller(), start);
  expect(start).toHaveBeenCalledTimes(2);
});

test('one client leaving does not end the call of the others; the last one leaving does', async () => {
  const dedupe = createInFlightDedupe();
  const { start } = flight();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = dedupe.share('k', caller({ signal: one.signal }), start);
  const second = dedupe.share('k', caller({ signal: two.signal }), start);
  one.abort();
  await expect(first).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(start.mock.calls[0]?.[0].aborted).toBe(false);
  two.abort();
  await expect(second).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  expect(start.mock.calls[0]?.[0].aborted).toBe(true);
});

test('a call that everybody has left is not joined any more', async () => {
  const dedupe = createInFlightDedupe();
  const { start } = flight();
  const one = new AbortController();
  const first = dedupe.share('k', caller({ signal: one.signal }), start);
  one.abort();
  const later = flight();
  const second = dedupe.share('k', caller(), later.start);
  later.answer({ data: { n: 2 } });
  await expect(first).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  await expect(second).resolves.toEqual({ data: { n: 2 } });
});

test('a caller with much more time left does not join a call that will be cut off sooner', () => {
  const dedupe = createInFlightDedupe();
  const { start } = flight();
  void dedupe.share('k', caller({ deadline: 1_000 }), start);
  void dedupe.share('k', caller({ deadline: 2_001 }), start);
  expect(start).toHaveBeenCalledTimes(2);
});

test('a failed call fails for everybody who shares it', async () => {
  const dedupe = createInFlightDedupe();
  const start = () => Promise.reject(new Error('down'));
  const both = [dedupe.share('k', caller(), start), dedupe.share('k', caller(), start)];
  await expect(Promise.allSettled(both)).resolves.toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ]);
});
