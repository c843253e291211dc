import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FormattedExecutionResult } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createPersistedOperations } from '../../gateway/operations/persisted-operations.js';
import { createLocalPersistedStore } from '../../gateway/operations/persisted-store.js';
import { startLiveServer, until, type LiveServer } from './live-fixture.js';

const query = 'subscription { deposit(id: "dep_1") { state } }';
let server: LiveServer;
const clients: Client[] = [];

beforeEach(async () => {
  server = await startLiveServer({ maxPerSocket: 2 });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map(async (client) => client.dispose()));
  await server.close();
});

function connect(
  payload: Record<string, unknown> = { authorization: 'Bearer li', 'accept-language': 'en' },
): Client {
  const client = createClient({
    url: server.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: payload,
    retryAttempts: 0,
  });
  clients.push(client);
  return client;
}

function collect(client: Client, text = query, variables?: Record<string, unknown>) {
  const heard: { results: FormattedExecutionResult[]; ended: boolean; failed: unknown; leave: () => void } = {
    results: [],
    ended: false,
    failed: undefined,
    leave: () => undefined,
  };
  heard.leave = client.subscribe(
    { query: text, ...(variables ? { variables } : {}) },
    {
      next: (result) => void heard.results.push(result as FormattedExecutionResult),
      error: (error) => {
        heard.failed = error;
        heard.ended = true;
      },
      complete: () => void (heard.ended = true),
    },
  );
  return heard;
}

const states = (heard: { results: FormattedExecutionResult[] }) =>
  heard.results.map((result) => (result.data as { deposit: { state: string } } | undefined)?.deposit.state);

describe('a live query over a WebSocket', () => {
  it('answers at once, and again when the object changed', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    expect(server.executions[0]).toMatchObject({ principal: { subject: 'li' }, locale: 'en', variables: {} });
    server.graph.state = 'REVIEWED';
    server.wakeBus.publish({ type: 'Deposit', id: 'dep_1' });
    server.clock.advance(50);
    await until(() => heard.results.length === 2);
    expect(states(heard)).toEqual(['SUBMITTED', 'REVIEWED']);
  });

  it('does not run for another object, nor for another type', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    server.wakeBus.publish({ type: 'Deposit', id: 'dep_2' });
    server.wakeBus.publish({ type: 'Learner', id: 'dep_1' });
    server.clock.advance(50);
    server.graph.state = 'REVIEWED';
    server.wakeBus.publish({ type: 'Deposit', id: 'dep_1' });
    server.clock.advance(50);
    await until(() => heard.results.length === 2);
    expect(server.executions).toHaveLength(2);
  });

  it('runs once for a burst, and sends nothing when nothing changed', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    for (let count = 0; count < 100; count += 1) server.wakeBus.publish({ type: 'Deposit', id: 'dep_1' });
    server.clock.advance(49);
    expect(server.executions).toHaveLength(1);
    server.clock.advance(1);
    await until(() => server.executions.length === 2);
    server.graph.state = 'REVIEWED';
    server.wakeBus.publish({ type: 'Deposit', id: 'dep_1' });
    server.clock.advance(50);
    await until(() => heard.results.length === 2);
    expect(server.executions).toHaveLength(3);
    expect(states(heard)).toEqual(['SUBMITTED', 'REVIEWED']);
  });

  it('asks again who it is for, and asks again at once when their grants changed', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    server.tokens.set('Bearer li', {
      principal: { kind: 'PERSON', subject: 'li', grants: [], scopes: ['new'] },
    });
    server.graph.state = 'HIDDEN';
    server.wakeBus.publish({ type: 'GrantEpoch', id: 'li' });
    server.clock.advance(50);
    await until(() => heard.results.length === 2);
    expect(server.executions[1]?.principal.scopes).toEqual(['new']);
  });

  it('ends when the token expires, and says so', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    server.clock.advance(60_000);
    await until(() => heard.ended);
    expect(heard.results[1]?.errors?.[0]).toMatchObject({
      message: 'The access token has expired; sign in again.',
      extensions: { code: 'TOKEN_EXPIRED' },
    });
    expect(server.clock.waiting).toEqual([]);
  });

  it('ends when the token is not believed any more', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    server.tokens.clear();
    server.wakeBus.publish({ type: 'Deposit', id: 'dep_1' });
    server.clock.advance(50);
    await until(() => heard.ended);
    expect(heard.results[1]).toMatchObject({ errors: [{ extensions: { code: 'TOKEN_INVALID' } }] });
    expect(server.executions).toHaveLength(1);
  });

  it('masks what fails inside', async () => {
    server.graph.fails = true;
    const heard = collect(connect());
    await until(() => heard.ended);
    expect(JSON.stringify(heard.results)).not.toContain('select');
    expect(heard.results[0]?.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL' });
    expect(server.logged).toHaveLength(1);
  });

  it('stops listening and running when the client leaves', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    const signal = server.executions[0]?.signal;
    heard.leave();
    await until(() => signal?.aborted === true);
    expect(server.clock.waiting).toEqual([]);
    server.wakeBus.publish({ type: 'Deposit', id: 'dep_1' });
    expect(server.clock.waiting).toEqual([]);
  });

  it('stops when the socket is cut', async () => {
    const client = connect();
    const heard = collect(client);
    await until(() => heard.results.length === 1);
    server.httpServer.closeAllConnections();
    client.terminate();
    await until(() => server.executions[0]?.signal.aborted === true);
  });

  it('is refused for queries and mutations, bad documents, and operations that are too large', async () => {
    const code = async (text: string) => {
      const heard = collect(connect(), text);
      await until(() => heard.ended);
      return (heard.failed as Array<{ extensions: { code: string } }>)[0]?.extensions.code;
    };
    expect(await code('{ deposit(id: "1") { state } }')).toBe('SUBSCRIPTION_EXPECTED');
    expect(await code('mutation { review(id: "1") { id } }')).toBe('SUBSCRIPTION_EXPECTED');
    expect(await code('subscription { deposit(id: "1") { stat } }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await code('subscription { a: deposit(id: "1") { id } b: deposit(id: "2") { id } }')).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect(await code('subscription {')).toBe('GRAPHQL_PARSE_FAILED');
    expect(
      await code(
        `subscription { deposit(id: "1") { ${Array.from({ length: 31 }, (_, index) => `a${index}: id`).join(' ')} } }`,
      ),
    ).toBe('OPERATION_TOO_LARGE');
    expect(server.executions).toEqual([]);
  });

  it('is bounded in number on one socket', async () => {
    const client = connect();
    const [one, two] = [collect(client), collect(client)];
    await until(() => one.results.length === 1 && two.results.length === 1);
    const third = collect(client);
    await until(() => third.ended);
    expect(third.failed).toMatchObject([{ extensions: { code: 'SUBSCRIPTION_LIMIT', retryable: true } }]);
    one.leave();
    await until(() => server.executions.filter((execution) => execution.signal.aborted).length === 1);
    const fourth = collect(client);
    await until(() => fourth.results.length === 1);
  });

  it('is refused with a bad token before anything else, and open to nobody known', async () => {
    const refused = collect(connect({ authorization: 'Bearer forged' }));
    await until(() => refused.ended);
    expect(refused.failed).toMatchObject({ code: 4401, reason: 'TOKEN_INVALID' });
    const nobody = collect(connect({}));
    await until(() => nobody.results.length === 1);
    expect(server.executions[0]?.principal.kind).toBe('ANONYMOUS');
  });

  it('takes no token from the URL or from other names of the payload', async () => {
    const heard = collect(connect({ token: 'Bearer li', Authorization: 5 }));
    await until(() => heard.results.length === 1);
    expect(server.executions[0]?.principal.kind).toBe('ANONYMOUS');
  });

  it('is cut off when a text frame is no UTF-8, and that is no fault of ours to be written down', async () => {
    const written = jest.spyOn(console, 'error');
    const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
    const text = new TextEncoder().encode('{"type":"connection_init","payload":{"authorization":"?"}}');
    socket.send(
      text.map((byte) => (byte === 0x3f ? 0xc4 : byte)),
      { binary: false },
    );
    // RFC 6455, section 7.4.1: a text message that is not consistent with its type.
    expect(await closed).toBe(1007);
    expect(server.executions).toEqual([]);
    expect(written).not.toHaveBeenCalled();
    written.mockRestore();
  });

  it('answers other paths with 404', async () => {
    const socket = new WebSocket(server.wsUrl.replace('/graphql', '/other'), 'graphql-transport-ws');
    const message = await new Promise<string>((resolve) =>
      socket.once('error', (error) => resolve(error.message)),
    );
    expect(message).toContain('404');
  });

  it('is told goodbye when the server closes', async () => {
    const heard = collect(connect());
    await until(() => heard.results.length === 1);
    await server.subscriptions.close();
    await until(() => heard.ended);
    expect(server.executions[0]?.signal.aborted).toBe(true);
  });
});

describe('a live query where only registered operations are accepted', () => {
  it('is refused when it is not one', async () => {
    await server.close();
    server = await startLiveServer({
      operations: () =>
        createPersistedOperations({ store: createLocalPersistedStore(), registeredOnly: true }),
    });
    const heard = collect(connect());
    await until(() => heard.ended);
    expect(heard.failed).toMatchObject([{ extensions: { code: 'OPERATION_NOT_REGISTERED' } }]);
  });
});
