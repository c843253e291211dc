import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { startLiveServer, until, type LiveServer } from './live-fixture.js';

const query = 'subscription S($id: ID!) { deposit(id: $id) { state } }';
let server: LiveServer;
beforeEach(async () => {
  server = await startLiveServer();
});
afterEach(() => server.close());

async function post(
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(server.streamUrl, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      'accept-language': 'en',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

function eventsOf(response: Response) {
  const heard = { events: [] as Array<{ event: string; data: unknown }>, ended: false };
  void (async () => {
    let text = '';
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += new TextDecoder().decode(chunk);
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) {
          const event = /^event: (.*)$/m.exec(part)?.[1];
          const data = /^data: ?(.*)$/m.exec(part)?.[1];
          if (event !== undefined)
            heard.events.push({ event, data: data ? (JSON.parse(data) as unknown) : null });
        }
      }
    } catch {
      // A stream that the test cut.
    }
    heard.ended = true;
  })();
  return heard;
}

const codeOf = async (response: Response) =>
  ((await response.json()) as { errors: Array<{ extensions: { code: string } }> }).errors[0]?.extensions.code;

describe('a live query over server-sent events', () => {
  it('answers at once, and again when the object changed', async () => {
    const response = await post({ query, variables: { id: 'dep_1' } }, { authorization: 'Bearer li' });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const heard = eventsOf(response);
    await until(() => heard.events.length === 1);
    server.graph.state = 'REVIEWED';
    server.wakeBus.publish({ type: 'Deposit', id: 'dep_1' });
    server.clock.advance(50);
    await until(() => heard.events.length === 2);
    expect(heard.events).toMatchObject([
      { event: 'next', data: { data: { deposit: { state: 'SUBMITTED', seenBy: 'li' } } } },
      { event: 'next', data: { data: { deposit: { state: 'REVIEWED' } } } },
    ]);
  });

  it('can be asked by GET, with a list of accepted types', async () => {
    const url = `${server.streamUrl}?${new URLSearchParams({ query, variables: '{"id":"dep_1"}' })}`;
    const response = await fetch(url, { headers: { accept: 'text/event-stream, */*;q=0.1' } });
    const heard = eventsOf(response);
    await until(() => heard.events.length === 1);
    expect(server.executions[0]?.principal.kind).toBe('ANONYMOUS');
  });

  it('ends the stream when the token expires', async () => {
    const heard = eventsOf(await post({ query, variables: { id: 'dep_1' } }, { authorization: 'Bearer li' }));
    await until(() => heard.events.length === 1);
    server.clock.advance(60_000);
    await until(() => heard.ended);
    expect(heard.events.slice(1)).toMatchObject([
      { event: 'next', data: { errors: [{ extensions: { code: 'TOKEN_EXPIRED' } }] } },
      { event: 'complete' },
    ]);
  });

  it('stops running when the client leaves', async () => {
    const cut = new AbortController();
    const heard = eventsOf(await post({ query, variables: { id: 'dep_1' } }, {}, cut.signal));
    await until(() => heard.events.length === 1);
    cut.abort();
    await until(() => server.executions[0]?.signal.aborted === true);
    expect(server.clock.waiting).toEqual([]);
  });

  it('is refused by HTTP status before the stream begins', async () => {
    const forged = await post({ query, variables: { id: 'x' } }, { authorization: 'Bearer forged' });
    expect([forged.status, await codeOf(forged)]).toEqual([401, 'TOKEN_INVALID']);
    const mutation = await post({ query: 'mutation { review(id: "1") { id } }' });
    expect([mutation.status, await codeOf(mutation)]).toEqual([400, 'SUBSCRIPTION_EXPECTED']);
    const invalid = await post({ query: 'subscription { deposit { state } }' });
    expect([invalid.status, await codeOf(invalid)]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(server.executions).toEqual([]);
  });

  it('is refused when its body is no JSON, too large, or the stream is not accepted', async () => {
    expect((await post('{')).status).toBe(400);
    expect((await post({ query, variables: { id: 'x'.repeat(200_000) } })).status).toBe(413);
    expect((await post({ query }, { accept: 'application/json' })).status).toBe(406);
  });

  it('is refused when its body or its address is not in UTF-8', async () => {
    const text = new TextEncoder().encode(JSON.stringify({ query, variables: { id: '?' } }));
    const other = text.map((byte) => (byte === 0x3f ? 0xc4 : byte));
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
    const sent = await fetch(server.streamUrl, { method: 'POST', headers, body: other });
    expect([sent.status, await codeOf(sent)]).toEqual([400, 'REQUEST_NOT_UTF8']);
    const named = await post({ query }, { 'content-type': 'application/json; charset=gb18030' });
    expect([named.status, await codeOf(named)]).toEqual([415, 'CHARSET_UNSUPPORTED']);
    const got = await fetch(`${server.streamUrl}?query=%C4%FE`, { headers: { accept: 'text/event-stream' } });
    expect([got.status, await codeOf(got)]).toEqual([400, 'REQUEST_NOT_UTF8']);
    expect(server.executions).toEqual([]);
  });

  it('is refused without an operation, or without the name of one of several', async () => {
    const chosen = async (body: object) => codeOf(await post(body));
    expect(await chosen({ query: '' })).toBe('OPERATION_MISSING');
    const two = 'subscription A { deposit(id: "1") { id } } subscription B { deposit(id: "2") { id } }';
    expect(await chosen({ query: two })).toBe('OPERATION_UNKNOWN');
  });

  it('keeps no state between requests: stream tokens are not honoured', async () => {
    const put = await fetch(server.streamUrl, { method: 'PUT' });
    expect(put.status).toBe(406);
  });

  it('passes on a refusal to admit, with the time to wait', async () => {
    await server.close();
    server = await startLiveServer({
      admit: async () => {
        throw new AmrloError('RATE_LIMITED', {}, { retryAfterMs: 1_500 });
      },
    });
    const response = await post({ query, variables: { id: 'x' } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
  });

  it('ends when the server closes', async () => {
    const heard = eventsOf(await post({ query, variables: { id: 'dep_1' } }));
    await until(() => heard.events.length === 1);
    await server.subscriptions.close();
    await until(() => heard.ended);
    expect(heard.events.at(-1)?.event).toBe('complete');
  });
});
