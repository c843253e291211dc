import { on } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';

/** How much a delivery may hold; a zip is measured while it is unpacked, whatever its directory claims. */
export interface BundleLimits {
  readonly maxFiles: number;
  /** Bytes of the zip itself. */
  readonly maxPackedBytes: number;
  /** Bytes of one unpacked file. */
  readonly maxFileBytes: number;
  /** Bytes of all unpacked files. */
  readonly maxTotalBytes: number;
}

/** Ample for a school of 100,000 students, small enough for one process. */
export const defaultBundleLimits: BundleLimits = {
  maxFiles: 64,
  maxPackedBytes: 64 * 1024 ** 2,
  maxFileBytes: 128 * 1024 ** 2,
  maxTotalBytes: 256 * 1024 ** 2,
};

/** Where a delivery lies and which one it is. */
export interface BundlePlace {
  readonly path: string;
  readonly isZip: boolean;
  /** Changes when another delivery lies there. */
  readonly signature: string;
  readonly deliveredAt: Date;
}

const manifestName = 'manifest.csv';

/**
 * Finds the newest delivery at a path: a zip, a folder with a manifest, or a folder in which zips are dropped.
 * @throws AmrloError `FILE_UNREADABLE` when there is none
 */
export async function findBundle(path: string): Promise<BundlePlace> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) throw refuse('FILE_UNREADABLE', { detail: 'no delivery' });
  if (info.isFile()) return zipPlace(path, info);
  const names = await readdir(path);
  if (names.includes(manifestName)) return folderPlace(path, names);
  const zips = await Promise.all(
    names
      .filter((name) => name.toLowerCase().endsWith('.zip'))
      .map(async (name) => zipPlace(join(path, name), await stat(join(path, name)))),
  );
  const newest = zips.sort(
    (a, b) => b.deliveredAt.getTime() - a.deliveredAt.getTime() || (a.path < b.path ? 1 : -1),
  )[0];
  if (newest === undefined) throw refuse('FILE_UNREADABLE', { detail: 'no delivery' });
  return newest;
}

function zipPlace(path: string, info: { mtimeMs: number; size: number }): BundlePlace {
  const signature = `${path}:${info.mtimeMs}:${info.size}`;
  return { path, isZip: true, signature, deliveredAt: new Date(info.mtimeMs) };
}

async function folderPlace(path: string, names: readonly string[]): Promise<BundlePlace> {
  const infos = await Promise.all(
    [...names].sort().map(async (name) => ({ name, info: await stat(join(path, name)) })),
  );
  const signature = infos.map(({ name, info }) => `${name}:${info.mtimeMs}:${info.size}`).join(';');
  const manifest = infos.find(({ name }) => name === manifestName);
  return { path, isZip: false, signature, deliveredAt: new Date(manifest?.info.mtimeMs ?? 0) };
}

/**
 * The files of a delivery by lower-case name without `.csv`. Anything but plain CSV files in one folder is refused.
 * @throws AmrloError `FILE_UNREADABLE` or `FILE_TOO_LARGE`
 */
export async function readBundleFiles(
  place: BundlePlace,
  limits: BundleLimits,
): Promise<Map<string, Buffer>> {
  const files = place.isZip ? await unzip(place.path, limits) : await readFolder(place.path, limits);
  return new Map([...files].map(([name, content]) => [name.replace(/\.csv$/i, '').toLowerCase(), content]));
}

async function readFolder(path: string, limits: BundleLimits): Promise<Map<string, Buffer>> {
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.csv'));
  if (names.length > limits.maxFiles)
    throw refuse('FILE_UNREADABLE', { detail: `> ${limits.maxFiles} files` });
  const files = new Map<string, Buffer>();
  let total = 0;
  for (const name of names) {
    const { size } = await stat(join(path, name));
    total += size;
    if (size > limits.maxFileBytes || total > limits.maxTotalBytes) throw tooLarge(limits);
    files.set(name, await readFile(join(path, name)));
  }
  return files;
}

async function unzip(path: string, limits: BundleLimits): Promise<Map<string, Buffer>> {
  if ((await stat(path)).size > limits.maxPackedBytes)
    throw refuse('FILE_TOO_LARGE', { max: limits.maxPackedBytes });
  const files = new Map<string, Buffer>();
  let total = 0;
  try {
    const zip = await openZip(await readFile(path));
    for await (const entry of entriesOf(zip)) {
      const name = entry.fileName;
      if (files.size >= limits.maxFiles)
        throw refuse('FILE_UNREADABLE', { detail: `> ${limits.maxFiles} files` });
      if (/[\\/]/.test(name) || !/\.csv$/i.test(name))
        throw refuse('FILE_UNREADABLE', { detail: name.slice(0, 80) });
      if (entry.isEncrypted()) throw refuse('FILE_UNREADABLE', { detail: `${name}: encrypted` });
      if (files.has(name)) throw refuse('FILE_UNREADABLE', { detail: `${name}: twice` });
      const content = await unpack(
        zip,
        entry,
        Math.min(limits.maxFileBytes, limits.maxTotalBytes - total),
        limits,
      );
      total += content.length;
      files.set(name, content);
    }
  } catch (error) {
    if (error instanceof AmrloError) throw error;
    throw new AmrloError('FILE_UNREADABLE', { detail: 'zip' }, { cause: error });
  }
  return files;
}

function openZip(content: Buffer): Promise<ZipFile> {
  return promisify<Buffer, { lazyEntries: true }, ZipFile>(fromBuffer)(content, { lazyEntries: true });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const entries = on(zip, 'entry', { close: ['end'] }) as AsyncIterable<[Entry]>;
  zip.readEntry();
  for await (const [entry] of entries) {
    yield entry;
    zip.readEntry();
  }
}

async function unpack(zip: ZipFile, entry: Entry, allowed: number, limits: BundleLimits): Promise<Buffer> {
  if (entry.uncompressedSize > allowed) throw tooLarge(limits);
  const stream = await promisify(
    zip.openReadStream.bind(zip) as (
      entry: Entry,
      done: (error: Error | null, stream: NodeJS.ReadableStream) => void,
    ) => void,
  )(entry);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > allowed) throw tooLarge(limits);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(limits: BundleLimits): AmrloError {
  return refuse('FILE_TOO_LARGE', { max: limits.maxTotalBytes });
}
