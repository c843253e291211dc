import { Parser } from 'saxen';
import { refuse } from '../../../../kit/base/errors/amrlo-error.js';
import type { FormatContext } from '../delivery-format.js';
import { decodedPieces } from '../text-encoding.js';

/** What is told while a part of a workbook is read; names come without the prefix of their namespace. */
export interface XmlEvents {
  readonly open: (name: string, attribute: (name: string) => string | undefined) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
}

/**
 * A cell holds 32,767 characters at most, six times as many when each is escaped; a longer token is scanned again with
 * every piece that comes (measured: 3.7 s for one of a million characters).
 */
const maxTokenLength = 200_000;

/**
 * Reads one XML part in pieces, so that other work goes on. A document type declaration is refused: workbooks have none,
 * and it is what XML bombs are made of; entities other than the five of XML are not known.
 * @throws AmrloError `FILE_UNREADABLE`, `FILE_WRONG_ENCODING` or `REQUEST_CANCELLED`
 */
export async function readXml(
  place: string,
  content: Buffer,
  events: XmlEvents,
  context: FormatContext,
): Promise<void> {
  let pending = 0;
  const parser = new Parser();
  parser.on('openTag', (name, attributesOf, decode) => {
    pending = 0;
    events.open(localName(name), (wanted) => {
      const attributes = attributesOf();
      const found = attributes[wanted] ?? attributes[keyWithPrefix(attributes, wanted) ?? ''];
      return found === undefined ? undefined : decode(found);
    });
  });
  parser.on('closeTag', (name) => {
    pending = 0;
    events.close?.(localName(name));
  });
  parser.on('text', (text, decode) => {
    pending = 0;
    events.text?.(decode(text));
  });
  parser.on('cdata', (text) => {
    pending = 0;
    events.text?.(text);
  });
  parser.on('comment', () => void (pending = 0));
  parser.on('attention', () => {
    throw refuse('FILE_UNREADABLE', { detail: `${place}: DOCTYPE` });
  });
  parser.on('error', () => {
    throw refuse('FILE_UNREADABLE', { detail: `${place}: XML` });
  });
  for (const piece of decodedPieces(content, 'utf-8')) {
    pending += piece.length;
    if (pending > maxTokenLength) throw refuse('FILE_UNREADABLE', { detail: `${place}: XML` });
    parser.write(piece);
    await context.pause();
  }
  parser.end();
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function keyWithPrefix(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.keys(attributes).find((key) => key.endsWith(`:${name}`));
}
