import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../kit/base/make-folder.js';
import type { StorageSecrets } from '../kit/room/room-storage.js';

interface SecretsFile {
  readonly encryptionKey: string;
  readonly lookupKey: string;
  readonly auditSigningKey: string;
}

/**
 * The secrets of an alliance whose operator gave none: made at the first start and kept in the data folder (0600),
 * since what they encrypted and signed lies there as well. Production gives its own.
 */
export async function generatedSecrets(dataDir: string): Promise<StorageSecrets> {
  const file = join(dataDir, 'secrets.json');
  const kept = (await read(file)) ?? (await create(dataDir, file));
  return {
    encryptionKeys: { local: kept.encryptionKey },
    currentKey: 'local',
    lookupKey: kept.lookupKey,
    auditSigningKey: kept.auditSigningKey,
  };
}

async function read(file: string): Promise<SecretsFile | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SecretsFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(
      `${file} cannot be read; restore it from a backup, or nothing encrypted here can be opened.`,
      { cause: error },
    );
  }
}

async function create(dataDir: string, file: string): Promise<SecretsFile> {
  const made: SecretsFile = {
    encryptionKey: randomBytes(32).toString('base64'),
    lookupKey: randomBytes(32).toString('base64'),
    auditSigningKey: generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string,
  };
  await makeFolder(dataDir);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
  try {
    // A link appears whole or not at all, and fails where somebody else was faster.
    await link(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return made;
}
