import { isUtf8 } from 'node:buffer';
import { on } from 'node:events';
import { promisify } from 'node:util';
import iconv from 'iconv-lite';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';
import { tooLarge } from './delivery-limits.js';

/** How much may come out of one zip. */
export interface UnzipLimits {
  /** The workbook that is unpacked; its parts have names that say nothing to a school. */
  readonly workbook?: string;
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
}

/**
 * Unpacks a zip that lies in memory. What it holds is measured while it comes out; the sizes that the zip states are
 * believed only where they are too large. Names in GBK, as Chinese Windows writes them, are read as such.
 * @param wanted  Says of each name whether it is unpacked; it throws a refusal for a name that must not be there.
 * @throws AmrloError `FILE_UNREADABLE` or `DELIVERY_TOO_LARGE`
 */
export async function unzip(
  content: Buffer,
  limits: UnzipLimits,
  wanted: (name: string) => boolean,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const seen = new Set<string>();
  let total = 0;
  try {
    const zip = await openZip(content);
    for await (const entry of entriesOf(zip)) {
      const name = nameOf(entry);
      if (seen.size >= limits.maxFiles)
        throw refuse('FILE_UNREADABLE', { detail: `> ${limits.maxFiles} files` });
      if (seen.has(name)) throw refuse('FILE_UNREADABLE', { detail: `${name.slice(0, 80)}: twice` });
      seen.add(name);
      if (!wanted(name)) continue;
      if (entry.isEncrypted()) throw refuse('FILE_UNREADABLE', { detail: `${name.slice(0, 80)}: encrypted` });
      const rest = limits.maxTotalBytes - total;
      const unpacked = await unpack(zip, entry, Math.min(limits.maxFileBytes, rest));
      if (unpacked === null) {
        const option =
          limits.workbook === undefined && rest < limits.maxFileBytes ? 'maxTotalBytes' : 'maxFileBytes';
        throw tooLarge(limits.workbook ?? name, limits, option);
      }
      total += unpacked.length;
      files.set(name, unpacked);
    }
  } catch (error) {
    if (error instanceof AmrloError) throw error;
    throw new AmrloError('FILE_UNREADABLE', { detail: 'zip' }, { cause: error });
  }
  return files;
}

/** Whether a file begins as a zip does. */
export function looksLikeZip(content: Buffer): boolean {
  return content.subarray(0, 4).equals(Buffer.from('504b0304', 'hex'));
}

function openZip(content: Buffer): Promise<ZipFile> {
  return promisify<Buffer, { lazyEntries: true; decodeStrings: false }, ZipFile>(fromBuffer)(content, {
    lazyEntries: true,
    decodeStrings: false,
  });
}

/** The name of an entry; UTF-8 where it says so or can be nothing else (bit 11 of its flags, APPNOTE 4.4.4). */
function nameOf(entry: Entry): string {
  const raw = entry.fileName as unknown as Buffer;
  const isMarkedUtf8 = (entry.generalPurposeBitFlag & 0x0800) !== 0;
  return isMarkedUtf8 || isUtf8(raw) ? raw.toString('utf8') : iconv.decode(raw, 'gb18030');
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const entries = on(zip, 'entry', { close: ['end'] }) as AsyncIterable<[Entry]>;
  zip.readEntry();
  for await (const [entry] of entries) {
    yield entry;
    zip.readEntry();
  }
}

/** The bytes of an entry; null where there are more than allowed. */
async function unpack(zip: ZipFile, entry: Entry, allowed: number): Promise<Buffer | null> {
  if (entry.uncompressedSize > allowed) return null;
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
    if (size > allowed) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
