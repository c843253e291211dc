import { afterEach, beforeEach } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const pem = (
  key: { export(options: { format: 'pem'; type: 'pkcs8' | 'spki' }): string | Buffer },
  type: 'pkcs8' | 'spki',
) => key.export({ format: 'pem', type }).toString();
const pair = generateKeyPairSync('ed25519');
/** Keys made for this run. */
export const privatePem = pem(pair.privateKey, 'pkcs8');
export const publicPem = pem(pair.publicKey, 'spki');
export const rsaPem = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'pkcs8');
export const key = Buffer.alloc(32, 7).toString('base64');

/** A folder of each test's own for settings files; it goes with the test. */
export function settingsFolder(): { file: (name: string, content: string) => string } {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return {
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
}

/** The least that an adapter process needs. */
export function adapter(): Record<string, string> {
  return {
    AMRLO_SCHOOL: 'ningxia',
    AMRLO_SCHOOL_INSTITUTION_ID: 'inst_x',
    AMRLO_ASSERTION_PUBLIC_KEYS: publicPem,
  };
}

/** The least that a room alone needs, and what a test adds. */
export function room(env: Record<string, string> = {}): Record<string, string> {
  return { DATABASE_URL: 'postgresql://x', AMRLO_ASSERTION_PUBLIC_KEYS: publicPem, ...env };
}
