import { describe, expect, test } from '@jest/globals';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import { startTestGateway } from './two-subgraphs.js';

const rename = (name: string) => `{"query":"mutation { rename(name: \\"${name}\\") { name } }"}`;
const utf8 = (text: string) => new TextEncoder().encode(text);
/** 宁夏 in GB 18030, which is no UTF-8. */
const gb18030 = Uint8Array.of(0xc4, 0xfe, 0xcf, 0xc4);
const renamedInGb18030 = joined(
  utf8(rename('').slice(0, rename('').indexOf('\\") {'))),
  gb18030,
  utf8('\\") { name } }"}'),
);

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

async function send(
  url: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = {},
) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function started() {
  const asked: string[] = [];
  const running = await startTestGateway({ behaviour: { before: (_, { query }) => void asked.push(query) } });
  return { ...running, asked, graph: `${running.gateway.url}/graphql` };
}

describe('the body of a request', () => {
  test('in another encoding is refused before anything runs, and the one after it is read', async () => {
    await using running = await started();
    expect(await send(running.graph, renamedInGb18030)).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            message: 'The request is not in UTF-8; send it encoded as UTF-8.',
            extensions: { code: 'REQUEST_NOT_UTF8', retryable: false },
          },
        ],
      },
    });
    expect(running.asked).toEqual([]);
    expect(await send(running.graph, rename('宁夏'))).toEqual({
      status: 200,
      body: { data: { rename: { name: '宁夏' } } },
    });
  });

  test('that is cut in the middle of a character, or holds half of a pair, is refused', async () => {
    await using running = await started();
    for (const bytes of [
      [0xe5, 0xae],
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xff, 0xfe],
    ]) {
      const body = joined(
        utf8('{"query":"{ __typename }","operationName":"'),
        Uint8Array.from(bytes),
        utf8('"}'),
      );
      expect(await send(running.graph, body)).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'REQUEST_NOT_UTF8' } }] },
      });
    }
  });

  test.each(['gbk', 'GB18030', '"gb2312"', 'iso-8859-1', 'utf-16', 'utf-8; charset=gbk'])(
    'that says it is in %s is refused with 415, whatever its bytes',
    async (charset) => {
      await using running = await started();
      const type = { 'content-type': `application/json; charset=${charset}` };
      const answer = await send(running.graph, '{"query":"{ __typename }"}', type);
      expect(answer).toMatchObject({
        status: 415,
        body: { errors: [{ extensions: { code: 'CHARSET_UNSUPPORTED', retryable: false } }] },
      });
      expect(JSON.stringify(answer.body)).toContain('send the request body encoded as UTF-8');
    },
  );

  test.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('that says it is in %s is read', async (charset) => {
    await using running = await started();
    const type = { 'content-type': `application/json;charset=${charset}` };
    expect((await send(running.graph, rename('宁夏'), type)).body).toEqual({
      data: { rename: { name: '宁夏' } },
    });
  });

  test('may begin with a byte order mark', async () => {
    await using running = await started();
    const body = joined(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(rename('宁夏')));
    expect((await send(running.graph, body)).body).toEqual({ data: { rename: { name: '宁夏' } } });
  });

  test('that would change prototypes is refused', async () => {
    await using running = await started();
    for (const poison of [
      '{"query":"{ __typename }","__proto__":{"a":1}}',
      '{"constructor":{"prototype":{"a":1}}}',
    ]) {
      expect(await send(running.graph, poison)).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'REQUEST_MALFORMED' } }] },
      });
    }
  });

  test('that is empty is refused with words that say so', async () => {
    await using running = await started();
    const answer = await send(running.graph, '');
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('empty body');
  });

  test('of a live query is held to the same', async () => {
    const wakeBus = createLocalWakeBus();
    await using running = await startTestGateway({ over: { wakeBus } });
    const stream = `${running.gateway.url}/graphql/stream`;
    const accept = { accept: 'text/event-stream' };
    const live = '{"query":"subscription { learner(id: \\"lrn_1\\") { name } }"}';
    expect(await send(stream, renamedInGb18030, accept)).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'REQUEST_NOT_UTF8' } }] },
    });
    expect(
      await send(stream, live, { ...accept, 'content-type': 'application/json; charset=gbk' }),
    ).toMatchObject({ status: 415, body: { errors: [{ extensions: { code: 'CHARSET_UNSUPPORTED' } }] } });
    expect(await send(stream, live, { ...accept, 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'REQUEST_MALFORMED' } }] },
    });
    await wakeBus.close();
  });
});

test('a GET whose address is in another encoding is refused', async () => {
  await using running = await started();
  const address = (encoded: string) =>
    fetch(`${running.graph}?query=%7B__typename%7D%23${encoded}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
  const refused = await address('%C4%FE');
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { errors: [{ extensions: { code: 'REQUEST_NOT_UTF8' } }] },
  ]);
  expect((await address(encodeURIComponent('宁'))).status).toBe(200);
});
