import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { elmoFormat } from '../../subgraphs/adapters/drivers/drop/elmo/elmo-format.js';
import { elmoSchema } from '../../subgraphs/adapters/drivers/drop/elmo/elmo-schema.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { filesOf, formatContext } from '../support/deliveries.js';
import { anna, declared, elmoWithoutSchemas, fixtures } from './elmo-delivery.js';

/** Here no schema of the standard is needed: what follows must hold without one. */
describe('an ELMO delivery', () => {
  const { format, refusalOf } = elmoWithoutSchemas();

  const prolog = (type: string, inside: string): string =>
    anna
      .replace(/^<\?xml[^>]*\?>/, `<?xml version="1.0"?><!DOCTYPE elmo [${type}]>`)
      .replace('Innpasset', inside);
  const laughs = [
    '<!ENTITY l0 "ha">',
    ...Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`),
  ];

  test.each<[string, string | Buffer, RegExp]>([
    ['a billion laughs', prolog(laughs.join(''), '&l9;'), /^FILE_UNREADABLE: .*a\.xml: DOCTYPE/],
    ['a quadratic blow-up', prolog(`<!ENTITY x "${'x'.repeat(50_000)}">`, '&x;'.repeat(20_000)), /DOCTYPE/],
    ['an external entity', prolog('<!ENTITY x SYSTEM "file:///etc/passwd">', '&x;'), /DOCTYPE/],
    [
      'an external document type',
      anna.replace('<elmo', '<!DOCTYPE elmo SYSTEM "http://127.0.0.1/x.dtd"><elmo'),
      /DOCTYPE/,
    ],
    [
      'an entity that nobody declares',
      anna.replace('Innpasset', '&nbsp;'),
      /a\.xml, line \d+: not as the schema/,
    ],
    [
      'elements a thousand deep',
      anna.replace('Innpasset', '<a>'.repeat(1_000) + '</a>'.repeat(1_000)),
      /TOO_DEEP/,
    ],
    ['a million elements', anna.replace('Innpasset', '<a/>'.repeat(300_000)), /TOO_MANY_ELEMENTS/],
    ['a file that ends early', anna.slice(0, -300), /TRUNCATED/],
    ['a page of the web', '<!doctype html><html></html>', /DOCTYPE/],
    ['CSV', 'number,name\n1,a\n', /NOT_XML/],
    ['nothing', '', /NOT_XML/],
    ['another kind of XML', '<Virta/>', /^FILE_UNREADABLE: .*a\.xml/],
    ['another version’s namespace', anna.replaceAll('tree/v1', 'tree/v2'), /^FILE_UNREADABLE/],
    ['bytes that are not what is declared', iconv.encode(anna, 'windows-1250'), /^FILE_WRONG_ENCODING/],
    ['an encoding that nobody knows', anna.replace('UTF-8', 'EBCDIC-CP-FI'), /^FILE_WRONG_ENCODING/],
  ])('is refused for %s', async (_, content, expected) => {
    expect(await refusalOf({ 'a.xml': content })).toMatch(expected);
  });

  test('is refused beyond the bytes of a document', async () => {
    expect(await refusalOf({ 'a.xml': anna }, { maxDocumentBytes: 4_096 })).toMatch(
      /^DELIVERY_TOO_LARGE: a\.xml .*4096 .*maxDocumentBytes/,
    );
    expect(await refusalOf({ 'a.xml': anna }, {}, { maxFileBytes: 2_000 })).toMatch(
      /^DELIVERY_TOO_LARGE: a\.xml .*2000 .*maxFileBytes/,
    );
  });

  test('is refused as a whole for one document that is bad', async () => {
    expect(await refusalOf({ ...fixtures, 'zzz.xml': anna.slice(0, -10) })).toMatch(/zzz\.xml: TRUNCATED/);
    expect(await refusalOf({})).toMatch(/no delivery/);
  });

  test.each([
    [
      'status',
      (text: string) => text.replace('<status>passed', '<status>maybe'),
      /reports\/\[1\]\/specifications\/\[1\]\/.*status/,
    ],
    [
      'a second learner',
      (text: string) => text.replace('<familyName>', '<familyName>x</familyName><familyName>'),
      /learner\/familyName/,
    ],
    ['no learner', (text: string) => text.replace(/<learner>[^]*<\/learner>/, ''), /learner/],
    ['a count', (text: string) => text.replace('count="21"', 'count="-1"'), /distribution\/\[1\]\/count/],
    ['credits', (text: string) => text.replace('<value>8.0<', '<value>eight<'), /credits\/\[1\]\/value/],
    ['a day', (text: string) => text.replace('>2020-10-01</start>', '>autumn</start>'), /start/],
    ['no instance', (text: string) => text.replace(/<specifies>[^]*?<\/specifies>/, ''), /instance/],
    ['no report', (text: string) => text.replace(/<report>[^]*<\/report>/, ''), /reports/],
  ])('is refused for %s where no schema would say so, without the value', async (_, change, expected) => {
    const refusal = await refusalOf({ 'a.xml': change(anna) });
    expect(refusal).toMatch(expected);
    expect(refusal).not.toMatch(/maybe|eight|autumn|Nowak/);
  });

  test('ends in records or in a refusal of the catalogue, whatever is cut out of it or put in', async () => {
    const warsaw = format();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(anna.length),
        fc.nat(120),
        fc.constantFrom('', '<a>', '</a>', '&', '"', '<!--', ']]>', '\u0000', '课', '<status>x</status>'),
        async (at, length, put) => {
          const text = anna.slice(0, at) + put + anna.slice(at + length);
          await warsaw.read(filesOf({ 'a.xml': text }), formatContext()).catch((error: unknown) => {
            if (!(error instanceof AmrloError)) throw error;
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('needs the schemas of the standard to start', () => {
    const declaration = elmoSchema.parse(declared);
    expect(() => elmoFormat(declaration, undefined)).toThrow(/AMRLO_SCHOOL_SCHEMA_FOLDER/);
    expect(() => elmoFormat(declaration, '/nowhere/to/be/found')).toThrow(
      /The folder of schemas .* cannot be read/,
    );
    expect(() => elmoFormat(declaration, import.meta.dirname)).toThrow(
      /holds no XML Schema of the namespace/,
    );
  });
});
