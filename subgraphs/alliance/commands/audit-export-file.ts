import { createWriteStream, existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandFailure } from '../../kit/base/command-line/command-failure.js';

/**
 * Writes an export into a file and the public key beside it (`FILE.pem`). An export is evidence, so nothing that is
 * there already is written over, and one that breaks off is removed.
 * @returns the path of the key
 * @throws CommandFailure when one of the two files exists
 */
export async function writeAuditExport(
  file: string,
  lines: AsyncIterable<string>,
  publicKeyPem: string,
): Promise<string> {
  const keyFile = `${file}.pem`;
  const there = [file, keyFile].find((path) => existsSync(path));
  if (there !== undefined) {
    throw new CommandFailure(`${there} exists already; move it away, or name another file with --out FILE.`);
  }
  try {
    await pipeline(Readable.from(lines), createWriteStream(file, { flags: 'wx' }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(file, { force: true });
    throw error;
  }
  await writeFile(keyFile, publicKeyPem, { flag: 'wx' });
  return keyFile;
}
