import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import {
  SignJWT,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  importSPKI,
  jwtVerify,
  type CryptoKey,
} from 'jose';
import { AmrloError } from '../errors/amrlo-error.js';
import { systemClock, type Clock } from '../clock.js';
import type { Principal } from './principal.js';

const algorithm = 'EdDSA';
const lifetimeSeconds = 30;
/** A signed assertion is handed out again while at least this much of its life is left. */
const reuseSeconds = 15;

/** Signs the principal for one subgraph, so that a subgraph believes the gateway and nobody else. */
export interface AssertionSigner {
  sign(principal: Principal, audience: string): Promise<string>;
}

/** Reads the principal back; refuses anything not signed for this subgraph in the last 30 seconds. */
export interface AssertionVerifier {
  /** @throws AmrloError `ASSERTION_MISSING` when it is absent, forged, expired or for another subgraph. */
  verify(assertion: string | undefined, audience: string): Promise<Principal>;
}

/** A signer and the public key (SPKI, PEM) that its verifiers need. */
export async function createSigner(
  privateKeyPem: string | undefined,
  clock: Clock = systemClock,
): Promise<{ signer: AssertionSigner; publicKeyPem: string | undefined }> {
  let key: CryptoKey;
  let publicKeyPem: string | undefined;
  if (privateKeyPem === undefined) {
    const pair = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
    key = pair.privateKey;
    publicKeyPem = await exportSPKI(pair.publicKey);
  } else {
    key = await importPKCS8(privateKeyPem, algorithm);
  }
  const signed = new LRUCache<string, { assertion: string; at: number }>({ max: 10_000 });
  return {
    publicKeyPem,
    signer: {
      async sign(principal, audience) {
        const now = Math.floor(clock.now().getTime() / 1000);
        const content = JSON.stringify(principal);
        const cacheKey = createHash('sha256').update(audience).update('\0').update(content).digest('base64');
        const known = signed.get(cacheKey);
        if (known !== undefined && now - known.at < lifetimeSeconds - reuseSeconds) return known.assertion;
        const assertion = await new SignJWT({ principal: JSON.parse(content) as Record<string, unknown> })
          .setProtectedHeader({ alg: algorithm })
          .setAudience(audience)
          .setIssuedAt(now)
          .setExpirationTime(now + lifetimeSeconds)
          .sign(key);
        signed.set(cacheKey, { assertion, at: now });
        return assertion;
      },
    },
  };
}

/** A verifier for one or more public keys (SPKI, PEM); several keys allow rotation without a stop. */
export async function createVerifier(
  publicKeysPem: readonly string[],
  clock: Clock = systemClock,
): Promise<AssertionVerifier> {
  const keys = await Promise.all(publicKeysPem.map((pem) => importSPKI(pem, algorithm)));
  const verified = new LRUCache<string, { principal: Principal; expires: number }>({ max: 10_000 });
  return {
    async verify(assertion, audience) {
      if (assertion === undefined || assertion === '') throw new AmrloError('ASSERTION_MISSING');
      const now = clock.now();
      const cacheKey = `${audience}\0${assertion}`;
      const known = verified.get(cacheKey);
      if (known !== undefined) {
        if (known.expires > now.getTime()) return known.principal;
        verified.delete(cacheKey);
      }
      for (const key of keys) {
        try {
          const { payload } = await jwtVerify(assertion, key, {
            algorithms: [algorithm],
            audience,
            currentDate: now,
            requiredClaims: ['exp', 'iat'],
          });
          if ((payload.exp ?? 0) - (payload.iat ?? 0) > lifetimeSeconds) continue;
          const principal = payload['principal'] as Principal | undefined;
          if (!isPrincipal(principal)) continue;
          verified.set(cacheKey, { principal, expires: (payload.exp ?? 0) * 1000 });
          return principal;
        } catch {
          // The next key may fit; when none does, the caller is told nothing about why.
        }
      }
      throw new AmrloError('ASSERTION_MISSING');
    },
  };
}

/** A token that our key signed for another purpose carries nobody. */
function isPrincipal(value: Principal | undefined): value is Principal {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value.kind === 'PERSON' || value.kind === 'SERVICE' || value.kind === 'ANONYMOUS') &&
    typeof value.subject === 'string' &&
    Array.isArray(value.grants) &&
    Array.isArray(value.scopes)
  );
}
