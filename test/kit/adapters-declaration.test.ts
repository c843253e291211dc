import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { checkDeclaration, readDeclaration } from '../../subgraphs/adapters/kit/declaration.js';
import { parseSchoolFile } from '../../subgraphs/adapters/school-file.js';
import { schoolFilePath } from '../../subgraphs/adapters/schools.js';
import { ProblemsError } from '../../subgraphs/kit/base/problems-error.js';
import { readFileSync } from 'node:fs';

const schema = z.strictObject({
  name: z.string().min(1),
  count: z.int().min(1).max(9).optional(),
  kind: z.enum(['A', 'B']).optional(),
  list: z.array(z.string()).min(1).optional(),
  way: z
    .union([z.strictObject({ year: z.string(), number: z.string() }), z.strictObject({ day: z.string() })])
    .optional(),
  table: z.record(z.string().regex(/^[A-Z]+$/), z.boolean()).optional(),
});

function mistakes(text: string): readonly string[] {
  try {
    checkDeclaration(schema, readDeclaration('f.yaml', text));
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

describe('a mistake of a declaration', () => {
  test.each([
    ['a number for a text', 'name: 5', 'name: must be a text (a number in quotes), not 5'],
    ['nothing for a text', 'name:', 'name: must be a text (a number in quotes); nothing stands there'],
    ['a name that is missing', 'count: 3', 'name: must be a text (a number in quotes); it is missing'],
    ['an empty text', "name: ''", 'name: may not be empty'],
    ['half a number', '{ name: n, count: 2.5 }', 'count: must be a whole number, not 2.5'],
    ['too little', '{ name: n, count: 0 }', 'count: must be at least 1'],
    ['too much', '{ name: n, count: 10 }', 'count: must be at most 9'],
    ['another word', '{ name: n, kind: C }', 'kind: must be one of A, B, not "C"'],
    [
      'a section for a list',
      '{ name: n, list: { a: b } }',
      'list: must be a list: [one, other]; a section stands there',
    ],
    ['an empty list', '{ name: n, list: [] }', 'list: may not be empty'],
    ['an unknown name', '{ name: n, nmae: n }', 'nmae: is not known here; correct or remove it'],
    [
      'none of several ways',
      "{ name: n, way: { year: '1' } }",
      'way: must be written in one of these ways: with number; or with day, without year',
    ],
    [
      'a key of another form',
      '{ name: n, table: { a: true } }',
      'table.a: its name must have the form /^[A-Z]+$/',
    ],
  ])('says what may stand there: %s', (_, text, message) => {
    expect(mistakes(text)).toEqual([`f.yaml:1: ${message}`]);
  });

  test('has a line of its own, each of several unknown names too', () => {
    expect(mistakes('name: n\none: 1\nother: 2\ncount: x')).toEqual([
      'f.yaml:4: count: must be a number, not "x"',
      'f.yaml:2: one: is not known here; correct or remove it',
      'f.yaml:3: other: is not known here; correct or remove it',
    ]);
  });

  test('tells each alias', () => {
    expect(() => readDeclaration('f.yaml', 'a: &x 1\nb: *x\nc: *x')).toThrow(/f\.yaml:2: .*\nf\.yaml:3: /);
  });
});

test('a word is found on its line inside a statement of several lines', () => {
  const text =
    'sources:\n  results:\n    statement: |\n      SELECT c.XH, c.XF\n      FROM {schema}.CJB c, c.XFF\n';
  const { lineOf } = readDeclaration('f.yaml', text);
  const path = ['sources', 'results', 'statement'];
  expect([lineOf(path), lineOf(path, 'XFF'), lineOf(path, 'xf'), lineOf(path, 'none')]).toEqual([3, 5, 4, 3]);
});

describe('a school file', () => {
  const text = readFileSync(schoolFilePath('ningxia-polytechnic'), 'utf8');
  test('that is empty says what it must have', () => {
    expect(() => parseSchoolFile('s.yaml', '')).toThrow(
      's.yaml:1: the file is empty; it must have institution, driver and mapping (docs/adapters.md)',
    );
    expect(() => parseSchoolFile('s.yaml', '[]')).toThrow('s.yaml:1: this is no school file;');
  });

  test('says of a place for columns that a list may stand there too', () => {
    expect(() => parseSchoolFile('s.yaml', text.replace('name: user.fullName', 'name: 5'))).toThrow(
      /s\.yaml:14: mapping\.student\.name: must be the name of a column, or a list of names/,
    );
  });
});
