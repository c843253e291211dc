import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonCopy } from '../../subgraphs/kit/base/link/json-copy.js';

const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a copy is what comes out of the text, and its measure is never less than the text', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withDate: true,
        withNullPrototype: true,
        withObjectString: true,
        withUnicodeString: true,
        withSparseArray: true,
      }),
      (anything) => {
        const given = { anything };
        const { value, bytesAtMost } = jsonCopy(given);
        expect(value).toStrictEqual(throughText(given));
        expect(bytesAtMost).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(given)));
      },
    ),
  );
});

test.each([
  ['a date is its text', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  ['an absent value has no name', { a: undefined, b: null }, { b: null }],
  ['an absent item is null', [undefined, () => 1], [null, null]],
  ['numbers without text are null', [Number.NaN, Infinity, -0], [null, null, 0]],
  ['half of a character is kept', ['\ud83c', '成果'], ['\ud83c', '成果']],
])('%s', (_, given, expected) => {
  expect(jsonCopy(given).value).toStrictEqual(expected);
  expect(throughText(given)).toStrictEqual(expected);
});

test('a name that would set the prototype is only a name', () => {
  const given = JSON.parse('{"__proto__":{"odd":true}}') as object;
  const { value } = jsonCopy(given);
  expect(JSON.stringify(value)).toBe('{"__proto__":{"odd":true}}');
  expect((value as { odd?: boolean }).odd).toBeUndefined();
});

test('what has no JSON is refused', () => {
  expect(() => jsonCopy({ size: 12n })).toThrow(TypeError);
  const round: Record<string, unknown> = {};
  round['self'] = round;
  expect(() => jsonCopy(round)).toThrow(RangeError);
});
