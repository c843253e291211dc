import { expect, test } from '@jest/globals';
import { ask, startTestGateway } from './two-subgraphs.js';

test('ready as soon as every subgraph has answered; the gateway asks them itself', async () => {
  await using running = await startTestGateway();
  const response = await fetch(`${running.gateway.url}/ready`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    status: 'ready',
    subgraphs: [
      { name: 'learners', breaker: 'CLOSED', answered: true },
      { name: 'records', answered: true },
    ],
  });
});

test('not ready while a subgraph has never answered, and it says which', async () => {
  await using running = await startTestGateway({
    subgraphs: { records: { transport: () => Promise.reject(new Error('down')) } },
  });
  const response = await fetch(`${running.gateway.url}/ready`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    status: 'waiting',
    subgraphs: [{ answered: true }, { name: 'records', answered: false }],
  });
  expect((await fetch(`${running.gateway.url}/health`)).status).toBe(200);
});

test('a subgraph that stops answering makes the gateway degraded, not unready', async () => {
  let down = false;
  await using running = await startTestGateway({
    behaviour: {
      before: (subgraph) => {
        if (down && subgraph === 'records') throw new Error('down');
      },
    },
  });
  await fetch(`${running.gateway.url}/ready`);
  down = true;
  for (let call = 0; call < 12; call += 1)
    await ask(running.gateway.url, { query: '{ me { deposits { remaining } } }' });
  const response = await fetch(`${running.gateway.url}/ready`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    status: 'degraded',
    subgraphs: [{}, { name: 'records', breaker: 'OPEN' }],
  });
  expect(await (await fetch(`${running.gateway.url}/metrics`)).text()).toContain(
    'amrlo_subgraph_breaker{subgraph="records"} 2',
  );
});

test('in production it says whether it is ready and nothing of the inside', async () => {
  await using running = await startTestGateway({ over: { production: true } });
  const ready = await fetch(`${running.gateway.url}/ready`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  await using waiting = await startTestGateway({
    over: { production: true },
    subgraphs: { records: { transport: () => Promise.reject(new Error('down')) } },
  });
  const unready = await fetch(`${waiting.gateway.url}/ready`);
  expect([unready.status, await unready.json()]).toEqual([503, { status: 'waiting' }]);
});

test('metrics are closed in production unless they are asked for, and can be closed outside it', async () => {
  const statusWith = async (over: Parameters<typeof startTestGateway>[0]) => {
    await using running = await startTestGateway(over);
    return (await fetch(`${running.gateway.url}/metrics`)).status;
  };
  expect(await statusWith({ over: { production: true } })).toBe(404);
  expect(await statusWith({ over: { production: true, servesMetrics: true } })).toBe(200);
  expect(await statusWith({ over: { servesMetrics: false } })).toBe(404);
});

test('metrics count requests', async () => {
  await using running = await startTestGateway();
  await ask(running.gateway.url, { query: '{ me { id } }' });
  const text = await (await fetch(`${running.gateway.url}/metrics`)).text();
  expect(text).toContain('amrlo_gateway_request_seconds_count{method="POST",status="200"} 1');
});

test('the explorer needs nothing from anywhere else, and is not there in production', async () => {
  await using running = await startTestGateway();
  for (const path of ['/', '/explorer']) {
    const response = await fetch(`${running.gateway.url}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).toContain('/graphql');
    const markup = html.replace(/<script>[\s\S]*<\/script>/, '').replace(/<style>[\s\S]*<\/style>/, '');
    expect(markup.match(/<(script|link|img|iframe)[^>]*\s(src|href)\s*=\s*["']?(https?:)?\/\//gi)).toBeNull();
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(style.match(/(@import|url\()\s*["']?(https?:)?\/\//gi)).toBeNull();
  }
  await using production = await startTestGateway({ over: { production: true } });
  expect((await fetch(`${production.gateway.url}/explorer`)).status).toBe(404);
  expect((await fetch(`${production.gateway.url}/`)).status).toBe(404);
});

test('routes of others are mounted beside the graph, with parsers of their own', async () => {
  await using running = await startTestGateway({
    over: {
      extraRoutes(fastify, core) {
        fastify.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) =>
          done(null, body),
        );
        fastify.post('/uploads', (request, reply) => {
          const bytes = (request.body as Buffer).length;
          void reply.send({ bytes, types: core.graph.schema.getQueryType()?.name });
        });
      },
    },
  });
  const response = await fetch(`${running.gateway.url}/uploads`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: 'abc',
  });
  expect(await response.json()).toEqual({ bytes: 3, types: 'Query' });
});

test('a gateway that stops lets the request under way end', async () => {
  let arrived: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (arrived = resolve));
  let go: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (go = resolve));
  await using running = await startTestGateway({
    behaviour: {
      before: async () => {
        arrived();
        await released;
      },
    },
  });
  const answer = ask(running.gateway.url, { query: '{ me { id } }' });
  await asked;
  const stopped = running.gateway.stop();
  go();
  expect((await answer).body).toEqual({ data: { me: { id: 'lrn_1' } } });
  await stopped;
  await expect(fetch(`${running.gateway.url}/health`)).rejects.toThrow('fetch failed');
});
