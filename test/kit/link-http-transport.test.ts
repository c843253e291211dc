import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createHttpTransport } from '../../subgraphs/kit/base/link/http-transport.js';
import { isConnectionError } from '../../subgraphs/kit/base/link/connection-retry.js';
import type { SubgraphRequest } from '../../subgraphs/kit/base/link/subgraph-request.js';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function serve(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql?x=1` };
}

function transportTo(url: string, maxResponseBytes?: number) {
  const transport = createHttpTransport({ subgraph: 'learners', url, maxResponseBytes });
  stops.unshift(() => transport.close());
  return transport;
}

function request(over: Partial<SubgraphRequest> = {}): SubgraphRequest {
  return {
    query: 'query Q($a: Int) { a(a: $a) }',
    operationName: 'Q',
    variables: { a: 1 },
    assertion: 'signed',
    requestId: 'req-1',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    locale: 'en',
    deadline: Date.now() + 3_000,
    signal: new AbortController().signal,
    ...over,
  };
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('the operation travels as JSON, and who asks, in which language, how long, in the headers', async () => {
  let seen: { headers: IncomingMessage['headers']; url?: string; method?: string; body: unknown } | undefined;
  const { url } = await serve((message, reply) => {
    void bodyOf(message).then((body) => {
      seen = { headers: message.headers, url: message.url, method: message.method, body: JSON.parse(body) };
      reply.setHeader('content-type', 'application/json').end('{"data":{"a":"学分"}}');
    });
  });
  await expect(transportTo(url)(request())).resolves.toEqual({ data: { a: '学分' } });
  expect(seen).toMatchObject({
    method: 'POST',
    url: '/graphql?x=1',
    body: { query: 'query Q($a: Int) { a(a: $a) }', operationName: 'Q', variables: { a: 1 } },
    headers: {
      'x-amrlo-assertion': 'signed',
      'x-request-id': 'req-1',
      'accept-language': 'en',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    },
  });
  const budget = Number(seen?.headers['x-amrlo-budget-ms']);
  expect(budget).toBeGreaterThan(0);
  expect(budget).toBeLessThanOrEqual(3_000);
});

test('an answer with errors is an answer, whatever its status', async () => {
  const { url } = await serve((_, reply) => {
    reply.writeHead(401).end('{"errors":[{"message":"no"}]}');
  });
  await expect(transportTo(url)(request())).resolves.toEqual({ errors: [{ message: 'no' }] });
});

test('a client that leaves closes the socket of the subgraph', async () => {
  const client = new AbortController();
  let closed: () => void = () => undefined;
  const socketClosed = new Promise<void>((resolve) => (closed = resolve));
  const { url } = await serve((message) => {
    message.socket.once('close', closed);
    client.abort();
  });
  await expect(transportTo(url)(request({ signal: client.signal }))).rejects.toMatchObject({
    code: 'REQUEST_CANCELLED',
  });
  await socketClosed;
});

test.each([
  ['an error page of a proxy', '<html>upstream http://10.0.0.7 failed</html>', 502],
  ['JSON that is no GraphQL answer', '{"ok":true}', 200],
  ['a list', '[1]', 200],
  ['data that is no object', '{"data":"x"}', 200],
  ['half an answer', '{"data":{"a":', 200],
])('%s is UPSTREAM_UNAVAILABLE and is not sent again', async (_, body, status) => {
  const { url } = await serve((__, reply) => void reply.writeHead(status).end(body));
  const error: unknown = await transportTo(url)(request()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', parameters: { subgraph: 'learners' } });
  expect(isConnectionError(error)).toBe(false);
  expect(JSON.stringify(error)).not.toContain('10.0.0.7');
});

test('an answer beyond the size limit is given up', async () => {
  const { url } = await serve(
    (_, reply) => void reply.end(JSON.stringify({ data: { a: 'x'.repeat(10_000) } })),
  );
  await expect(transportTo(url, 5_000)(request())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
});

test('nobody listening is a connection error, which a query may survive by one retry', async () => {
  const { server, url } = await serve(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  const error: unknown = await transportTo(url)(request()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(isConnectionError(error)).toBe(true);
});

test('a connection that the subgraph closes in the middle is a connection error', async () => {
  const { url } = await serve((message) => void message.socket.destroy());
  const error: unknown = await transportTo(url)(request()).catch((thrown: unknown) => thrown);
  expect(isConnectionError(error)).toBe(true);
});
