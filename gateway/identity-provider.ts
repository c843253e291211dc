import { z } from 'zod';
import { AmrloError } from '../subgraphs/kit/base/errors/amrlo-error.js';

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * Where an identity provider publishes its keys, from its discovery document (OpenID Connect Discovery 1.0, section 4).
 * @throws AmrloError `IDENTITY_PROVIDER_UNAVAILABLE` when the document cannot be had or names another issuer
 */
export async function discoverJwks(issuer: string): Promise<URL> {
  try {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5_000),
    });
    const found = discovery.parse(await response.json());
    if (found.issuer !== issuer) throw new Error(`the document is of ${found.issuer}`);
    return new URL(found.jwks_uri);
  } catch (cause) {
    throw new AmrloError('IDENTITY_PROVIDER_UNAVAILABLE', {}, { cause });
  }
}
