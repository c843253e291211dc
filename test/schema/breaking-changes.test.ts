import { describe, expect, test } from '@jest/globals';
import { breakingChanges } from '../../schema/lints/breaking-changes.js';

const baseline = 'type Query { a(x: Int): String b: Int } enum E { ONE TWO } input I { c: Int }';
const breaks = (current: string, today = '2026-01-15') => breakingChanges(baseline, current, today);

describe('clients of the released baseline', () => {
  test.each([
    ['a removed field', baseline.replace('b: Int', '')],
    ['another type', baseline.replace('a(x: Int): String', 'a(x: Int): Int')],
    ['a removed argument', baseline.replace('(x: Int)', '')],
    ['a new required argument', baseline.replace('x: Int', 'x: Int, y: Int!')],
    ['a removed enum value', baseline.replace(' TWO', '')],
    ['a new required input field', baseline.replace('c: Int', 'c: Int d: Int!')],
    ['a removed type', baseline.replace('input I { c: Int }', '')],
  ])('break by %s', async (_, current) => {
    expect(await breaks(current)).toHaveLength(1);
  });

  test.each([
    ['a new field', baseline.replace('b: Int', 'b: Int n: Int')],
    ['a new optional argument', baseline.replace('x: Int', 'x: Int, y: Int')],
    ['a new type', `${baseline} type New { a: Int }`],
    ['a deprecation', baseline.replace('b: Int', 'b: Int @deprecated(reason: "removed on 2027-01-31")')],
    ['nothing', baseline],
  ])('do not break by %s', async (_, current) => {
    expect(await breaks(current)).toEqual([]);
  });

  test('do not break when a field goes whose announced removal date has come, and not a day before', async () => {
    const announced = 'type Query { a: Int b: Int @deprecated(reason: "Use a; removed on 2027-01-31.") }';
    const current = 'type Query { a: Int }';
    expect(await breakingChanges(announced, current, '2027-01-31')).toEqual([]);
    expect(await breakingChanges(announced, current, '2027-01-30')).toHaveLength(1);
  });
});
