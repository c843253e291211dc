import { describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import fc from 'fast-check';
import { optionsFromSettings } from '../../gateway/options-from-settings.js';
import { checkLimits, defaultLimits, parseOperation } from '../../gateway/security/limits.js';
import { loadSettings } from '../../subgraphs/kit/base/config/load-settings.js';

const check = (text: string, variables: Record<string, unknown> = {}) =>
  checkLimits(parse(text), undefined, variables);
const tooLarge = (limit: string, max: number, actual: number | string) =>
  expect.objectContaining({ code: 'OPERATION_TOO_LARGE', parameters: { limit, max, actual } });
const nested = (depth: number): string => 'a{'.repeat(depth - 1) + 'a' + '}'.repeat(depth - 1);

describe('the limits of an operation', () => {
  it('are the same where nobody sets them, whoever starts the gateway', () => {
    const settings = loadSettings('gateway', { env: { AMRLO_OIDC_ISSUER: 'https://id.example' } });
    expect(optionsFromSettings(settings).limits).toEqual(defaultLimits);
    expect(defaultLimits).toMatchObject({ depth: 16, aliases: 30, rootFields: 20, tokens: 4_000 });
  });

  it('accept the standard introspection query', () => {
    expect(() =>
      check(getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true })),
    ).not.toThrow();
  });

  it('count depth through fragments, however they are nested', () => {
    expect(() => check(`{${nested(16)}}`)).not.toThrow();
    expect(() => check(`{${nested(17)}}`)).toThrow(tooLarge('depth', 16, 17));
    expect(() =>
      check(
        `{ ...A } fragment A on Q { ${nested(8).replace(/a\}*$/, '')} ... { ...B } ${'}'.repeat(7)} } fragment B on Q { ${nested(10)} }`,
      ),
    ).toThrow(tooLarge('depth', 16, 17));
  });

  it('count aliases after fragments are put in place', () => {
    const aliases = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: a`).join(' ');
    expect(() => check(`{ b { ${aliases(30)} } }`)).not.toThrow();
    expect(() => check(`{ b { ${aliases(31)} } }`)).toThrow(tooLarge('aliases', 30, 31));
    expect(() => check(`{ b { ...F } c { ...F } } fragment F on Q { ${aliases(16)} }`)).toThrow(
      tooLarge('aliases', 30, 32),
    );
  });

  it('count root fields, directives and expanded fields', () => {
    const fields = Array.from({ length: 21 }, (_, index) => `f${index}`).join(' ');
    expect(() => check(`{ ${fields} }`)).toThrow(tooLarge('rootFields', 20, 21));
    expect(() => check(`{ ...F } fragment F on Query { ${fields} }`)).toThrow(tooLarge('rootFields', 20, 21));
    expect(() => check(`{ a ${'@include(if: true) '.repeat(51)} }`)).toThrow(tooLarge('directives', 50, 51));
  });

  it('measure fragments that double at every level without walking them', () => {
    const levels = 40;
    const bomb = Array.from(
      { length: levels },
      (_, index) => `fragment F${index} on Q { ...F${index + 1} ... { ...F${index + 1} } }`,
    ).join(' ');
    expect(() => check(`{ a { ...F0 } } ${bomb} fragment F${levels} on Q { x }`)).toThrow(
      expect.objectContaining({
        code: 'OPERATION_TOO_LARGE',
        parameters: expect.objectContaining({ limit: 'fields' }),
      }),
    );
  });

  it('end on cycles of fragments', () => {
    expect(() =>
      check('{ ...A } fragment A on Q { a { ...B } } fragment B on Q { b { ...A } }'),
    ).not.toThrow();
  });

  it('measure only the operation that runs', () => {
    const document = parse(`query A { a } query B {${nested(17)}}`);
    expect(() => checkLimits(document, 'A', {})).not.toThrow();
    expect(() => checkLimits(document, 'B', {})).toThrow(tooLarge('depth', 16, 17));
  });

  it('refuse pages beyond 100, literal, by variable or by default', () => {
    const page = expect.objectContaining({ code: 'PAGE_SIZE_INVALID', parameters: { max: 100 } });
    expect(() => check('{ a(first: 100) { b } }')).not.toThrow();
    expect(() => check('{ a(first: 101) { b } }')).toThrow(page);
    expect(() => check('query($n: Int) { ...F } fragment F on Q { a(last: $n) }', { n: 101 })).toThrow(page);
    expect(() => check('query($n: Int = 500) { a(first: $n) }')).toThrow(page);
    expect(() => check('query($n: Int = 500) { a(first: $n) }', { n: 5 })).not.toThrow();
  });

  it('stop the parser at the tokens, and name a syntax error with its place', () => {
    const long = `{ ${'a '.repeat(4_000)} }`;
    expect(() => parseOperation(long)).toThrow(tooLarge('tokens', 4_000, '> 4000'));
    expect(() => parseOperation('{ a')).toThrow(
      expect.objectContaining({
        code: 'GRAPHQL_PARSE_FAILED',
        parameters: { detail: 'Expected Name, found <EOF>. (1:4)' },
      }),
    );
  });

  it('never throw anything but a refusal, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '{',
            '}',
            ' ',
            'a',
            '...',
            'on ',
            'fragment ',
            'F',
            '@',
            '(',
            ')',
            ':',
            '$',
            '"',
            '1',
          ),
        }),
        (text) => {
          try {
            checkLimits(parseOperation(text), undefined, {}, defaultLimits);
          } catch (error) {
            expect((error as { code?: string }).code).toMatch(
              /^(GRAPHQL_PARSE_FAILED|OPERATION_TOO_LARGE|PAGE_SIZE_INVALID)$/,
            );
          }
        },
      ),
    );
  });
});
