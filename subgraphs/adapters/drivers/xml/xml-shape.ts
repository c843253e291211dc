import { XmlFault, type XmlLimits } from './xml-fault.js';

/** Characters that XML 1.0 does not have, not even as references. */
// oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/**
 * Walks the markup of a document once, before anything is built from it: one root, every element closed by its own
 * name, no document type (and so no entities, no files and no bombs made of them), and no more than the limits allow.
 * Linear in the length of the text.
 * @throws XmlFault
 */
export function checkXmlShape(text: string, limits: XmlLimits): void {
  if (text.length > limits.maxBytes) throw new XmlFault('TOO_LARGE');
  const open: string[] = [];
  let elements = 0;
  let at = 0;
  const fail = (reason: XmlFault['reason'], place: number, about?: string): never => {
    throw new XmlFault(reason, lineAt(text, place), about);
  };
  const bad = forbidden.exec(text);
  if (bad) fail('NOT_WELL_FORMED', bad.index, 'a character that XML does not have');
  const endOf = (closing: string, from: number): number => {
    const end = text.indexOf(closing, from);
    return end < 0 ? fail('TRUNCATED', from) : end + closing.length;
  };

  for (;;) {
    const next = text.indexOf('<', at);
    const stop = next < 0 ? text.length : next;
    if (open.length === 0 && text.slice(at, stop).trim() !== '') fail('NOT_XML', at);
    if (next < 0) break;
    if (text.startsWith('<!--', next)) at = endOf('-->', next + 4);
    else if (text.startsWith('<?', next)) at = endOf('?>', next + 2);
    else if (open.length > 0 && text.startsWith('<![CDATA[', next)) at = endOf(']]>', next + 9);
    else if (text.startsWith('<!', next)) fail('DOCTYPE', next);
    else if (text.startsWith('</', next)) {
      at = endOf('>', next + 2);
      const name = text.slice(next + 2, at - 1).trimEnd();
      if (open.pop() !== name) fail('NOT_WELL_FORMED', next, `</${shown(name)}>`);
    } else {
      const { name, end, attributes, isEmpty } = startTag(text, next, fail);
      if (open.length === 0 && elements > 0) fail('NOT_WELL_FORMED', next, 'a second root');
      elements += 1;
      if (elements > limits.maxElements) fail('TOO_MANY_ELEMENTS', next);
      if (attributes > limits.maxAttributes) fail('TOO_MANY_ATTRIBUTES', next);
      if (open.length >= limits.maxDepth) fail('TOO_DEEP', next);
      if (!isEmpty) open.push(name);
      at = end;
    }
  }
  if (open.length > 0) throw new XmlFault('TRUNCATED', null, `<${shown(open.at(-1) ?? '')}> is not closed`);
  if (elements === 0) throw new XmlFault('NOT_XML');
}

/** The line, from 1, in which a position of a text lies. */
export function lineAt(text: string, place: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < place; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

type Fail = (reason: XmlFault['reason'], place: number, about?: string) => never;

function startTag(
  text: string,
  start: number,
  fail: Fail,
): { name: string; end: number; attributes: number; isEmpty: boolean } {
  const mark = /["'<>]/g;
  mark.lastIndex = start + 1;
  let attributes = 0;
  for (;;) {
    const found = mark.exec(text);
    if (found === null) return fail('TRUNCATED', start);
    if (found[0] === '<') return fail('NOT_WELL_FORMED', start, 'a tag in a tag');
    if (found[0] === '>') {
      const isEmpty = text[found.index - 1] === '/';
      const inside = text.slice(start + 1, isEmpty ? found.index - 1 : found.index);
      const name = /^[^\s/"'=]+/.exec(inside)?.[0] ?? fail('NOT_WELL_FORMED', start);
      return { name, end: found.index + 1, attributes, isEmpty };
    }
    const closing = text.indexOf(found[0], found.index + 1);
    if (closing < 0) return fail('TRUNCATED', start);
    if (text.slice(found.index, closing).includes('<')) return fail('NOT_WELL_FORMED', start, '< in a value');
    attributes += 1;
    mark.lastIndex = closing + 1;
  }
}

function shown(name: string): string {
  return name.slice(0, 60);
}
