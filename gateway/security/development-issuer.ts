import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import {
  SignJWT,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import { systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/** Somebody of the demo alliance. */
export interface DemoPerson {
  readonly subject: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Mints tokens without asking for a password; for a developer's own machine only. */
export interface DevelopmentIssuer {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet;
  /** To be printed at start. */
  readonly banner: string;
  mint(person: DemoPerson): Promise<string>;
}

const algorithm = 'EdDSA';
const fileName = 'development-issuer.json';

/**
 * Opens the development issuer. Its key stays in the data folder (mode 0600), so that tokens survive a restart.
 * @param options.lifetimeSeconds 30 days unless told otherwise
 * @throws AmrloError `DEVELOPMENT_ISSUER_REFUSED` in production, `DEVELOPMENT_ISSUER_KEY_UNREADABLE`
 */
export async function createDevelopmentIssuer(options: {
  dataDir: string;
  production: boolean;
  issuer?: string;
  audience?: string;
  lifetimeSeconds?: number;
  clock?: Clock;
}): Promise<DevelopmentIssuer> {
  if (options.production) {
    throw new AmrloError('DEVELOPMENT_ISSUER_REFUSED');
  }
  const clock = options.clock ?? systemClock;
  const issuer = options.issuer ?? 'https://development.amrlo.invalid';
  const audience = options.audience ?? 'amrlo-graph';
  const lifetime = options.lifetimeSeconds ?? 30 * 24 * 3600;
  const privateJwk = await keyIn(options.dataDir);
  const key = await importJWK(privateJwk, algorithm);
  const { kty, crv, x } = privateJwk;
  const publicJwk = {
    kty,
    crv,
    x,
    alg: algorithm,
    use: 'sig',
    kid: await calculateJwkThumbprint(privateJwk),
  } as JWK;
  return {
    issuer,
    jwks: { keys: [publicJwk] },
    banner:
      '!!! DEVELOPMENT ISSUER: whoever can read this output can act as any demo person. !!!\n' +
      '!!! 开发用签发器：看到此输出的任何人都能以演示人员身份操作，切勿用于真实数据。 !!!',
    async mint(person) {
      const now = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ name: person.name, scope: person.scopes.join(' ') })
        .setProtectedHeader({ alg: algorithm, kid: publicJwk.kid ?? '', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(person.subject)
        .setIssuedAt(now)
        .setExpirationTime(now + lifetime)
        .sign(key);
    },
  };
}

async function keyIn(dataDir: string): Promise<JWK> {
  const file = join(dataDir, fileName);
  const kept = await readKey(file);
  if (kept !== undefined) return kept;
  await mkdir(dataDir, { recursive: true });
  const pair = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, JSON.stringify(await exportJWK(pair.privateKey)), { mode: 0o600, flag: 'wx' });
  try {
    // A link fails where the file exists: of two starts at once one key wins, whole.
    await link(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  const made = await readKey(file);
  if (made === undefined) throw new AmrloError('DEVELOPMENT_ISSUER_KEY_UNREADABLE', { file });
  return made;
}

async function readKey(file: string): Promise<JWK | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  await chmod(file, 0o600);
  const unreadable = new AmrloError('DEVELOPMENT_ISSUER_KEY_UNREADABLE', { file });
  let key: Partial<JWK>;
  try {
    key = JSON.parse(text) as Partial<JWK>;
  } catch {
    throw unreadable;
  }
  if (key.kty !== 'OKP' || key.crv !== 'Ed25519' || typeof key.d !== 'string' || typeof key.x !== 'string') {
    throw unreadable;
  }
  return key;
}
