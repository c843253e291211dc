import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { readCsvRows, type CsvForm } from '../../subgraphs/adapters/drivers/drop/csv-rows.js';
import type { DeliveryLimits } from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import { FaultList } from '../../subgraphs/adapters/drivers/drop/fault-list.js';
import { isFormulaLike, nameColumns } from '../../subgraphs/adapters/drivers/drop/table-rows.js';
import { formatContext } from '../support/deliveries.js';

const auto: CsvForm = { encoding: 'auto', separator: 'auto' };

async function cellsOf(content: Buffer | string, form = auto, limits: Partial<DeliveryLimits> = {}) {
  const rows = await readCsvRows('a.csv', Buffer.from(content as string), form, formatContext(limits));
  return rows.map(({ cells }) => cells);
}

async function tableOf(content: string, dates: string[] = [], limits: Partial<DeliveryLimits> = {}) {
  const context = formatContext(limits);
  const faults = new FaultList(context.limits.maxFaults);
  const rows = await readCsvRows('a.csv', Buffer.from(content), auto, context);
  const form = {
    header: [1],
    isDate: (column: string) => dates.includes(column),
    trims: false,
    countsFields: true,
  };
  const table = await nameColumns({ name: 'a.csv', rows }, form, faults, context);
  return { values: table.rows.map((row) => row.values), table, faults };
}

describe('a CSV file', () => {
  const text = '学号,姓名\r\n12019240001,陈思远\r\n';
  const expected = [
    ['学号', '姓名'],
    ['12019240001', '陈思远'],
  ];

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['GBK', iconv.encode(text, 'gbk')],
    ['GB18030', iconv.encode(text, 'gb18030')],
    ['UTF-16 with a byte order mark', iconv.encode(text, 'utf-16le', { addBOM: true })],
    ['UTF-16 big-endian with a byte order mark', iconv.encode(text, 'utf-16be', { addBOM: true })],
  ])('in %s is read', async (_, content) => {
    expect(await cellsOf(content)).toEqual(expected);
  });

  test('with characters of four bytes in GB18030 keeps them, wherever its pieces end', async () => {
    const rare = '𠮷'.repeat(40_000);
    expect(await cellsOf(iconv.encode(`a,${rare}`, 'gb18030'), auto)).toEqual([['a', rare]]);
  });

  test.each([
    ['neither UTF-8 nor GB18030', Buffer.concat([Buffer.from('学号\n'), Buffer.from([0x81, 0xff, 0x0a])]), 2],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x41]), 1],
  ])('in %s is refused with the line', async (_, content, line) => {
    await expect(cellsOf(content)).rejects.toMatchObject({
      code: 'FILE_WRONG_ENCODING',
      parameters: { line },
    });
  });

  test('that is declared UTF-8 and is not is refused', async () => {
    const form: CsvForm = { ...auto, encoding: 'utf-8' };
    await expect(cellsOf(iconv.encode(text, 'gbk'), form)).rejects.toMatchObject({
      code: 'FILE_WRONG_ENCODING',
    });
  });

  test.each([',', ';', '\t', '|'])('separated by %j is understood without being told', async (sign) => {
    expect(await cellsOf(`a${sign}"b,;|\t"${sign}c\n1${sign}2${sign}3`)).toEqual([
      ['a', 'b,;|\t', 'c'],
      ['1', '2', '3'],
    ]);
  });

  test('counts empty rows and leaves them out', async () => {
    const rows = await readCsvRows('a.csv', Buffer.from('a,b\n\n,\n1,2\n'), auto, formatContext());
    expect(rows.map(({ row }) => row)).toEqual([1, 4]);
  });

  test.each([
    ['a quote that never ends', 'a,b\n1,"2\n3,4', {}],
    ['more rows than allowed', 'a\n1\n2\n3', { maxRows: 3 }],
    ['more columns than allowed', 'a,b,c', { maxColumns: 2 }],
    ['one field of two megabytes', `a,"${'x'.repeat(2_000_000)}"`, {}],
  ])('with %s is refused', async (_, content, limits) => {
    await expect(cellsOf(content, auto, limits)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test.each([
    ['separators', (bytes: number) => ','.repeat(bytes)],
    [
      'separators with lone returns between',
      (bytes: number) => `a\n${`${','.repeat(400)}\r`.repeat(bytes / 401)}`,
    ],
    ['separators after quoted ones', (bytes: number) => `"${'",,"'.repeat(bytes / 4)}"`],
  ])('with a line of millions of %s is refused before fields are made of it', async (_, line) => {
    let pieces = 1;
    const context = {
      ...formatContext(),
      pause: async () => {
        pieces += 1;
      },
    };
    const content = Buffer.from(line(4_000_000));
    await expect(readCsvRows('a.csv', content, auto, context)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      parameters: { detail: expect.stringMatching(/^a\.csv, row [12]: > 512 columns$/) },
    });
    expect(pieces).toBe(1);
  });

  test('never gives a record with more fields than allowed, and refuses only for such a one', async () => {
    const sign = fc.constantFrom('a', ',', ',', '"', '\n', '\r', '\r\n', '"",');
    await fc.assert(
      fc.asyncProperty(fc.array(sign, { maxLength: 30 }), async (signs) => {
        const text = signs.join('');
        const form: CsvForm = { encoding: 'utf-8', separator: ',' };
        const wide = await cellsOf(text, form).catch(() => null);
        const narrow = await cellsOf(text, form, { maxColumns: 3 }).catch(() => null);
        if (narrow !== null) expect(narrow).toEqual(wide);
        if (narrow !== null)
          expect(Math.max(0, ...narrow.map(({ length }) => length))).toBeLessThanOrEqual(3);
        if (narrow === null && wide !== null) {
          const records = parse(text, { relaxColumnCount: true });
          expect(Math.max(...records.map(({ length }) => length))).toBeGreaterThan(3);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('stops when the driver does', async () => {
    const context = {
      ...formatContext(),
      pause: async () => {
        throw Object.assign(new Error('stopped'), { name: 'AbortError' });
      },
    };
    await expect(readCsvRows('a.csv', Buffer.from('a,b\n'.repeat(100_000)), auto, context)).rejects.toThrow();
  });

  test('gives back what was written, for any text in any field', async () => {
    const field = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((one) => one.trim() !== '' && !/[\uFEFF\uFFFD]/.test(one));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1 }),
        async (rows) => {
          const written = rows
            .map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))
            .join('\n');
          expect(await cellsOf(written, { encoding: 'utf-8', separator: ',' })).toEqual(rows);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the columns of a table', () => {
  test('with dates in two orders leave those unknown that prove nothing', async () => {
    const dated = (...dates: string[]) => tableOf(`日期\n${dates.join('\n')}`, ['日期']);
    expect((await dated('1/05/2023', '15/06/2023')).values.map((row) => row['日期'])).toEqual([
      '2023-05-01',
      '2023-06-15',
    ]);
    const torn = await dated('1/05/2023', '15/06/2023', '06/15/2023');
    expect(torn.values.map((row) => row['日期'])).toEqual([null, '2023-06-15', '2023-06-15']);
    expect(torn.faults.faults).toEqual([
      { file: 'a.csv', row: 2, field: '日期', code: 'DATE_UNREADABLE', rowRejected: false },
    ]);
  });

  test.each([
    ['a text with a separator and without quotes', '2022,李,明,85,高数'],
    ['a field too few', '2022,李明,85'],
    ['a cut', '2022,李明'],
    ['a text beyond empty ones', '2022,李明,85,高数,,x'],
  ])('prove nothing for a row with %s', async (_, row) => {
    const { table } = await tableOf(`学号,姓名,成绩,课\n2021,陈思远,90,高数\n${row}\n`);
    expect(table.rows.map(({ spoilt }) => spoilt)).toEqual([false, true]);
    expect(table.rows[1]?.shifted?.('学号')).toEqual(['2022']);
  });

  test.each([
    ['as many', '学号,姓名', '1,a'],
    ['empty ones beyond', '学号,姓名', '1,a,, ,'],
    ['no more than the header names', '学号,姓名,,', '1,a'],
    ['an empty last one', '学号,姓名', '1,'],
  ])('are those of a row with %s', async (_, header, row) => {
    const { table, faults } = await tableOf(`${header}\n${row}\n`);
    expect(table.rows.map(({ spoilt, shifted }) => [spoilt, shifted])).toEqual([[false, undefined]]);
    expect(faults.rejectedRows).toBe(0);
  });

  test('without a name take no text in: nobody knows whether the row is shifted', async () => {
    const { table } = await tableOf('学号,姓名,成绩,\n2022,李,明,85\n');
    expect(table.rows.map(({ spoilt }) => spoilt)).toEqual([true]);
  });

  test('tell among which texts of a shifted row the number stands, or that nobody can tell', async () => {
    const whose = async (row: string) =>
      (await tableOf(`姓名,学号,成绩\n${row}\n`)).table.rows[0]?.shifted?.('学号');
    expect(await whose('李,明,2022,85')).toEqual(['明', '2022']);
    expect(await whose('李明,2022')).toEqual(['李明', '2022']);
    expect(await whose('李明')).toBeNull();
    expect(await whose('"李明,2022",85')).toBeNull();
    expect(await whose('"李明\n王",2022')).toBeNull();
    expect(await whose(`李明,2022${',x'.repeat(20)}`)).toBeNull();
  });

  test('have the number of a row with stray separators among those texts, wherever they stray', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 3 }),
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.constantFrom('x,', ',')), { minLength: 1, maxLength: 3 }),
        async (column, strays) => {
          const names = ['a', 'b', 'c', 'd'].map((name, at) => (at === column ? '学号' : name));
          const fields: string[] = names.map((name) => (name === '学号' ? '2022' : 'v'));
          for (const [at, stray] of strays) fields[at] = `${stray}${fields[at] ?? ''}`;
          const { table } = await tableOf(`${names.join()}\n${fields.join()}\n`);
          const texts = table.rows[0]?.shifted?.('学号');
          // A row that begins with a text of its own has its first field there.
          const movesTheFirst = column === 0 && strays.some(([at, stray]) => at === 0 && stray !== ',');
          expect(movesTheFirst || texts === null || texts?.includes('2022')).toBe(true);
        },
      ),
    );
  });

  test('learn nothing about the order of dates from a shifted row', async () => {
    const { values } = await tableOf('日期,课\n1/05/2023,a\n15/06/2023,高,数\n', ['日期']);
    expect(values[0]).toEqual({ 日期: null, 课: 'a' });
  });

  test('of one name are both left out, because nobody knows which is meant', async () => {
    const { values, faults } = await tableOf('学号,成绩,成绩\n1,60,90');
    expect(values).toEqual([{ 学号: '1' }]);
    expect(faults.faults.map(({ code, field }) => [code, field])).toEqual([['HEADER_REPEATED', '成绩']]);
  });

  test('tell where text is damaged and where a field is too long', async () => {
    const { faults, table } = await tableOf('a,b\n???,1\n2,12345', [], { maxFieldLength: 4 });
    expect(faults.faults.map(({ row, field, code, rowRejected }) => [row, field, code, rowRejected])).toEqual(
      [
        [2, 'a', 'TEXT_CORRUPT', false],
        [3, 'b', 'FIELD_TOO_LONG', true],
      ],
    );
    expect(table.rows.map(({ spoilt }) => spoilt)).toEqual([false, true]);
  });

  test('keep text that looks like a formula exactly, and say so', async () => {
    const { values, faults } = await tableOf('a,b\n"=HYPERLINK(""http://x"")",-1\n\t=1+1,@SUM(A1)');
    expect(values).toEqual([
      { a: '=HYPERLINK("http://x")', b: '-1' },
      { a: '\t=1+1', b: '@SUM(A1)' },
    ]);
    expect(faults.faults.map(({ row, field, code }) => [row, field, code])).toEqual([
      [2, 'a', 'FORMULA_TEXT'],
      [3, 'a', 'FORMULA_TEXT'],
      [3, 'b', 'FORMULA_TEXT'],
    ]);
  });

  test.each(['-1', '+3.5', '-0.5%', '+86 951-2061', '-', '--', '+', '2023-2024', '优秀', 'a=b', '- 12'])(
    '%j is no formula',
    (text) => expect(isFormulaLike(text)).toBe(false),
  );

  test.each(['=1', '+A1', "-2+3+cmd|' /C calc'!A0", '@x', '\t1', '\r1', '＝1+1', '-优秀', '+SUM(1)'])(
    '%j looks like a formula',
    (text) => expect(isFormulaLike(text)).toBe(true),
  );
});
