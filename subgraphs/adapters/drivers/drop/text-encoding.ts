import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import iconv from 'iconv-lite';
import { refuse } from '../../../kit/base/errors/amrlo-error.js';

/** How the text of a delivery may be encoded. GB18030 holds GBK and GB2312. */
export const textEncodings = ['auto', 'utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type TextEncoding = (typeof textEncodings)[number];

/** Small enough that decoding one piece holds nothing up. */
const pieceBytes = 64 * 1024;

/**
 * The text of a file in pieces. A byte order mark decides and is left out; without one, `auto` takes UTF-8 where the
 * bytes are valid UTF-8 and GB18030 otherwise.
 * @throws AmrloError `FILE_WRONG_ENCODING` with the line of the first character that does not fit
 */
export function* decodedPieces(content: Buffer, declared: TextEncoding): Generator<string> {
  const { encoding, from } = markedEncoding(content) ?? { encoding: unmarked(content, declared), from: 0 };
  const body = from === 0 ? content : content.subarray(from);
  if (encoding === 'utf-8' && !isUtf8(body)) throw wrongEncoding('UTF-8', lineOfFirstFault(body));
  if (encoding.startsWith('utf-16') && body.length % 2 !== 0) throw wrongEncoding('UTF-16', 1);
  const decoder = encoding === 'utf-8' ? new StringDecoder('utf8') : iconv.getDecoder(encoding);
  let line = 1;
  for (let at = 0; at < body.length; at += pieceBytes) {
    const piece = decoder.write(body.subarray(at, at + pieceBytes));
    if (encoding === 'gb18030') line = checkedLine(piece, line);
    yield piece;
  }
  const rest = decoder.end() ?? '';
  if (encoding === 'gb18030') checkedLine(rest, line);
  if (rest !== '') yield rest;
}

function markedEncoding(content: Buffer): { encoding: TextEncoding; from: number } | undefined {
  const mark = content.subarray(0, 3).toString('hex');
  if (mark === 'efbbbf') return { encoding: 'utf-8', from: 3 };
  if (mark.startsWith('fffe')) return { encoding: 'utf-16le', from: 2 };
  if (mark.startsWith('feff')) return { encoding: 'utf-16be', from: 2 };
  return undefined;
}

function unmarked(content: Buffer, declared: TextEncoding): TextEncoding {
  if (declared !== 'auto') return declared;
  return isUtf8(content) ? 'utf-8' : 'gb18030';
}

/** iconv-lite puts U+FFFD where bytes are no character; counts lines, so that the refusal can name one. */
function checkedLine(text: string, line: number): number {
  const bad = text.indexOf('\uFFFD');
  if (bad >= 0) throw wrongEncoding('UTF-8 / GB18030', line + linesIn(text.slice(0, bad)));
  return line + linesIn(text);
}

function lineOfFirstFault(body: Buffer): number {
  const text = body.toString('utf8');
  return 1 + linesIn(text.slice(0, text.indexOf('\uFFFD')));
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function wrongEncoding(expected: string, line: number): Error {
  return refuse('FILE_WRONG_ENCODING', { expected, line });
}
