import { describe, expect, test } from '@jest/globals';
import { defineCommand } from 'citty';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CommandFailure } from '../../subgraphs/kit/base/command-line/command-failure.js';
import { runCommandLine } from '../../subgraphs/kit/base/command-line/run-command-line.js';
import { ProblemsError } from '../../subgraphs/kit/base/problems-error.js';
import { reportCsv, reportText, type ReportedRow } from '../../subgraphs/alliance/commands/import-report.js';
import { lines } from '../../subgraphs/alliance/commands/progress.js';

const inner = defineCommand({
  meta: { name: 'eat', description: 'Eats.' },
  args: {
    what: { type: 'positional', required: true },
    how: { type: 'string' },
    kind: { type: 'enum', options: ['RAW', 'COOKED'] },
    again: { type: 'boolean' },
  },
  run({ args }) {
    if (args.what === 'stone') throw new CommandFailure('Stones cannot be eaten.');
    if (args.what === 'menu') throw new ProblemsError(['menu:1: no soup', 'menu:7: no rice']);
    if (args.what === 'bomb') throw new Error('It exploded.\n    at a line that nobody should see');
  },
});
const outer = defineCommand({ meta: { name: 'live' }, subCommands: { eat: inner } });

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const edge = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const code = await runCommandLine(outer, words, edge);
  return { code, out, err };
}

describe('a command line', () => {
  test('ends with 0 when all went well', async () => {
    await expect(run('eat', 'rice', '--how', 'slowly', '--kind=COOKED', '--again')).resolves.toEqual({
      code: 0,
      out: '',
      err: '',
    });
  });

  test('tells every mistake of a file on a line of its own', async () => {
    await expect(run('eat', 'menu')).resolves.toEqual({
      code: 1,
      out: '',
      err: 'menu:1: no soup\nmenu:7: no rice\n',
    });
  });

  test.each([
    ['no command', [], 'Say what to do: eat; --help shows how.'],
    ['an unknown command', ['drink'], '"drink" is not known here: eat; --help shows how.'],
    [
      'a name that every object has',
      ['constructor'],
      '"constructor" is not known here: eat; --help shows how.',
    ],
    ['a missing word', ['eat'], 'Missing required positional argument: WHAT; --help shows how.'],
    ['a word too many', ['eat', 'rice', 'fish'], '"fish" is one word too many.'],
    [
      'an unknown flag',
      ['eat', 'rice', '--haw', 'x'],
      '--haw is not known; there are --how, --kind, --again.',
    ],
    ['a flag without its value', ['eat', 'rice', '--how'], '--how needs a value.'],
    [
      'a value that is not one of the choices',
      ['eat', 'rice', '--kind', 'FRIED'],
      'Invalid value for argument: --kind (FRIED). Expected one of: RAW, COOKED; --help shows how.',
    ],
  ])('%s is bad usage: one sentence and status 2', async (_, words, sentence) => {
    await expect(run(...words)).resolves.toEqual({ code: 2, out: '', err: `${sentence}\n` });
  });

  test('what fails is one sentence without a stack and status 1', async () => {
    await expect(run('eat', 'stone')).resolves.toEqual({
      code: 1,
      out: '',
      err: 'Stones cannot be eaten.\n',
    });
    await expect(run('eat', 'bomb')).resolves.toEqual({ code: 1, out: '', err: 'It exploded.\n' });
  });

  test('--help is printed and nothing is done', async () => {
    const { code, out } = await run('eat', '--help');
    expect(code).toBe(0);
    expect(out).toContain('--how');
  });
});

const rejected = (row: number): ReportedRow => ({
  status: 'REJECTED',
  row,
  field: 'name',
  code: 'CELL_INVALID',
  message: 'empty',
});

describe('the report of an import', () => {
  test('counts, paces and shows the first twenty rows that were not taken', () => {
    const problems = Array.from({ length: 25 }, (_, index) => rejected(index + 3));
    const text = reportText(
      'roster r.json',
      { figures: [['added', 1_975]], rejected: 25, quarantined: 0, rows: 2_000, problems },
      2,
    );
    expect(text.split('\n').slice(0, 3)).toEqual([
      'roster r.json: 2,000 rows, 2.0 s, 1,000 rows/s',
      '  added 1,975, rejected 25',
      '  rejected row 3, name: CELL_INVALID empty',
    ]);
    expect(text).toContain('… and 5 more; --report FILE');
    expect(text.split('\n')).toHaveLength(24);
  });

  test('an import that had ended before has no pace', () => {
    const result = { figures: [['added', 2] as const], rejected: 0, quarantined: 0, rows: 2, problems: [] };
    expect(reportText('roster r.json', result, undefined)).toBe(
      'roster r.json: 2 rows\n  added 2, rejected 0\n',
    );
  });

  test('as CSV it reads back as it was, whatever the messages hold', () => {
    const text = fc
      .string({ unit: 'binary' })
      .filter((value) => !/^[=+\-@\t\r]/.test(value) && value.isWellFormed());
    fc.assert(
      fc.property(fc.array(fc.record({ field: fc.option(text), message: text })), (given) => {
        const problems = given.map((one, index) => ({ ...rejected(index), ...one }));
        const rows = parse(reportCsv(problems), { bom: true, record_delimiter: '\r\n' });
        expect(rows.slice(1)).toEqual(
          problems.map(({ status, row, field, code, message }) => [
            status,
            String(row),
            field ?? '',
            code,
            message,
          ]),
        );
      }),
    );
  });

  test('a spreadsheet evaluates nothing of it', () => {
    expect(reportCsv([{ ...rejected(1), message: '=HYPERLINK("http://x")' }])).toContain(
      `"'=HYPERLINK(""http://x"")"`,
    );
  });
});

test('progress away from a terminal is a line for every tenth', () => {
  const written: string[] = [];
  const progress = lines((text) => written.push(text), 'roster');
  progress.show(0, null);
  for (let done = 0; done <= 100; done += 1) progress.show(done, 100);
  expect(written).toHaveLength(11);
  expect(written[10]).toBe('roster: 100 of 100 rows\n');
});
