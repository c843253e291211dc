import { expect, jest, test } from '@jest/globals';
import { FakeClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { anonymous, servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { createLink } from '../../subgraphs/kit/base/link/link.js';
import type { LinkMetrics, SubgraphLinkOptions } from '../../subgraphs/kit/base/link/link-call.js';
import type { SubgraphRequest } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { insideTransaction } from '../../subgraphs/kit/base/transaction-guard.js';
import { keptLog, linkCall, manualTransport, plainSigner, settle } from './link-fixture.js';

function linkTo(options: SubgraphLinkOptions, more: { metrics?: LinkMetrics; clock?: Clock } = {}) {
  const { log, lines } = keptLog();
  const link = createLink({ subgraphs: { learners: options }, signer: plainSigner, log, ...more });
  return { link, lines };
}

test('a call carries the principal signed for that subgraph, the request id, a span of its own and the nearer deadline', async () => {
  const clock = new FakeClock();
  const now = clock.now().getTime();
  let seen: SubgraphRequest | undefined;
  const link = createLink({
    subgraphs: {
      learners: {
        timeoutMs: 500,
        transport: async (request) => {
          seen = request;
          return { data: {} };
        },
      },
    },
    signer: plainSigner,
    clock,
    log: keptLog().log,
  });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await link.call(linkCall({ principal: servicePrincipal('x'), traceparent, deadline: now + 9_000 }));
  expect(seen).toMatchObject({
    assertion: 'service:x@learners',
    requestId: 'req-1',
    locale: 'en',
    deadline: now + 500,
  });
  expect(seen?.traceparent).toMatch(
    /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
  );
});

test('a call inside a transaction is refused before anything is sent', async () => {
  const transport = jest.fn<SubgraphLinkOptions['transport']>();
  const { link } = linkTo({ transport });
  await expect(insideTransaction(() => link.call(linkCall()))).rejects.toMatchObject({
    code: 'REMOTE_CALL_IN_TRANSACTION',
  });
  expect(transport).not.toHaveBeenCalled();
});

test('equal queries of one principal share a call; another principal, language, variable, a mutation or what is read after one does not', async () => {
  const { calls, transport } = manualTransport();
  const shared = jest.fn();
  const metrics = {
    called: jest.fn(),
    shared,
    retried: jest.fn(),
    breakerChanged: jest.fn(),
  } as unknown as LinkMetrics;
  const { link } = linkTo({ transport }, { metrics });
  const answers = [
    link.call(linkCall()),
    link.call(linkCall({ requestId: 'req-2' })),
    link.call(linkCall({ principal: { ...anonymous, subject: 'ann' } })),
    link.call(linkCall({ locale: 'zh-CN' })),
    link.call(linkCall({ variables: { a: 1 } })),
    link.call(linkCall({ isMutation: true })),
    link.call(linkCall({ isMutation: true })),
    link.call(linkCall({ afterMutation: true })),
  ];
  await settle();
  expect(calls).toHaveLength(7);
  expect(shared).toHaveBeenCalledTimes(1);
  calls.forEach(({ answer }) => answer({ data: {} }));
  await Promise.all(answers);
});

test('a subgraph that hangs costs its timeout and then, with an open breaker, nothing', async () => {
  const clock = new FakeClock();
  const { calls, transport } = manualTransport();
  const { link } = linkTo({ transport, timeoutMs: 100, breaker: { size: 2, minimumCalls: 2 } }, { clock });
  for (let call = 0; call < 2; call += 1) {
    const deadline = clock.now().getTime() + 10_000;
    const answer = link.call(linkCall({ variables: { call }, deadline }));
    const failed = answer.catch((error: unknown) => error);
    await settle();
    clock.advance(100);
    expect(await failed).toMatchObject({ code: 'UPSTREAM_TIMEOUT', parameters: { subgraph: 'learners' } });
    expect(calls[call]?.request.signal.aborted).toBe(true);
  }
  await expect(link.call(linkCall())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(calls).toHaveLength(2);
  expect(link.state()).toEqual([
    { name: 'learners', breaker: 'OPEN', inFlight: 2, queued: 0, answered: false },
  ]);
});

test('one slow subgraph does not take places from another', async () => {
  const slow = manualTransport();
  const { log } = keptLog();
  const link = createLink({
    subgraphs: {
      learners: { transport: slow.transport, maxConcurrent: 1, maxQueued: 0 },
      outcomes: { transport: async () => ({ data: { ok: true } }) },
    },
    signer: plainSigner,
    log,
  });
  const hanging = link.call(linkCall());
  await settle();
  await expect(link.call(linkCall({ variables: { other: 1 } }))).rejects.toMatchObject({
    code: 'UPSTREAM_BUSY',
  });
  await expect(link.call(linkCall({ subgraph: 'outcomes' }))).resolves.toEqual({ data: { ok: true } });
  slow.calls[0]?.answer({ data: {} });
  await hanging;
});

test('a broken connection is tried once more for a query', async () => {
  const broken = new AmrloError(
    'UPSTREAM_UNAVAILABLE',
    { subgraph: 'learners' },
    { cause: { code: 'ECONNRESET' } },
  );
  const transport = jest
    .fn<SubgraphLinkOptions['transport']>()
    .mockRejectedValueOnce(broken)
    .mockResolvedValue({ data: { a: 1 } });
  const { link } = linkTo({ transport });
  await expect(link.call(linkCall())).resolves.toEqual({ data: { a: 1 } });
  expect(transport).toHaveBeenCalledTimes(2);
});

test('what a transport throws unexpectedly is INTERNAL with an id that is in the log', async () => {
  const { link, lines } = linkTo({ transport: () => Promise.reject(new TypeError('password=hunter2')) });
  const error = (await link.call(linkCall()).catch((thrown: unknown) => thrown)) as AmrloError;
  expect(error).toMatchObject({ code: 'INTERNAL' });
  expect(error.messageIn('en')).not.toContain('hunter2');
  expect(lines.find((line) => line['id'] === error.parameters['id'])).toBeDefined();
});

test('a subgraph that the link does not know is a fault of ours', async () => {
  const { link } = linkTo({ transport: async () => ({ data: {} }) });
  await expect(link.call(linkCall({ subgraph: 'ghost' }))).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('every call is counted with its outcome', async () => {
  const called = jest.fn();
  const metrics = {
    called,
    shared: jest.fn(),
    retried: jest.fn(),
    breakerChanged: jest.fn(),
  } as unknown as LinkMetrics;
  const { link } = linkTo({ transport: async () => ({ data: {} }) }, { metrics });
  await link.call(linkCall());
  await link.call(linkCall({ deadline: Date.now() - 1 })).catch(() => undefined);
  expect(called.mock.calls.map(([subgraph, outcome]) => [subgraph, outcome])).toEqual([
    ['learners', 'ok'],
    ['learners', 'UPSTREAM_TIMEOUT'],
  ]);
});

test('closing the link closes the transports', async () => {
  const close = jest.fn(async () => undefined);
  const { link } = linkTo({ transport: Object.assign(async () => ({ data: {} }), { close }) });
  await link.close();
  expect(close).toHaveBeenCalledTimes(1);
});
