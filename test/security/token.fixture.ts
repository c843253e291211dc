import { SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JSONWebKeySet } from 'jose';

/** What a test changes about a token. */
export interface TokenClaims {
  readonly subject?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly scope?: string | string[];
  readonly expires?: number;
  readonly notBefore?: number;
}

/** An identity provider of a test: its key set, and tokens as it would sign them. */
export interface TestIdentityProvider {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet;
  readonly privateKey: CryptoKey;
  token(claims?: TokenClaims): Promise<string>;
}

/** The fake clock's start, in seconds. */
export const startSeconds = Date.parse('2026-01-15T08:00:00Z') / 1000;

/** Makes an identity provider with a key of its own. */
export async function createTestIdentityProvider(kid = 'key-1'): Promise<TestIdentityProvider> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const issuer = 'https://id.example.edu.cn';
  return {
    issuer,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' }] },
    privateKey,
    token(claims = {}) {
      const jwt = new SignJWT({ scope: claims.scope ?? 'archive:read' })
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setIssuer(claims.issuer ?? issuer)
        .setAudience(claims.audience ?? 'amrlo-graph')
        .setIssuedAt(startSeconds)
        .setExpirationTime(claims.expires ?? startSeconds + 3600);
      if (claims.subject !== '') jwt.setSubject(claims.subject ?? 'person-1');
      if (claims.notBefore !== undefined) jwt.setNotBefore(claims.notBefore);
      return jwt.sign(privateKey);
    },
  };
}
