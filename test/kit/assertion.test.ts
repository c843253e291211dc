import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { importPKCS8, SignJWT, UnsecuredJWT } from 'jose';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import {
  createSigner,
  createVerifier,
  type AssertionVerifier,
} from '../../subgraphs/kit/base/identity/assertion.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';

const principal: Principal = {
  kind: 'PERSON',
  subject: 'p-1',
  grants: [
    { id: 'grant_1', role: 'REGISTRAR', institutionId: 'inst_1', from: '2020-01-01T00:00:00Z', to: null },
  ],
  scopes: ['read'],
};
const missing = expect.objectContaining({ code: 'ASSERTION_MISSING' });

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

describe('the assertion between gateway and subgraph', () => {
  const keys = keyPair();
  let clock: FakeClock;
  let verifier: AssertionVerifier;
  const signed = async (audience = 'learners') =>
    (await createSigner(keys.privatePem, clock)).signer.sign(principal, audience);
  /** Signed with the right key, but made by hand. */
  const handMade = async (claims: object, expires = 30) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setAudience('learners')
      .setIssuedAt(Math.floor(clock.now().getTime() / 1000))
      .setExpirationTime(Math.floor(clock.now().getTime() / 1000) + expires)
      .sign(await importPKCS8(keys.privatePem, 'EdDSA'));

  beforeAll(async () => {
    clock = new FakeClock();
    verifier = await createVerifier([keys.publicPem], clock);
  });

  test('carries the principal whole', async () => {
    expect(await verifier.verify(await signed(), 'learners')).toEqual(principal);
  });

  test('is refused when it is absent', async () => {
    await expect(verifier.verify(undefined, 'learners')).rejects.toEqual(missing);
    await expect(verifier.verify('', 'learners')).rejects.toEqual(missing);
  });

  test('is refused by every other subgraph', async () => {
    const assertion = await signed('learners');
    await verifier.verify(assertion, 'learners');
    await expect(verifier.verify(assertion, 'agreements')).rejects.toEqual(missing);
  });

  test('is refused when another key signed it', async () => {
    const { signer } = await createSigner(keyPair().privatePem, clock);
    await expect(verifier.verify(await signer.sign(principal, 'learners'), 'learners')).rejects.toEqual(
      missing,
    );
  });

  test('is refused after 30 seconds, also when it was believed before', async () => {
    const local = new FakeClock();
    const { signer } = await createSigner(keys.privatePem, local);
    const known = await createVerifier([keys.publicPem], local);
    const assertion = await signer.sign(principal, 'learners');
    local.advance(29_000);
    expect(await known.verify(assertion, 'learners')).toEqual(principal);
    local.advance(1_000);
    await expect(known.verify(assertion, 'learners')).rejects.toEqual(missing);
    const fresh = await createVerifier([keys.publicPem], local);
    await expect(fresh.verify(assertion, 'learners')).rejects.toEqual(missing);
  });

  test('is refused when it names no algorithm', async () => {
    const unsigned = new UnsecuredJWT({ principal })
      .setAudience('learners')
      .setIssuedAt()
      .setExpirationTime('30s')
      .encode();
    await expect(verifier.verify(unsigned, 'learners')).rejects.toEqual(missing);
  });

  test('is refused when any part of it was changed', async () => {
    const [header, payload, signature] = (await signed()).split('.') as [string, string, string];
    const forged = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      principal: { subject: string };
    };
    forged.principal.subject = 'p-2';
    const other = Buffer.from(JSON.stringify(forged)).toString('base64url');
    for (const parts of [
      [header, other, signature],
      [
        header,
        payload,
        `${signature.slice(0, 20)}${signature[20] === 'A' ? 'B' : 'A'}${signature.slice(21)}`,
      ],
      [header, payload, ''],
      [Buffer.from('{"alg":"HS256"}').toString('base64url'), payload, signature],
    ]) {
      await expect(verifier.verify(parts.join('.'), 'learners')).rejects.toEqual(missing);
    }
  });

  test('is refused when our key signed something that is no principal, or for longer than 30 seconds', async () => {
    expect(await verifier.verify(await handMade({ principal }), 'learners')).toEqual(principal);
    await expect(verifier.verify(await handMade({}), 'learners')).rejects.toEqual(missing);
    await expect(verifier.verify(await handMade({ principal: { kind: 'GOD' } }), 'learners')).rejects.toEqual(
      missing,
    );
    await expect(verifier.verify(await handMade({ principal }, 3600), 'learners')).rejects.toEqual(missing);
  });

  test('is believed under the old and the new key while keys rotate', async () => {
    const next = keyPair();
    const rotating = await createVerifier([keys.publicPem, next.publicPem], clock);
    const { signer } = await createSigner(next.privatePem, clock);
    expect(await rotating.verify(await signed(), 'learners')).toEqual(principal);
    expect(await rotating.verify(await signer.sign(principal, 'learners'), 'learners')).toEqual(principal);
    const after = await createVerifier([next.publicPem], clock);
    await expect(after.verify(await signed(), 'learners')).rejects.toEqual(missing);
  });

  test('is signed once in 15 seconds for the same principal and audience, and never shared with another', async () => {
    const local = new FakeClock();
    const { signer } = await createSigner(undefined, local);
    const first = await signer.sign(principal, 'learners');
    local.advance(14_000);
    expect(await signer.sign({ ...principal }, 'learners')).toBe(first);
    expect(await signer.sign(principal, 'outcomes')).not.toBe(first);
    expect(await signer.sign({ ...principal, grants: [] }, 'learners')).not.toBe(first);
    local.advance(1_000);
    expect(await signer.sign(principal, 'learners')).not.toBe(first);
  });
});
