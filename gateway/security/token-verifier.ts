import { createHash } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/** What a verified access token says. */
export interface VerifiedToken {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
}

/** Whose tokens are believed. */
export interface TokenVerifierOptions {
  /** The identity provider's keys: where to fetch them, or the keys themselves. */
  readonly jwks: URL | JSONWebKeySet;
  readonly issuer: string;
  /** `amrlo-graph` unless told otherwise; a token for another audience is refused. */
  readonly audience?: string;
  /** Asymmetric signatures only; EdDSA, ES256, ES384, RS256 and PS256 unless told otherwise. */
  readonly algorithms?: readonly string[];
  readonly clock: Clock;
  /** How many verified tokens are remembered. */
  readonly remembered?: number;
}

const toleranceSeconds = 5;
/** A verified token is verified again after this time, so that a withdrawn key stops being believed. */
const rememberedMs = 300_000;
const longestToken = 8_192;
const defaultAlgorithms = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'RS256', 'PS256'];
const asymmetric = /^(EdDSA|Ed25519|(ES|RS|PS)(256|384|512))$/;

/**
 * Makes a function that verifies access tokens: signature, algorithm, issuer, audience, times (5 s tolerance).
 * It throws AmrloError `TOKEN_EXPIRED`, `TOKEN_INVALID`, or `IDENTITY_PROVIDER_UNAVAILABLE` when no keys can be fetched.
 * @throws TypeError for an algorithm that is not an asymmetric signature
 */
export function createTokenVerifier(
  options: TokenVerifierOptions,
): (token: string) => Promise<VerifiedToken> {
  const algorithms = [...(options.algorithms ?? defaultAlgorithms)];
  const weak = algorithms.find((one) => !asymmetric.test(one));
  if (weak !== undefined || algorithms.length === 0) {
    throw new TypeError(`Access tokens need asymmetric signatures; "${weak ?? ''}" is not one.`);
  }
  const keys: JWTVerifyGetKey =
    options.jwks instanceof URL
      ? createRemoteJWKSet(options.jwks, { timeoutDuration: 3_000, cooldownDuration: 10_000 })
      : createLocalJWKSet(options.jwks);
  const verified = new LRUCache<string, { token: VerifiedToken; until: number }>({
    max: options.remembered ?? 10_000,
  });

  async function verify(token: string, now: Date): Promise<VerifiedToken> {
    const { payload } = await jwtVerify(token, keys, {
      issuer: options.issuer,
      audience: options.audience ?? 'amrlo-graph',
      algorithms,
      clockTolerance: toleranceSeconds,
      currentDate: now,
      requiredClaims: ['sub', 'exp'],
    });
    // Subjects of this house's own services are never made from a token.
    if (!payload.sub || payload.sub.startsWith('service:')) throw new AmrloError('TOKEN_INVALID');
    return {
      subject: payload.sub,
      scopes: scopesOf(payload),
      expiresAt: new Date((payload.exp ?? 0) * 1000),
    };
  }

  return async (token) => {
    if (token.length > longestToken) throw new AmrloError('TOKEN_INVALID');
    const now = options.clock.now();
    const at = createHash('sha256').update(token).digest('base64');
    const known = verified.get(at);
    if (known !== undefined && now.getTime() < known.until) return known.token;
    verified.delete(at);
    try {
      const fresh = await verify(token, now);
      const until = Math.min(fresh.expiresAt.getTime(), now.getTime() + rememberedMs);
      verified.set(at, { token: fresh, until });
      return fresh;
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

function refusalOf(error: unknown): AmrloError {
  if (error instanceof AmrloError) return error;
  if (error instanceof errors.JWTExpired) return new AmrloError('TOKEN_EXPIRED');
  const keysMissing =
    error instanceof errors.JWKSTimeout ||
    !(error instanceof errors.JOSEError) ||
    error.code === 'ERR_JOSE_GENERIC';
  if (keysMissing) return new AmrloError('IDENTITY_PROVIDER_UNAVAILABLE', {}, { cause: error });
  return new AmrloError('TOKEN_INVALID', {}, { cause: error });
}

function scopesOf(payload: JWTPayload): string[] {
  const claim = payload['scope'] ?? payload['scp'];
  if (typeof claim === 'string') return claim.split(' ').filter((one) => one !== '');
  return Array.isArray(claim) ? claim.filter((one): one is string => typeof one === 'string') : [];
}
