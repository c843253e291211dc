import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, exportSPKI, importJWK, type CryptoKey } from 'jose';
import { createAuthentication } from '../../gateway/security/authentication.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import type { Grant } from '../../subgraphs/kit/base/identity/principal.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import { createTestIdentityProvider, startSeconds, type TestIdentityProvider } from './token.fixture.js';

const grant = (id: string, more: Partial<Grant> = {}): Grant => ({
  id,
  role: 'REGISTRAR',
  institutionId: 'inst_1',
  from: '2025-01-01T00:00:00Z',
  to: null,
  ...more,
});

/** No grants were changed; how changes are learned of is in `test/gateway/revocation.test.ts`. */
const nobody = async () => ({ cursor: '1', subjects: [] });

let provider: TestIdentityProvider;
beforeAll(async () => {
  provider = await createTestIdentityProvider();
});

function setUp(grants: Grant[] = [grant('grant_1')]) {
  const clock = new FakeClock();
  const wakeBus = createLocalWakeBus();
  const source = { grants, epoch: 1, asked: 0, dead: false };
  const authentication = createAuthentication({
    jwks: provider.jwks,
    issuer: provider.issuer,
    clock,
    wakeBus,
    grants: {
      async grantsOf() {
        source.asked += 1;
        if (source.dead) throw new Error('connection refused');
        return { grants: [...source.grants], epoch: source.epoch };
      },
      changedSince: nobody,
    },
  });
  const as = (token: string | undefined, more: Record<string, string> = {}) =>
    authentication.authenticate({
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...more,
    });
  return { clock, wakeBus, source, as, authentication };
}

const withCode = (code: string) => expect.objectContaining({ code });

describe('authentication', () => {
  it('takes a request without a token as nobody known, not as an error', async () => {
    const { as } = setUp();
    expect((await as(undefined)).principal.kind).toBe('ANONYMOUS');
  });

  it('makes a person of a valid token, with grants and scopes', async () => {
    const { as } = setUp();
    const { principal, expiresAt } = await as(await provider.token({ scope: 'a b' }));
    expect(principal).toEqual({
      kind: 'PERSON',
      subject: 'person-1',
      grants: [grant('grant_1')],
      scopes: ['a', 'b'],
    });
    expect(expiresAt?.getTime()).toBe((startSeconds + 3600) * 1000);
  });

  it('refuses a token that another key signed under the same key id', async () => {
    const forger = await createTestIdentityProvider();
    await expect(setUp().as(await forger.token())).rejects.toEqual(withCode('TOKEN_INVALID'));
  });

  it('refuses a token without a signature', async () => {
    const [, payload] = (await provider.token()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    await expect(setUp().as(`${none}.${payload}.`)).rejects.toEqual(withCode('TOKEN_INVALID'));
  });

  it('refuses HS256 with the public key as the secret', async () => {
    const jwk = provider.jwks.keys[0];
    const publicKey = (await importJWK({ ...jwk, ext: true }, 'EdDSA')) as CryptoKey;
    for (const secret of [await exportSPKI(publicKey), jwk?.x ?? '', JSON.stringify(jwk)]) {
      const forged = await new SignJWT({})
        .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
        .setIssuer(provider.issuer)
        .setAudience('amrlo-graph')
        .setSubject('person-1')
        .setExpirationTime(startSeconds + 3600)
        .sign(new TextEncoder().encode(secret.padEnd(32, '.')));
      await expect(setUp().as(forged)).rejects.toEqual(withCode('TOKEN_INVALID'));
    }
  });

  it('refuses to be configured with algorithms that share a secret or have none', () => {
    for (const algorithm of ['none', 'HS256', 'HS512']) {
      expect(() =>
        createAuthentication({
          jwks: provider.jwks,
          issuer: 'x',
          algorithms: ['EdDSA', algorithm],
          grants: { grantsOf: async () => ({ grants: [], epoch: 0 }), changedSince: nobody },
        }),
      ).toThrow(/asymmetric/);
    }
  });

  it('refuses another audience, another issuer, no subject, and a subject of the house', async () => {
    for (const claims of [
      { audience: 'other-graph' },
      { issuer: 'https://evil.example' },
      { subject: '' },
      { subject: 'service:records' },
    ]) {
      await expect(setUp().as(await provider.token(claims))).rejects.toEqual(withCode('TOKEN_INVALID'));
    }
  });

  it('refuses a token before its time and after it, with five seconds of tolerance', async () => {
    const { as, clock } = setUp();
    await expect(as(await provider.token({ notBefore: startSeconds + 6 }))).rejects.toEqual(
      withCode('TOKEN_INVALID'),
    );
    await expect(as(await provider.token({ notBefore: startSeconds + 5 }))).resolves.toBeDefined();
    const token = await provider.token({ expires: startSeconds + 60 });
    await expect(as(token)).resolves.toBeDefined();
    clock.advance(64_000);
    await expect(as(token)).resolves.toBeDefined();
    clock.advance(1_000);
    await expect(as(token)).rejects.toEqual(withCode('TOKEN_EXPIRED'));
  });

  it('refuses a token whose payload was changed, though the untouched one is remembered', async () => {
    const { as } = setUp();
    const token = await provider.token();
    await as(token);
    const [head, payload = '', signature] = token.split('.');
    const changed = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const forged = Buffer.from(JSON.stringify({ ...changed, sub: 'secretariat' })).toString('base64url');
    await expect(as(`${head}.${forged}.${signature}`)).rejects.toEqual(withCode('TOKEN_INVALID'));
  });

  it('refuses what is not a bearer token, and one that is absurdly long', async () => {
    const { authentication } = setUp();
    for (const authorization of [
      'Basic dXNlcjpwYXNz',
      'Bearer',
      'Bearer a b',
      `Bearer ${'a'.repeat(9_000)}`,
      'Bearer x.y.z',
    ]) {
      await expect(authentication.authenticate({ authorization })).rejects.toEqual(withCode('TOKEN_INVALID'));
    }
  });

  it('tells an identity provider that cannot be reached from a bad token', async () => {
    const server = createServer((_, response) => void response.writeHead(500).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const authentication = createAuthentication({
      jwks: new URL(`http://127.0.0.1:${port}/jwks`),
      issuer: provider.issuer,
      clock: new FakeClock(),
      grants: { grantsOf: async () => ({ grants: [], epoch: 0 }), changedSince: nobody },
    });
    await expect(
      authentication.authenticate({ authorization: `Bearer ${await provider.token()}` }),
    ).rejects.toEqual(withCode('IDENTITY_PROVIDER_UNAVAILABLE'));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('grants', () => {
  it('are asked for once and remembered for half a minute', async () => {
    const { as, source, clock } = setUp();
    const token = await provider.token();
    await Promise.all([as(token), as(token)]);
    clock.advance(29_000);
    await as(token);
    expect(source.asked).toBe(1);
    clock.advance(1_000);
    await as(token);
    expect(source.asked).toBe(2);
  });

  it('serve on while their source is dead, but never beyond sixty seconds', async () => {
    const { as, source, clock } = setUp();
    const token = await provider.token();
    await as(token);
    source.dead = true;
    clock.advance(59_999);
    expect((await as(token)).principal.grants).toHaveLength(1);
    clock.advance(1);
    await expect(as(token)).rejects.toEqual(withCode('GRANTS_UNAVAILABLE'));
    source.dead = false;
    expect((await as(token)).principal.grants).toHaveLength(1);
  });

  it('that were never obtained make no person without grants', async () => {
    const { as, source } = setUp();
    source.dead = true;
    await expect(as(await provider.token())).rejects.toEqual(withCode('GRANTS_UNAVAILABLE'));
  });

  it('end at once when their withdrawal is signalled', async () => {
    const { as, source, wakeBus } = setUp();
    const token = await provider.token();
    await as(token);
    source.grants = [];
    source.epoch = 2;
    expect((await as(token)).principal.grants).toHaveLength(1);
    wakeBus.publish({ type: 'GrantEpoch', id: 'somebody-else' });
    expect((await as(token)).principal.grants).toHaveLength(1);
    wakeBus.publish({ type: 'GrantEpoch', id: 'person-1' });
    expect((await as(token)).principal.grants).toEqual([]);
  });

  it('on their way when the withdrawal comes are not believed', async () => {
    const clock = new FakeClock();
    const wakeBus = createLocalWakeBus();
    const answers: Array<(grants: Grant[]) => void> = [];
    const authentication = createAuthentication({
      jwks: provider.jwks,
      issuer: provider.issuer,
      clock,
      wakeBus,
      grants: {
        grantsOf: () =>
          new Promise((resolve) => answers.push((grants) => resolve({ grants, epoch: answers.length }))),
        changedSince: nobody,
      },
    });
    const asked = provider
      .token()
      .then((token) => authentication.authenticate({ authorization: `Bearer ${token}` }));
    const arrived = async (count: number) => {
      while (answers.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    await arrived(1);
    wakeBus.publish({ type: 'GrantEpoch', id: 'person-1' });
    answers[0]?.([grant('grant_1')]);
    await arrived(2);
    answers[1]?.([]);
    expect((await asked).principal.grants).toEqual([]);
  });

  it('of an older epoch do not replace newer ones', async () => {
    const { as, source, clock } = setUp([]);
    source.epoch = 7;
    const token = await provider.token();
    await as(token);
    source.epoch = 6;
    source.grants = [grant('grant_1')];
    clock.advance(30_000);
    expect((await as(token)).principal.grants).toEqual([]);
    clock.advance(30_000);
    await expect(as(token)).rejects.toEqual(withCode('GRANTS_UNAVAILABLE'));
  });

  it('begin and end at their instants, without anything being asked again', async () => {
    const { as, source, clock } = setUp([
      grant('now', { to: '2026-01-15T08:00:10Z' }),
      grant('soon', { from: '2026-01-15T08:00:10Z' }),
      grant('unreadable', { to: 'whenever' }),
    ]);
    const token = await provider.token();
    const ids = async () => (await as(token)).principal.grants.map((one) => one.id);
    clock.advance(9_999);
    expect(await ids()).toEqual(['now']);
    clock.advance(1);
    expect(await ids()).toEqual(['soon']);
    expect(source.asked).toBe(1);
  });

  it('never make a person a service', async () => {
    const { as } = setUp([grant('grant_1', { role: 'SERVICE' })]);
    expect((await as(await provider.token())).principal.grants).toEqual([]);
  });

  it('are narrowed to the one that Acting-Grant picks, and only to one that is held now', async () => {
    const { as } = setUp([grant('a'), grant('b'), grant('gone', { to: '2025-06-01T00:00:00Z' })]);
    const token = await provider.token();
    expect((await as(token, { 'acting-grant': 'b' })).principal.grants.map((one) => one.id)).toEqual(['b']);
    for (const held of ['c', 'gone']) {
      await expect(as(token, { 'acting-grant': held })).rejects.toEqual(withCode('GRANT_NOT_HELD'));
    }
    await expect(as(undefined, { 'acting-grant': 'a' })).rejects.toEqual(withCode('GRANT_NOT_HELD'));
  });
});
