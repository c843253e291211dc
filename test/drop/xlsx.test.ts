import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryLimits } from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import { numberFormOf, numberText } from '../../subgraphs/adapters/drivers/drop/xlsx/number-forms.js';
import { readSheetRows } from '../../subgraphs/adapters/drivers/drop/xlsx/sheet-rows.js';
import { openWorkbook } from '../../subgraphs/adapters/drivers/drop/xlsx/workbook.js';
import { zipOf } from '../kit/zip-file.js';
import { formatContext } from '../support/deliveries.js';
import { xlsxOf, type XlsxCell, type XlsxLie } from '../support/xlsx-file.js';

async function rowsOf(content: Buffer, limits: Partial<DeliveryLimits> = {}, header = [1]) {
  const context = formatContext(limits);
  const workbook = await openWorkbook('a.xlsx', content, context);
  return readSheetRows(workbook, workbook.sheets[0]!, header, context);
}
const sheetOf = (rows: readonly (readonly XlsxCell[])[], lie: XlsxLie = {}) =>
  xlsxOf([{ name: '成绩', rows }], lie);
const cellOf = async (cell: XlsxCell, lie: XlsxLie = {}) => (await rowsOf(sheetOf([[cell]], lie)))[0];
const sheetXml = (data: string) => ({
  parts: { 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${data}</sheetData></worksheet>` },
});

describe('a cell of a workbook', () => {
  test.each([
    ['a student number', '12019240001', 'General', '12019240001'],
    ['a student number in powers of ten', '1.2019240001E10', 'General', '12019240001'],
    ['a number of fifteen digits', '201924000112345', 'General', '201924000112345'],
    ['a grade with the noise of binary fractions', '4.3499999999999996', 'General', '4.35'],
    ['a grade shown without its fraction', '86.5', '0', '86.5'],
    ['a negative number', '-1', 'General', '-1'],
    ['a very small number', '1.5E-7', 'General', '0.00000015'],
    ['a number shown with zeros before it', '123', '00000000', '00000123'],
    ['a number shown with letters before it', '42', '"NX"0000', 'NX0042'],
    ['a share', '0.85', '0%', '85%'],
    ['a day', '45292', 'yyyy/m/d', '2024-01-01'],
    ['a day in Chinese', '45292', 'yyyy"年"m"月"d"日"', '2024-01-01'],
    ['a month', '45292', 'yyyy"年"m"月"', '2024-01'],
    ['a time on a day', '45292.5', 'yyyy-mm-dd hh:mm', '2024-01-01T12:00:00'],
    ['a time of day', '0.75', 'h:mm AM/PM', '18:00:00'],
    ['a duration', '1.5', '[h]:mm', '1.5'],
    ['a number with a red format for negatives', '60', '#,##0.00;[Red]-#,##0.00', '60'],
  ])('with %s is read as typed', async (_, v, format, text) => {
    expect(await cellOf({ v, format })).toEqual({ row: 1, cells: [text] });
  });

  test.each([
    ['1', '1900-01-01'],
    ['59', '1900-02-28'],
    ['61', '1900-03-01'],
    ['43831', '2020-01-01'],
  ])('with the day %s counts from 1900 as Excel does', async (v, day) => {
    expect((await cellOf({ v, format: 'yyyy-mm-dd' }))?.cells).toEqual([day]);
  });

  test('counts from 1904 where the workbook says so', async () => {
    expect((await cellOf({ v: '42369', format: 'yyyy-mm-dd' }, { date1904: true }))?.cells).toEqual([
      '2020-01-01',
    ]);
  });

  test.each<[string, XlsxCell, string]>([
    ['an identity number typed as a number', { v: '640104200105120014' }, 'NUMBER_IMPRECISE'],
    ['an error', { v: '#REF!', t: 'e' }, 'CELL_ERROR'],
    ['a formula that was never computed', { formula: 'A1+1' }, 'FORMULA_WITHOUT_VALUE'],
    ['29 February 1900', { v: '60', format: 'yyyy-mm-dd' }, 'DATE_UNREADABLE'],
    ['a day before all days', { v: '-5', format: 'yyyy-mm-dd' }, 'DATE_UNREADABLE'],
    ['no number at all', { v: 'NaN' }, 'CELL_ERROR'],
  ])('with %s is unknown, with the reason', async (_, cell, code) => {
    const row = await cellOf(cell);
    expect(row?.cells).toEqual([null]);
    expect(row?.faults?.get(0)).toBe(code);
  });

  test.each<[string, XlsxCell, string]>([
    ['a formula', { v: '91', formula: 'SUM(A1:A2)' }, '91'],
    ['a formula of text', { v: '优秀', t: 'str', formula: 'IF(1,"优秀")' }, '优秀'],
    ['a truth', { v: '1', t: 'b' }, 'TRUE'],
    ['an ISO date', { v: '2024-01-01', t: 'd' }, '2024-01-01'],
    ['text of its own', { v: '陈_x000D_思', t: 'inlineStr' }, '陈\r思'],
    ['text that looks like a formula', '=1+1', '=1+1'],
    ['digits typed as text', '00123', '00123'],
  ])('with %s gives the value that was stored', async (_, cell, text) => {
    expect((await cellOf(cell))?.cells).toEqual([text]);
  });

  test('gives every number of fifteen digits back digit by digit', () => {
    const typed = fc
      .tuple(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), fc.nat({ max: 5 }))
      .map(([digits, places]) => {
        const text = digits.toString().padStart(places + 1, '0');
        const plain = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
        return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
      });
    fc.assert(
      fc.property(typed, (text) => {
        // What Excel writes for it: the shortest text of seventeen digits of the same double.
        const stored = String(Number(Number(text).toPrecision(17)));
        expect(numberText(stored, { kind: 'PLAIN' }, false).text).toBe(text);
      }),
    );
  });

  test('never gives a number for a text that is none, whatever its format', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat({ max: 300 }), (stored, code, id) => {
        const { text, fault } = numberText(stored, numberFormOf(id, code), false);
        expect(text === null).toBe(fault !== undefined);
      }),
    );
  });
});

describe('a sheet', () => {
  test('leaves out rows without anything, and trailing ones', async () => {
    const rows = await rowsOf(sheetOf([['学号'], [], ['1'], [null, ' '], [{ format: 'yyyy' }]]));
    expect(rows.map(({ row, cells }) => [row, cells])).toEqual([
      [1, ['学号']],
      [3, ['1']],
    ]);
  });

  test('shows a merged cell of its header in each column, and one below it only once', async () => {
    const content = xlsxOf([
      {
        name: 'a',
        rows: [
          ['学号', '成绩', null, null],
          [null, '平时', '期末', '总评'],
          ['1', '80', null, null],
        ],
        merges: ['A1:A2', 'B1:D1', 'B3:D3'],
      },
    ]);
    expect((await rowsOf(content, {}, [1, 2])).map(({ cells }) => cells)).toEqual([
      ['学号', '成绩', '成绩', '成绩'],
      ['学号', '平时', '期末', '总评'],
      ['1', '80'],
    ]);
  });

  test('is read whatever prefix its elements have', async () => {
    const data = '<x:row r="2"><x:c r="B2" t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c></x:row>';
    expect(await rowsOf(sheetOf([['a']], sheetXml(data)))).toEqual([{ row: 2, cells: [null, 'b'] }]);
  });

  test('leaves out how words are pronounced', async () => {
    const sst = '<sst><si><r><t>银</t></r><r><t>川</t></r><rPh><t>yinchuan</t></rPh></si></sst>';
    expect((await rowsOf(sheetOf([['a']], { parts: { 'xl/sharedStrings.xml': sst } })))[0]?.cells).toEqual([
      '银川',
    ]);
  });

  test.each([
    ['rows that go back', '<row r="2"><c t="n"><v>1</v></c></row><row r="1"/>'],
    ['a column beyond all limits', '<row r="1"><c r="XFD1"><v>1</v></c></row>'],
    ['a tag that never ends', '<row r="1"><c'],
    ['a token of two megabytes', `<row r="1" x="${'y'.repeat(2_000_000)}"/>`],
    ['elements that do not pair', '<row></c></row>'],
  ])('with %s is refused', async (_, data) => {
    await expect(rowsOf(sheetOf([['a']], sheetXml(data)))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('with more rows than allowed is refused', async () => {
    await expect(rowsOf(sheetOf([['a'], ['b'], ['c']]), { maxRows: 2 })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

describe('a workbook', () => {
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>';

  test.each<[string, Buffer, string]>([
    ['an XML bomb', sheetOf([['a']], { parts: { 'xl/sharedStrings.xml': bomb } }), 'FILE_UNREADABLE'],
    ['macros', sheetOf([['a']], { parts: { 'xl/vbaProject.bin': 'x' } }), 'FILE_UNREADABLE'],
    [
      'macros by its type',
      sheetOf([['a']], {
        parts: {
          '[Content_Types].xml':
            '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
        },
      }),
      'FILE_UNREADABLE',
    ],
    [
      'a part that unpacks to too much',
      sheetOf([['a']], { parts: { 'xl/styles.xml': Buffer.alloc(9_000_000) } }),
      'DELIVERY_TOO_LARGE',
    ],
    ['no workbook in it', zipOf({ 'a.xml': '<a/>' }), 'FILE_UNREADABLE'],
    [
      'a part that is no UTF-8',
      sheetOf([['a']], { parts: { 'xl/styles.xml': Buffer.from([0x3c, 0xff, 0xfe]) } }),
      'FILE_WRONG_ENCODING',
    ],
  ])('with %s is refused', async (_, content, code) => {
    await expect(rowsOf(content, { maxFileBytes: 4_000_000 })).rejects.toMatchObject({ code });
  });

  test('knows which sheets are hidden', async () => {
    const rows = [['a']];
    const content = xlsxOf([
      { name: '旧', state: 'hidden', rows },
      { name: '密', state: 'veryHidden', rows },
      { name: '今', rows },
    ]);
    const { sheets } = await openWorkbook('a.xlsx', content, formatContext());
    expect(sheets.map(({ name, hidden }) => [name, hidden])).toEqual([
      ['旧', true],
      ['密', true],
      ['今', false],
    ]);
  });

  test('follows no link to another file', async () => {
    const rels =
      '<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="file:///etc/passwd"/></Relationships>';
    const content = sheetOf([['a']], { parts: { 'xl/_rels/workbook.xml.rels': rels } });
    expect((await openWorkbook('a.xlsx', content, formatContext())).sheets).toEqual([]);
  });
});
