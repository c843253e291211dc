import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseExactJson, plainNumber, valueAt } from '../../subgraphs/adapters/drivers/rest/exact-json.js';
import { fits, onlyColumns, rowsOf } from '../../subgraphs/adapters/drivers/rest/json-rows.js';
import { fill, fillAll, fillPath } from '../../subgraphs/adapters/drivers/rest/template.js';

describe('JSON of a school', () => {
  test('keeps every number as the text that it was', () => {
    expect(parseExactJson('{"a":3.50,"b":[0.1,12345678901234567890],"c":"x","d":true,"e":null}')).toEqual({
      a: '3.50',
      b: ['0.1', '12345678901234567890'],
      c: 'x',
      d: true,
      e: null,
    });
  });

  test('writes a number with an exponent without one, digit by digit', () => {
    expect(['1E+1', '1.25e2', '5E-3', '-2e0', '120e-1', '0e5', '1e999', '7'].map(plainNumber)).toEqual([
      '10',
      '125',
      '0.005',
      '-2',
      '12.0',
      '0',
      '1e999',
      '7',
    ]);
  });

  test('never changes the value of a number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999, max: 999_999 }),
        fc.integer({ min: -12, max: 12 }),
        (digits, exponent) => {
          const plain = plainNumber(`${digits}e${exponent}`);
          expect(plain).toMatch(/^-?\d+(\.\d+)?$/);
          expect(Number(plain)).toBeCloseTo(Number(`${digits}e${exponent}`), 12);
        },
      ),
    );
  });

  test('holds nothing at a path that leads nowhere, inherited names included', () => {
    const value = parseExactJson('{"a":{"b":"1"},"__proto__":{"c":"2"}}');
    expect(valueAt(value, 'a.b')).toBe('1');
    expect(valueAt(value, 'a.b.c')).toBeUndefined();
    expect(valueAt(value, 'a.toString')).toBeUndefined();
    expect(valueAt(value, '')).toBe(value);
  });
});

describe('rows of an item', () => {
  const item = parseExactJson(
    JSON.stringify({
      id: '1',
      name: [
        { language: 'nl-NL', value: 'Statistiek' },
        { language: 'en-GB', value: 'Statistics' },
        { language: 'nl-NL', value: 'later' },
      ],
      course: { code: 'STAT1', active: true, link: null },
      tags: ['a', 'b'],
      parts: [{ mark: '7' }, { mark: '8' }],
    }),
  );
  const keyed = { name: { by: 'language', value: 'value' } };

  test('are columns with dotted names, lists by index or by the key that is declared', () => {
    expect(rowsOf(item, { keyed })).toEqual([
      {
        id: '1',
        'name.nl-NL': 'Statistiek',
        'name.en-GB': 'Statistics',
        'course.code': 'STAT1',
        'course.active': 'true',
        'course.link': null,
        'tags.0': 'a',
        'tags.1': 'b',
        'parts.0.mark': '7',
        'parts.1.mark': '8',
      },
    ]);
  });

  test('take one object under a declared key as a list of one', () => {
    const load = parseExactJson('{"studyLoad":{"studyLoadUnit":"ects","value":3.50}}');
    expect(rowsOf(load, { keyed: { studyLoad: { by: 'studyLoadUnit', value: 'value' } } })).toEqual([
      { 'studyLoad.ects': '3.50' },
    ]);
  });

  test('are one for each element of a list that is exploded, none where it is null or missing', () => {
    expect(rowsOf(item, { keyed, explode: 'parts' })?.map((row) => [row['id'], row['parts.mark']])).toEqual([
      ['1', '7'],
      ['1', '8'],
    ]);
    expect(rowsOf(parseExactJson('{"parts":null}'), { keyed, explode: 'parts' })).toEqual([]);
    expect(rowsOf(parseExactJson('{}'), { keyed, explode: 'parts' })).toEqual([]);
    expect(rowsOf(parseExactJson('{"parts":"x"}'), { keyed, explode: 'parts' })).toBeNull();
  });

  test('are none of a thing that is no object, too deep or too wide', () => {
    const deep = parseExactJson(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`);
    const wide = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`c${at}`, '1']));
    for (const bad of ['text', ['a'], null, deep, wide]) expect(rowsOf(bad, { keyed: {} })).toBeNull();
  });

  test('do not inherit anything from an answer', () => {
    const [row] = rowsOf(parseExactJson('{"__proto__":{"polluted":"yes"},"a":"1"}'), { keyed: {} })!;
    expect(Object.keys(row!)).toEqual(['__proto__.polluted', 'a']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('hold the columns that are kept and no others', () => {
    expect(onlyColumns({ a: '1', secret: 'x', b: null }, ['a', 'b', 'c'])).toEqual({ a: '1', b: null });
  });

  test('fit a condition by equal text, and an empty one by no value', () => {
    const row = { state: ' done ', note: null };
    expect(fits(row, { state: 'done', note: '', other: '' }, () => undefined)).toBe(true);
    expect(fits(row, { state: 'open' }, () => undefined)).toBe(false);
    expect(fits(row, { state: '{wanted}' }, () => 'done')).toBe(true);
    expect(fits(row, { state: '{wanted}' }, () => undefined)).toBe(false);
  });
});

describe('a template', () => {
  const values = (name: string) => ({ id: 'a/b', quote: "x' or '1'='1", up: '..' })[name];

  test('is not asked without a value for each placeholder', () => {
    expect(fill('{id}-{missing}', values)).toBeNull();
    expect(fillAll({ a: '1', b: '{missing}' }, values)).toBeNull();
    expect(fillAll({ a: '1', b: '{id}' }, values)).toEqual({ a: '1', b: 'a/b' });
  });

  test('never lets a value out of its quotation marks, but passes it on when it stands alone', () => {
    expect(fill("student='{quote}'", values)).toBeNull();
    expect(fill('{quote}', values)).toBe("x' or '1'='1");
  });

  test('encodes a value in a path and refuses one that would leave it', () => {
    expect(fillPath('persons/{id}/x', values)).toBe('persons/a%2Fb/x');
    expect(fillPath('persons/{up}/x', values)).toBeNull();
  });

  test('puts nothing into a path that a path cannot hold', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const path = fillPath('a/{key}/b', () => text);
        if (path !== null) expect(new URL(path, 'http://h/').pathname.split('/')).toHaveLength(4);
      }),
    );
  });
});
