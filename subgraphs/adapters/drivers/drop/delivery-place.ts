import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';
import type { DeliveryFormat } from './delivery-format.js';

/** A file of a delivery as it lies in the folder. */
export interface PlacedFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Tells one state of the file from another. */
  readonly state: string;
}

/** Where a delivery lies and which one it is. */
export interface DeliveryPlace {
  readonly name: string;
  readonly path: string;
  readonly isZip: boolean;
  readonly files: readonly PlacedFile[];
  /** Changes when another delivery lies there. */
  readonly signature: string;
  /** When the last of its files was written, by the times that it brought along. */
  readonly deliveredAt: Date;
  /**
   * When anything about it last changed here, also what lies beside its files under a passing name. Uploads that keep the
   * times of files (`rsync -t`, `cp -p`) set the time of writing back, but nobody can set this one.
   */
  readonly changedAt: Date;
  /** Another text after every change that `changedAt` would show. */
  readonly state: string;
  /** Whether the marker that the school writes after everything else is there; null where none is agreed. */
  readonly marked: boolean | null;
}

/** What the name of every report ends in; such files are never taken for deliveries. */
export const reportSuffix = '.report.csv';

/** Names that uploads, editors and operating systems use for what is not finished or not meant. */
const passing =
  /^[.~]|^Thumbs\.db$|^desktop\.ini$|[~#]$|\.(tmp|temp|part|partial|filepart|crdownload|download|swp|bak|lock)$/i;

/**
 * The deliveries at a path, oldest first: the path itself where it is a file; otherwise the zips and subfolders in it, and
 * the files of the format that lie in it loose, which are one delivery together. Links are not followed.
 * @param links  Told of each link that was found.
 * @throws AmrloError `FILE_UNREADABLE` when the path cannot be read
 */
export async function findPlaces(
  path: string,
  format: DeliveryFormat,
  marker: string | null,
  links: (name: string) => void,
): Promise<DeliveryPlace[]> {
  try {
    const info = await stat(path, { bigint: true });
    if (info.isFile()) {
      const file = placedFile(dirname(path), basename(path), info);
      const siblings = marker === null ? [] : await entriesIn(dirname(path), links);
      const marked = markedAt(siblings, marker, file.name, info);
      return [placeOf(path, isZipName(file.name), [file], [info], marked)];
    }
    return await placesIn(path, format, marker, links);
  } catch (error) {
    if (error instanceof AmrloError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new AmrloError('FILE_UNREADABLE', { detail: `folder: ${code ?? '?'}` }, { cause: error });
  }
}

async function placesIn(
  path: string,
  format: DeliveryFormat,
  marker: string | null,
  links: (name: string) => void,
): Promise<DeliveryPlace[]> {
  const entries = await entriesIn(path, links);
  const places: DeliveryPlace[] = [];
  const loose = folderPlace(path, entries, format, marker);
  if (loose !== undefined) places.push(loose);
  for (const { name, info } of entries.filter((entry) => !isPassing(entry.name))) {
    const inner = join(path, name);
    if (info.isFile() && isZipName(name)) {
      const marked = markedAt(entries, marker, name, info);
      places.push(placeOf(inner, true, [placedFile(path, name, info)], [info], marked));
    } else if (info.isDirectory() && !name.startsWith('.')) {
      const place = folderPlace(inner, await entriesIn(inner, links), format, marker);
      if (place !== undefined) places.push(place);
    }
  }
  return places.sort(
    (a, b) => a.deliveredAt.getTime() - b.deliveredAt.getTime() || (a.path < b.path ? -1 : 1),
  );
}

interface FolderEntry {
  readonly name: string;
  readonly info: BigIntStats;
}

/** How many names are looked at in one folder. */
const maxEntries = 10_000;

async function entriesIn(path: string, links: (name: string) => void): Promise<FolderEntry[]> {
  const names = await readdir(path);
  if (names.length > maxEntries) throw refuse('FILE_UNREADABLE', { detail: `folder: > ${maxEntries} files` });
  const entries: FolderEntry[] = [];
  for (const name of names.sort()) {
    // Reports and their drafts are the driver's own.
    if (name.includes(reportSuffix)) continue;
    // What vanishes between two looks was not finished.
    const info = await lstat(join(path, name), { bigint: true }).catch(() => undefined);
    if (info?.isSymbolicLink()) {
      if (!isPassing(name)) links(name);
    } else if (info !== undefined) entries.push({ name, info });
  }
  return entries;
}

function folderPlace(
  path: string,
  entries: readonly FolderEntry[],
  format: DeliveryFormat,
  marker: string | null,
): DeliveryPlace | undefined {
  const files = entries.filter(({ name, info }) => info.isFile() && !isPassing(name) && format.accepts(name));
  // Under a passing name lies what is still being uploaded; one more file of this delivery, for all that anybody knows.
  const isStillOfIt = (entry: FolderEntry): boolean =>
    entry.info.isFile() && (files.includes(entry) || (isPassing(entry.name) && entry.name !== marker));
  if (files.length === 0) return undefined;
  const { manifest } = format;
  if (manifest && !files.some(({ name }) => name.toLowerCase() === manifest.name)) return undefined;
  const newest = files.reduce((a, b) => (a.info.mtimeNs >= b.info.mtimeNs ? a : b)).info;
  const marked = markedAt(entries, marker, '', newest);
  return placeOf(
    path,
    false,
    files.map(({ name, info }) => placedFile(path, name, info)),
    [newest, ...entries.filter(isStillOfIt).map(({ info }) => info)],
    marked,
  );
}

/** A marker counts only when it was written after what it stands for; an older one is of an earlier upload. */
function markedAt(
  entries: readonly FolderEntry[],
  marker: string | null,
  name: string,
  of: BigIntStats,
): boolean | null {
  if (marker === null) return null;
  const found = entries.find((entry) => entry.name === `${name}${marker}` && entry.info.isFile());
  return found !== undefined && found.info.mtimeNs >= of.mtimeNs;
}

function isPassing(name: string): boolean {
  return passing.test(name);
}

function isZipName(name: string): boolean {
  return /\.zip$/i.test(name);
}

function placedFile(folder: string, name: string, info: BigIntStats): PlacedFile {
  return { name, path: join(folder, name), size: Number(info.size), state: fileState(info) };
}

/** Tells one state of a file from another, as exactly as the file system does. */
export function fileState(info: BigIntStats): string {
  return `${info.ino}:${info.size}:${info.mtimeNs}`;
}

function placeOf(
  path: string,
  isZip: boolean,
  files: readonly PlacedFile[],
  [newest, ...others]: readonly [BigIntStats, ...BigIntStats[]],
  marked: boolean | null,
): DeliveryPlace {
  const signature = files.map(({ path: file, state }) => `${file}:${state}`).join(';');
  const deliveredAt = new Date(Number(newest.mtimeMs));
  const all = [newest, ...others];
  const changedAt = new Date(
    Math.max(...all.flatMap(({ mtimeMs, ctimeMs }) => [Number(mtimeMs), Number(ctimeMs)])),
  );
  const state = `${signature};${all.map((info) => `${fileState(info)}:${info.ctimeNs}`).join(';')}`;
  return { name: basename(path), path, isZip, files, signature, deliveredAt, changedAt, state, marked };
}
