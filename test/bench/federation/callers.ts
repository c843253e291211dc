import { SignJWT, exportJWK, exportPKCS8, generateKeyPair } from 'jose';

/** An identity provider of the bench, whose callers have a token each. */
export interface Callers {
  readonly issuer: string;
  /** Its public keys as JSON. */
  readonly keySet: string;
  /** A private key in PEM with which a gateway signs what it tells its subgraphs. */
  readonly assertionKey: string;
  /** Tokens of so many different callers, valid for an hour. */
  tokens(count: number): Promise<string[]>;
}

/** Makes the identity provider with a key of its own. */
export async function createCallers(): Promise<Callers> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const issuer = 'https://identity.bench.example';
  return {
    issuer,
    keySet: JSON.stringify({
      keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA', use: 'sig' }],
    }),
    assertionKey: await exportPKCS8(
      (await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })).privateKey,
    ),
    tokens: (count) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          new SignJWT({ scope: '' })
            .setProtectedHeader({ alg: 'EdDSA', kid: 'bench' })
            .setIssuer(issuer)
            .setAudience('amrlo-graph')
            .setSubject(`caller-${index + 1}`)
            .setIssuedAt()
            .setExpirationTime('1h')
            .sign(privateKey),
        ),
      ),
  };
}
