import iconv from 'iconv-lite';
import { XmlFault } from './xml-fault.js';

/** Encodings that are read, by the names that documents give them, and what decodes them. */
const decoders: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  'utf-16': 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'iso-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
  'iso-8859-2': 'iso-8859-2',
  'windows-1250': 'windows-1250',
  'iso-8859-15': 'iso-8859-15',
};

/**
 * The text of an XML document without its declaration, line ends as `\n`. The transport's character set counts before
 * the byte order mark, that before the declaration (RFC 7303, section 3); UTF-8 without any of them. Nothing is
 * guessed: bytes that are not what was said, and encodings that are not known, are refused.
 * @throws XmlFault `ENCODING`
 */
export function decodeXml(content: Buffer, transportCharset?: string): string {
  const mark = markOf(content);
  const said = transportCharset ?? mark ?? declaredEncoding(content) ?? 'utf-8';
  const decoder = decoders[said.trim().toLowerCase()];
  if (decoder === undefined) throw new XmlFault('ENCODING', null, 'an encoding that is not known');
  const text = decode(content, decoder === 'utf-16' ? (mark ?? 'utf-16be') : decoder);
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const declaration = /^<\?xml\s[^>]*\?>/.exec(body)?.[0] ?? '';
  const inside = /\sencoding\s*=\s*["']([^"']+)["']/.exec(declaration)?.[1];
  if (transportCharset === undefined && inside !== undefined) agree(decoder, inside);
  return body.slice(declaration.length).replace(/\r\n?/g, '\n');
}

function markOf(content: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf) return 'utf-8';
  if (content[0] === 0xff && content[1] === 0xfe) return 'utf-16le';
  if (content[0] === 0xfe && content[1] === 0xff) return 'utf-16be';
  // Without a mark, the first character of a document still shows a width of two bytes: it is "<".
  if (content[0] === 0x3c && content[1] === 0) return 'utf-16le';
  if (content[0] === 0 && content[1] === 0x3c) return 'utf-16be';
  return undefined;
}

/** What the declaration says; it stands in ASCII in every encoding that is read here and is not UTF-16. */
function declaredEncoding(content: Buffer): string | undefined {
  const head = content.subarray(0, 200).toString('latin1');
  return /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1];
}

function decode(content: Buffer, decoder: string): string {
  if (decoder.startsWith('utf')) {
    try {
      return new TextDecoder(decoder, { fatal: true, ignoreBOM: true }).decode(content);
    } catch (cause) {
      throw Object.assign(new XmlFault('ENCODING', null, `the bytes are not ${decoder}`), { cause });
    }
  }
  const text = iconv.decode(content, decoder);
  if (text.includes('\uFFFD')) throw new XmlFault('ENCODING', null, `the bytes are not ${decoder}`);
  return text;
}

/** A document whose mark says one encoding and whose declaration another is damaged, or made to be read in two ways. */
function agree(used: string, declared: string): void {
  const said = decoders[declared.trim().toLowerCase()];
  if (said === used || (said === 'utf-16' && used.startsWith('utf-16'))) return;
  throw new XmlFault('ENCODING', null, 'the byte order mark and the declaration disagree');
}
