import { describe, expect, it } from '@jest/globals';
import { entityTagOf, matchesEntityTag } from '../../gateway/operations/entity-tag.js';
import { createGetHandler, type GetExecution } from '../../gateway/operations/get-handler.js';
import { operationHash, readManifest, type OperationManifest } from '../../gateway/operations/manifest.js';
import { createPersistedOperations } from '../../gateway/operations/persisted-operations.js';
import { createLocalPersistedStore } from '../../gateway/operations/persisted-store.js';
import { createErrorMask } from '../../gateway/security/error-mask.js';

const archive = 'query Archive { me { id } }';
const rename = 'mutation Rename { rename { id } }';
const manifest: OperationManifest = {
  [operationHash(archive)]: { name: 'Archive', client: 'mobile', document: archive },
};
const persisted = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: operationHash(text) } });
const withCode = (code: string) => expect.objectContaining({ code });

describe('the manifest of registered operations', () => {
  it('is read when every document has the hash it is filed under', () => {
    expect(readManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it('is refused with the entry that is wrong', () => {
    const hash = operationHash(rename);
    expect(() => readManifest({ [hash]: { name: 'A', client: 'mobile', document: archive } })).toThrow(
      new RegExp(hash),
    );
    expect(() => readManifest({ abc: { name: 'A', client: 'mobile', document: archive } })).toThrow(
      withCode('INPUT_INVALID'),
    );
    expect(() => readManifest({ [operationHash(archive)]: { name: 'A', document: archive } })).toThrow(
      /client/,
    );
  });
});

describe('persisted operations', () => {
  const open = () => createPersistedOperations({ manifest, store: createLocalPersistedStore() });

  it('find a registered operation by its hash alone', async () => {
    expect(await open().resolve({ extensions: persisted(archive) }, false)).toEqual({
      query: archive,
      hash: operationHash(archive),
      registered: manifest[operationHash(archive)],
    });
  });

  it('remember a document that came with its hash by POST, and not by GET', async () => {
    const operations = open();
    const byHash = () => operations.resolve({ extensions: persisted(rename) }, true);
    await expect(byHash()).rejects.toEqual(withCode('PERSISTED_QUERY_NOT_FOUND'));
    await operations.resolve({ query: rename, extensions: persisted(rename) }, false);
    await expect(byHash()).rejects.toEqual(withCode('PERSISTED_QUERY_NOT_FOUND'));
    await operations.resolve({ query: rename, extensions: persisted(rename) }, true);
    expect((await byHash()).query).toBe(rename);
  });

  it('refuse a document under the hash of another', async () => {
    const operations = open();
    await expect(operations.resolve({ query: rename, extensions: persisted(archive) }, true)).rejects.toEqual(
      withCode('REQUEST_MALFORMED'),
    );
  });

  it('refuse a hash that is none, another version, and nothing at all', async () => {
    for (const extensions of [
      { persistedQuery: { version: 2, sha256Hash: operationHash(archive) } },
      { persistedQuery: { version: 1, sha256Hash: '__proto__' } },
      { persistedQuery: { version: 1, sha256Hash: operationHash(archive).toUpperCase() } },
      { persistedQuery: 'x' },
    ]) {
      await expect(open().resolve({ extensions }, true)).rejects.toEqual(withCode('REQUEST_MALFORMED'));
    }
    await expect(open().resolve({ extensions: {} }, true)).rejects.toEqual(withCode('OPERATION_MISSING'));
  });

  it('refuse what is not registered when only registered operations are accepted, by text and by hash', async () => {
    const store = createLocalPersistedStore();
    await store.put(operationHash(rename), rename);
    const operations = createPersistedOperations({ manifest, store, registeredOnly: true });
    for (const request of [
      { query: rename },
      { extensions: persisted(rename) },
      { query: rename, extensions: persisted(rename) },
      { query: `${archive} ` },
    ]) {
      await expect(operations.resolve(request, true)).rejects.toEqual(withCode('OPERATION_NOT_REGISTERED'));
    }
    expect((await operations.resolve({ query: archive }, true)).registered?.name).toBe('Archive');
  });

  it('keep a bounded number of bytes', async () => {
    const store = createLocalPersistedStore({ maxBytes: 100 });
    await store.put('a', 'x'.repeat(60));
    await store.put('b', 'y'.repeat(60));
    expect([await store.get('a'), await store.get('b')]).toEqual([undefined, 'y'.repeat(60)]);
  });
});

describe('entity tags', () => {
  it('are strong, and equal for equal bytes only', () => {
    expect(entityTagOf('{"a":1}')).toMatch(/^"[\w-]{43}"$/);
    expect(entityTagOf('a')).toBe(entityTagOf('a'));
    expect(entityTagOf('a')).not.toBe(entityTagOf('b'));
  });

  it('match in lists, weakly, and by star', () => {
    const tag = entityTagOf('a');
    for (const header of [tag, `W/${tag}`, `"x", ${tag}`, '*', ['"x"', tag]])
      expect(matchesEntityTag(header, tag)).toBe(true);
    for (const header of [undefined, '', '"x"', tag.slice(1, -1)])
      expect(matchesEntityTag(header, tag)).toBe(false);
  });
});

describe('GET', () => {
  function setUp() {
    const ran: GetExecution[] = [];
    let body = '{"data":{"me":{"id":"lrn_1"}}}';
    const store = createLocalPersistedStore();
    const handle = createGetHandler({
      operations: createPersistedOperations({ manifest, store }),
      mask: createErrorMask({ log: { error: () => undefined } }),
      async execute(request) {
        ran.push(request);
        return { body, headers: { 'content-length': String(body.length) } };
      },
    });
    const get = (parameters: Record<string, unknown>, headers: Record<string, string> = {}) => {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(parameters))
        search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
      return handle({ url: `/graphql?${search}`, headers });
    };
    const getAddress = (url: string) => handle({ url, headers: {} });
    return { get, getAddress, ran, store, change: (text: string) => void (body = text) };
  }
  const codeOf = (answer: { body: string }) =>
    (JSON.parse(answer.body) as { errors: Array<{ extensions: { code: string } }> }).errors[0]?.extensions
      .code;

  it('answers a persisted query with an entity tag and the headers of personal data', async () => {
    const { get, ran } = setUp();
    const answer = await get({
      extensions: persisted(archive),
      variables: { a: 1 },
      operationName: 'Archive',
    });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        vary: 'Authorization, Accept-Language',
        'cache-control': 'private, no-cache',
        etag: entityTagOf(answer.body),
      },
    });
    expect(ran[0]).toMatchObject({ query: archive, operationName: 'Archive', variables: { a: 1 } });
  });

  it('answers 304 without a body to somebody who has these bytes, and 200 when they changed', async () => {
    const { get, change } = setUp();
    const { headers } = await get({ extensions: persisted(archive) });
    const known = { 'if-none-match': headers['etag'] ?? '' };
    const answer = await get({ extensions: persisted(archive) }, known);
    expect(answer).toEqual({
      status: 304,
      body: '',
      headers: {
        vary: 'Authorization, Accept-Language',
        'cache-control': 'private, no-cache',
        etag: headers['etag'],
      },
    });
    change('{"data":{"me":null}}');
    expect((await get({ extensions: persisted(archive) }, known)).status).toBe(200);
  });

  it('runs no mutation and no subscription, registered or not', async () => {
    const { get, ran, store } = setUp();
    for (const text of [rename, 'subscription S { me { id } }']) {
      await store.put(operationHash(text), text);
      const answer = await get({ extensions: persisted(text) }, { 'accept-language': 'en' });
      expect([answer.status, answer.headers['allow'], codeOf(answer)]).toEqual([
        405,
        'POST',
        'METHOD_NOT_ALLOWED',
      ]);
    }
    expect(ran).toEqual([]);
  });

  it('picks the operation by its name before it looks at its kind', async () => {
    const { get, store, ran } = setUp();
    const two = 'query A { me { id } } mutation B { rename { id } }';
    await store.put(operationHash(two), two);
    expect((await get({ extensions: persisted(two), operationName: 'B' })).status).toBe(405);
    const open = await get({ extensions: persisted(two) }, { 'accept-language': 'en' });
    expect([open.status, codeOf(open)]).toEqual([400, 'OPERATION_UNKNOWN']);
    expect(open.body).toContain('one of A, B');
    expect((await get({ extensions: persisted(two), operationName: 'A' })).status).toBe(200);
    expect(ran).toHaveLength(1);
  });

  it('takes no text in the URL, and says that it wants the hash of an operation', async () => {
    const { get } = setUp();
    for (const parameters of [{ query: archive }, { extensions: {} }, {}]) {
      const answer = await get(parameters, { 'accept-language': 'en' });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'OPERATION_HASH_EXPECTED']);
      expect(answer.body).toContain('extensions.persistedQuery; send its text by POST.');
    }
  });

  it('refuses parameters that are not JSON', async () => {
    const { get } = setUp();
    for (const parameters of [{ extensions: '{' }, { extensions: persisted(archive), variables: '[1]' }]) {
      const answer = await get(parameters);
      expect([answer.status, codeOf(answer), answer.headers['cache-control']]).toEqual([
        400,
        'REQUEST_MALFORMED',
        'no-store',
      ]);
    }
  });

  it('refuses an address whose percent signs stand for no UTF-8', async () => {
    const { getAddress, ran } = setUp();
    const extensions = encodeURIComponent(JSON.stringify(persisted(archive)));
    const withName = (encoded: string) =>
      getAddress(
        `/graphql?extensions=${extensions}&variables=${encodeURIComponent('{"name":"')}${encoded}%22%7D`,
      );
    // 宁夏 in GB 18030.
    const refused = await withName('%C4%FE%CF%C4');
    expect([refused.status, codeOf(refused)]).toEqual([400, 'REQUEST_NOT_UTF8']);
    expect((await withName(encodeURIComponent('宁夏'))).status).toBe(200);
    expect(ran.map(({ variables }) => variables)).toEqual([{ name: '宁夏' }]);
  });

  it('tells a client to send the text when the hash is unknown', async () => {
    const answer = await setUp().get({ extensions: persisted(rename) });
    expect([answer.status, codeOf(answer), answer.headers['cache-control']]).toEqual([
      200,
      'PERSISTED_QUERY_NOT_FOUND',
      'no-store',
    ]);
  });
});
