import { refuse } from '../../base/errors/amrlo-error.js';
import type { OpenedFile } from './file-store.js';

/**
 * A whole file as text, strictly UTF-8 (a byte order mark is allowed).
 * @throws AmrloError `FILE_TOO_LARGE`, or `FILE_WRONG_ENCODING` with the line of the first byte that is not UTF-8
 */
export async function readUtf8(file: OpenedFile, maxBytes: number): Promise<string> {
  if (file.bytes > maxBytes) throw refuse('FILE_TOO_LARGE', { max: maxBytes });
  const chunks: Buffer[] = [];
  for await (const chunk of file.stream) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('FILE_WRONG_ENCODING', { expected: 'UTF-8', line: lineOfFirstFault(bytes) });
  }
}

function lineOfFirstFault(bytes: Buffer): number {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let from = 0;
  for (let to = bytes.indexOf(10); to !== -1; to = bytes.indexOf(10, from)) {
    try {
      strict.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to + 1;
    line += 1;
  }
  return line;
}
