import { afterEach, describe, expect, test } from '@jest/globals';
import { createRestDriver, restDriverSchema } from '../../subgraphs/adapters/drivers/rest/rest-driver.js';
import { SharedAnswer } from '../../subgraphs/adapters/drivers/rest/shared-answer.js';
import type { RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import type { SchoolAddress } from '../../subgraphs/adapters/kit/driver-parts.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { eventually } from '../support/eventually.js';
import {
  startRestServer,
  type Asked,
  type Reply,
  type RestServer,
} from '../support/rest-schools/rest-server.js';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function serve(reply: (asked: Asked) => Reply | Promise<Reply>): Promise<RestServer> {
  const server = await startRestServer(reply);
  opened.push(() => server.stop());
  return server;
}

function driverFor(
  authentication: object,
  address: SchoolAddress,
  clock = new FakeClock(),
  more = {},
): RecordsDriver {
  const declared = restDriverSchema.parse({
    kind: 'rest',
    authentication,
    sources: { students: { path: 'students/{studentNumber}', columns: ['id'] } },
    ...more,
  });
  const driver = createRestDriver(declared, { institution: 'Somewhere University', address, clock });
  opened.push(() => driver.stop());
  return driver;
}

const read = (driver: RecordsDriver, numbers = ['1'], signal = new AbortController().signal) =>
  driver.read('students', numbers, { signal, timeoutMs: 5_000 });
const client = { clientId: 'amrlo client', clientSecret: 'p:ss/wörd' };
const oauth = { kind: 'clientCredentials', tokenPath: 'oauth2/token', scopes: ['a.readonly', 'b.readonly'] };

/** A service that takes the newest token only, and tells each token's life. */
function oauthService(lifeSeconds: number | undefined) {
  const given: Asked[] = [];
  let newest = 0;
  const reply = (asked: Asked): Reply => {
    if (asked.path.endsWith('/oauth2/token')) {
      given.push(asked);
      newest = given.length;
      return { json: { access_token: `token-${newest}`, token_type: 'Bearer', expires_in: lifeSeconds } };
    }
    return asked.headers['authorization'] === `Bearer token-${newest}` && newest > 0
      ? { json: { id: '1' } }
      : { status: 401, json: { error: 'invalid_token' } };
  };
  return { given, reply, revoke: () => void (newest = -1) };
}

describe('a token that is given once', () => {
  test('is sent in the header that the school file names', async () => {
    const server = await serve(() => ({ json: { id: '1' } }));
    await read(driverFor({ kind: 'token' }, { url: server.url, token: 'secret' }));
    await read(
      driverFor({ kind: 'token', header: 'X-Api-Key', prefix: '' }, { url: server.url, token: 'secret' }),
    );
    expect(server.asked.map(({ headers }) => [headers['authorization'], headers['x-api-key']])).toEqual([
      ['Bearer secret', undefined],
      [undefined, 'secret'],
    ]);
  });

  test('is not sent again when it is refused, and stands in no error', async () => {
    const server = await serve(() => ({ status: 401, json: {} }));
    const error = await read(driverFor({ kind: 'token' }, { url: server.url, token: 'sesame' })).catch(
      (one: Error) => one,
    );
    expect(error).toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
    expect(String((error as Error).cause)).not.toContain('sesame');
    expect(server.asked).toHaveLength(1);
  });

  test('must be there', () => {
    expect(() => driverFor({ kind: 'token' }, { url: 'https://h/' })).toThrow('AMRLO_SCHOOL_TOKEN');
    expect(() => driverFor(oauth, { url: 'https://h/', clientId: 'x' })).toThrow(
      'AMRLO_SCHOOL_CLIENT_SECRET',
    );
  });
});

describe('OAuth2 client credentials', () => {
  test('are exchanged for one token however many ask at once, with the scopes that are declared', async () => {
    const service = oauthService(3_600);
    const server = await serve(service.reply);
    const driver = driverFor(oauth, { url: `${server.url}/ooapi/`, ...client });
    await Promise.all([read(driver, ['1', '2', '3']), read(driver, ['4'])]);
    await read(driver);
    expect(service.given).toHaveLength(1);
    const [asked] = service.given;
    expect(asked).toMatchObject({ method: 'POST', path: '/ooapi/oauth2/token' });
    expect(Object.fromEntries(asked!.form)).toEqual({
      grant_type: 'client_credentials',
      scope: 'a.readonly b.readonly',
    });
    const [scheme, pair] = String(asked!.headers['authorization']).split(' ');
    expect([scheme, Buffer.from(pair!, 'base64').toString()]).toEqual([
      'Basic',
      'amrlo%20client:p%3Ass%2Fw%C3%B6rd',
    ]);
  });

  test('go into the form where the service wants them there', async () => {
    const service = oauthService(3_600);
    const server = await serve(service.reply);
    await read(driverFor({ ...oauth, sendAs: 'form' }, { url: server.url, ...client }));
    expect(service.given[0]!.form.get('client_secret')).toBe(client.clientSecret);
    expect(service.given[0]!.headers['authorization']).toBeUndefined();
  });

  test('are exchanged at another host where one is named', async () => {
    const service = oauthService(3_600);
    const [tokens, school] = [await serve(service.reply), await serve(service.reply)];
    await read(
      driverFor(oauth, { url: school.url, tokenUrl: `${tokens.url}/realm/oauth2/token`, ...client }),
    );
    expect(tokens.asked.map(({ path }) => path)).toEqual(['/realm/oauth2/token']);
    expect(school.asked.map(({ path }) => path)).toEqual(['/students/1']);
  });

  test('are exchanged again before the token expires, by the leeway', async () => {
    const service = oauthService(600);
    const server = await serve(service.reply);
    const clock = new FakeClock();
    const driver = driverFor({ ...oauth, leewaySeconds: 60 }, { url: server.url, ...client }, clock);
    await read(driver);
    clock.advance(539_000);
    await read(driver);
    expect(service.given).toHaveLength(1);
    clock.advance(1_000);
    await read(driver);
    expect(service.given).toHaveLength(2);
  });

  test('are not exchanged for every question when a token lives shorter than the leeway, or does not say', async () => {
    for (const life of [30, undefined]) {
      const service = oauthService(life);
      const server = await serve(service.reply);
      const driver = driverFor(oauth, { url: server.url, ...client });
      await read(driver);
      await read(driver);
      expect(service.given).toHaveLength(1);
    }
  });

  test('are exchanged once more when a token is refused, once for all who hold it', async () => {
    const service = oauthService(3_600);
    const server = await serve(service.reply);
    const driver = driverFor(oauth, { url: server.url, ...client });
    await read(driver);
    service.revoke();
    expect(await read(driver, ['1', '2', '3'])).toHaveLength(3);
    expect(service.given).toHaveLength(2);
  });

  test('are not exchanged without end when every token is refused', async () => {
    const server = await serve(({ path }) =>
      path.endsWith('token') ? { json: { access_token: 't', expires_in: 60 } } : { status: 401, json: {} },
    );
    const driver = driverFor(oauth, { url: server.url, ...client });
    await expect(read(driver)).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
    expect(server.asked).toHaveLength(4);
  });

  test('that are refused, or answered with something else, are a failure that tells no secret', async () => {
    const answers: Reply[] = [
      { status: 400, json: { error: 'invalid_client', echoed: client.clientSecret } },
      { json: { access_token: 'bad\r\nX-Injected: 1' } },
      { json: { access_token: 't', token_type: 'mac' } },
      { json: {} },
      { text: `<html>${client.clientSecret}</html>` },
    ];
    for (const answer of answers) {
      const server = await serve(() => answer);
      const error = await read(driverFor(oauth, { url: server.url, ...client })).catch((one: Error) => one);
      expect(error).toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
      expect(`${(error as Error).message} ${String((error as Error).cause)}`).not.toContain(
        client.clientSecret,
      );
      expect(server.asked).toHaveLength(1);
    }
  });
});

describe('a login call of a service account', () => {
  const login = {
    kind: 'login',
    path: 'app.do',
    query: { method: 'authUser' },
    form: { xh: '{clientId}', pwd: '{clientSecret}' },
    tokenAt: 'token',
    header: 'token',
    keepSeconds: 600,
  };

  test('gives a token for a header, and again when an answer of 200 says that it is no longer good', async () => {
    let logins = 0;
    const server = await serve(({ query, headers }) => {
      if (query.get('method') === 'authUser') return { json: { success: '1', token: `t${(logins += 1)}` } };
      return { json: headers['token'] === 't2' ? { id: '1' } : { token: '-1' } };
    });
    const driver = driverFor(login, { url: server.url, ...client }, new FakeClock(), {
      unauthorizedWhen: { token: '-1' },
    });
    expect(await read(driver)).toEqual([{ studentNumber: '1', id: '1' }]);
    expect(logins).toBe(2);
    expect(server.asked[0]!.form.get('pwd')).toBe(client.clientSecret);
    expect(server.asked.every(({ query }) => !query.toString().includes('pwd'))).toBe(true);
  });

  test('that is refused is a failure, not a token', async () => {
    const server = await serve(() => ({ json: { token: '-1', msg: 'wrong' } }));
    await expect(read(driverFor(login, { url: server.url, ...client }))).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
    expect(server.asked).toHaveLength(1);
  });
});

describe('something that many wait for', () => {
  test('is called off when the last of them leaves, and not before', async () => {
    let stopped = 0;
    const shared = new SharedAnswer<string>(new FakeClock(), 1_000, async ({ signal }) => {
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }),
      ).finally(() => (stopped += 1));
      return { value: 'never', keepMs: 1 };
    });
    const readers = [new AbortController(), new AbortController()];
    const waiting = readers.map(({ signal }) => shared.get(signal).catch(() => 'left'));
    readers[0]!.abort();
    expect(await waiting[0]).toBe('left');
    expect(stopped).toBe(0);
    readers[1]!.abort();
    expect(await waiting[1]).toBe('left');
    await eventually(() => stopped === 1);
  });

  test('is fetched anew after a failure, and after it was found wanting', async () => {
    let fetched = 0;
    const shared = new SharedAnswer(new FakeClock(), 1_000, async () => {
      if ((fetched += 1) === 1) throw new Error('once');
      return { value: `v${fetched}`, keepMs: 1_000 };
    });
    const { signal } = new AbortController();
    await expect(shared.get(signal)).rejects.toThrow('once');
    expect(await shared.get(signal)).toBe('v2');
    shared.forget('another');
    expect(await shared.get(signal)).toBe('v2');
    shared.forget('v2');
    expect(await shared.get(signal)).toBe('v3');
  });
});
