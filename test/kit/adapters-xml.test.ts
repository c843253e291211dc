import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { readXml } from '../../subgraphs/adapters/drivers/xml/xml-document.js';
import { defaultXmlLimits, XmlFault } from '../../subgraphs/adapters/drivers/xml/xml-fault.js';
import { elementsAt, parseXmlPath, textAt } from '../../subgraphs/adapters/drivers/xml/xml-path.js';
import { decodeXml } from '../../subgraphs/adapters/drivers/xml/xml-text.js';

const read = (text: string, limits = {}) => readXml(text, { ...defaultXmlLimits, ...limits });
const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof XmlFault) return error.reason;
    throw error;
  }
};

describe('bytes of XML', () => {
  const chinese = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>\r\n<a>课程</a>`;

  test.each([
    ['UTF-8', Buffer.from(chinese('UTF-8'))],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${chinese('utf-8')}`)],
    ['UTF-8 that nobody declares', Buffer.from('\n<a>课程</a>')],
    ['GBK', iconv.encode(chinese('GBK'), 'gbk')],
    ['GB2312', iconv.encode(chinese('gb2312'), 'gbk')],
    ['GB18030', iconv.encode(chinese('GB18030'), 'gb18030')],
    ['UTF-16 with a mark', iconv.encode(chinese('UTF-16'), 'utf-16le', { addBOM: true })],
    ['UTF-16 the other way', iconv.encode(chinese('UTF-16'), 'utf-16be', { addBOM: true })],
    ['UTF-16 without a mark', iconv.encode(chinese('UTF-16LE'), 'utf-16le')],
  ])('in %s are read, and the declaration is taken off', (_, content) => {
    expect(decodeXml(content)).toBe('\n<a>课程</a>');
  });

  test('follow the character set of the transport before their own declaration', () => {
    expect(decodeXml(iconv.encode(chinese('UTF-8'), 'gbk'), 'GBK')).toBe('\n<a>课程</a>');
  });

  test.each([
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe, 0xfd])],
    ['GBK under a declaration of UTF-8', iconv.encode(chinese('UTF-8'), 'gbk')],
    ['an encoding that nobody knows', Buffer.from(chinese('UTF-7'))],
    ['a declaration that contradicts the mark', Buffer.from(`\uFEFF${chinese('GBK')}`)],
    ['UTF-16 under a declaration of UTF-8', iconv.encode(chinese('UTF-8'), 'utf-16le', { addBOM: true })],
  ])('are refused for %s', (_, content) => {
    expect(reasonOf(() => decodeXml(content))).toBe('ENCODING');
  });
});

describe('a document', () => {
  test('gives names with their namespaces, texts with their references', () => {
    const root = read(
      `<x:a xmlns:x="urn:x" xmlns="urn:d" k="&#65;&quot;" x:l="m">\n<b>1 &lt; 2<![CDATA[ & <c>]]></b><b xmlns=""/>\n</x:a>`,
    );
    expect([root.namespace, root.name]).toEqual(['urn:x', 'a']);
    expect([...root.attributes]).toEqual([
      ['k', 'A"'],
      ['{urn:x}l', 'm'],
    ]);
    expect(root.children.map(({ namespace, text }) => [namespace, text])).toEqual([
      ['urn:d', '1 < 2 & <c>'],
      ['', ''],
    ]);
  });

  test.each([
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'DOCTYPE'],
    ['a document type alone', '<!-- x --><!doctype html><html/>', 'DOCTYPE'],
    ['a document type inside', '<a><!DOCTYPE b [<!ENTITY x "y">]>&x;</a>', 'DOCTYPE'],
    ['an entity that nobody declared', '<a>&nbsp;</a>', 'ENTITY_UNKNOWN'],
    ['an entity of no character', '<a>&#0;</a>', 'ENTITY_UNKNOWN'],
    ['half of a surrogate pair', '<a>&#xD800;</a>', 'ENTITY_UNKNOWN'],
    ['an element that is not closed', '<a><b></b>', 'TRUNCATED'],
    ['a tag that is not closed', '<a><b at="1', 'TRUNCATED'],
    ['a comment that is not closed', '<a/><!-- ', 'TRUNCATED'],
    ['elements that overlap', '<a><b></a></b>', 'NOT_WELL_FORMED'],
    ['two roots', '<a/><b/>', 'NOT_WELL_FORMED'],
    ['a repeated attribute', '<a b="1" b="2"/>', 'NOT_WELL_FORMED'],
    ['a prefix without a namespace', '<a><x:b/></a>', 'NOT_WELL_FORMED'],
    ['a control character', '<a>\u0007</a>', 'NOT_WELL_FORMED'],
    ['text around the root', 'Service unavailable', 'NOT_XML'],
    ['nothing', ' ', 'NOT_XML'],
    ['a name that objects have', '<a><__proto__ b="c"/></a>', 'NOT_WELL_FORMED'],
  ])('is refused for %s', (_, text, reason) => {
    expect(reasonOf(() => read(text))).toBe(reason);
  });

  test('is refused before anything of a bomb is unfolded', () => {
    const levels = Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`);
    const laughs = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">${levels.join('')}]><a>&l10;</a>`;
    const quadratic = `<!DOCTYPE a [<!ENTITY x "${'x'.repeat(50_000)}">]><a>${'&x;'.repeat(50_000)}</a>`;
    expect(reasonOf(() => read(decodeXml(Buffer.from(laughs))))).toBe('DOCTYPE');
    expect(reasonOf(() => read(quadratic))).toBe('DOCTYPE');
  });

  test('is refused beyond each of its limits', () => {
    expect(reasonOf(() => read('<a>'.repeat(61) + '</a>'.repeat(61)))).toBe('TOO_DEEP');
    expect(reasonOf(() => read('<a>'.repeat(60) + '</a>'.repeat(60)))).toBe('none');
    expect(reasonOf(() => read(`<a>${'<b/>'.repeat(10)}</a>`, { maxElements: 10 }))).toBe(
      'TOO_MANY_ELEMENTS',
    );
    expect(reasonOf(() => read('<a b="" c=""/>', { maxAttributes: 1 }))).toBe('TOO_MANY_ATTRIBUTES');
    expect(reasonOf(() => read(`<a>${' '.repeat(99)}</a>`, { maxBytes: 99 }))).toBe('TOO_LARGE');
  });

  test('is read or refused for a reason of the list, whatever it holds', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<b c="d">',
      '</b>',
      '<e/>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?p',
      '?>',
      '<!DOCTYPE',
      '&',
      '&lt;',
      '&#x41;',
      '"',
      "'",
      '=',
      'text',
      'xmlns="u"',
      'x:',
      '<x:a xmlns:x="u">',
      '</x:a>',
      '\u0000',
      '课',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 14 }), (pieces) => {
        reasonOf(() => read(`<a>${pieces.join('')}</a>`));
        reasonOf(() => read(pieces.join('')));
      }),
      { numRuns: 500 },
    );
  });

  test('gives every text and attribute back as it was written', () => {
    const characters = fc
      .string({ unit: 'grapheme' })
      // oxlint-disable-next-line no-control-regex -- characters that XML does not have
      .filter((text) => !/[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/.test(text));
    const escape = (text: string) =>
      text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&#34;').replace(/>/g, '&gt;');
    fc.assert(
      fc.property(characters, characters, (text, attribute) => {
        const root = read(`<a b="${escape(attribute)}">${escape(text)}</a>`);
        expect([root.text, root.attributes.get('b')]).toEqual([text, attribute]);
      }),
    );
  });
});

describe('a path', () => {
  const namespaces = { prefixes: { o: 'urn:o' }, unprefixed: 'urn:d' };
  const root = read(`<list xmlns="urn:d" xmlns:o="urn:o">
    <item id="1"><name lang="fi">Yksi</name><name lang="en"> One\n more </name><o:name>other</o:name>
      <state><from>2020-01-01</from><code>1</code></state><state><from>2023-05-01</from><code>3</code></state></item>
    <item id="2"><name lang="fi">Kaksi</name><state><from>2020-01-01</from><code>1</code></state>
      <state><from>2020-01-01</from><code>2</code></state></item></list>`);
  const at = (path: string, item = 0) =>
    textAt(elementsAt(root, parseXmlPath('item', namespaces))[item]!, parseXmlPath(path, namespaces));

  test.each([
    ['@id', '1'],
    ["name[@lang='en']", 'One more'],
    ['name[2]', 'One more'],
    ['o:name', 'other'],
    ['state[max(from)]/code', '3'],
    ["state[code='1']/from", '2020-01-01'],
    ['state[1]/../@id', '1'],
    ['name', null],
    ['state/code', null],
    ['state[1]', null],
    ['name[9]', null],
    ['unknown/deep', null],
    ["name[@lang='sv']", null],
  ])('%s is %j', (path, expected) => {
    expect(at(path)).toBe(expected);
  });

  test('says nothing where two elements are equally great', () => {
    expect(at('state[max(from)]/code', 1)).toBeNull();
  });

  test.each(['', '/a', 'a//b', 'a/@b/c', 'a[', 'a[b]', 'a[0]', 'x:a', 'a b', '@', 'a[@b=c]', 'a[max()]'])(
    'written "%s" is refused',
    (path) => {
      expect(() => parseXmlPath(path, namespaces)).toThrow(/"/);
    },
  );
});
