import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AmrloError } from './errors/amrlo-error.js';

/**
 * Makes a folder with those above it, and makes sure that it can be written.
 * Node's own `mkdir({ recursive: true })` never ends where the system says of a parent that is there that it is not,
 * as below `/proc`; so each folder is made by itself.
 * @throws AmrloError `DATA_DIR_UNWRITABLE`
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const missing: string[] = [];
    let present = resolve(folder);
    while (!(await isThere(present)) && dirname(present) !== present) {
      missing.unshift(present);
      present = dirname(present);
    }
    if (!(await stat(present)).isDirectory()) throw Object.assign(new Error('a file'), { code: 'ENOTDIR' });
    await access(present, constants.W_OK);
    for (const path of missing) await mkdir(path).catch(unlessThere);
  } catch (error) {
    throw folderUnwritable(folder, error);
  }
}

/** The error of a folder in which something could not be written. */
export function folderUnwritable(folder: string, error: unknown): AmrloError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new AmrloError('DATA_DIR_UNWRITABLE', { folder, reason: code ?? message }, { cause: error });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Another process may have been faster. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
