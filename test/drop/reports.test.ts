import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { reportText, safeField } from '../../subgraphs/adapters/drivers/drop/delivery-report.js';
import { faultCodes, type DropFault } from '../../subgraphs/adapters/drivers/drop/fault-codes.js';
import { isFormulaLike } from '../../subgraphs/adapters/drivers/drop/table-rows.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { zipOf } from '../kit/zip-file.js';
import { dropFolder, fixtureFiles, type DropFolder } from '../support/deliveries.js';
import { driverOver, read, reportsOf } from './drop-driver-kit.js';

const invented = fixtureFiles('ningxia-polytechnic');

let drop: DropFolder;
beforeEach(() => {
  drop = dropFolder();
});
afterEach(() => drop.remove());

async function taken(options: Record<string, unknown> = {}) {
  const reports = reportsOf();
  const driver = driverOver(drop.folder, new FakeClock('2027-01-01T00:00:00Z'), reports, options);
  await driver.read('students', [], read).catch(() => undefined);
  await driver.stop();
  return reports.all;
}
const reportIn = (name: string): string[][] =>
  parse(readFileSync(join(drop.folder, name), 'utf8'), { bom: true });

describe('the report of a delivery', () => {
  test('is written beside it only where that is agreed', async () => {
    drop.put('a.zip', zipOf(invented), '2026-01-10T00:00:00Z');
    await taken();
    expect(readdirSync(drop.folder)).toEqual(['a.zip']);
    await taken({ reports: 'folder' });
    expect(readdirSync(drop.folder).sort()).toEqual(['a.zip', 'a.zip.report.csv']);
    expect(reportIn('a.zip.report.csv')).toContainEqual([
      'results.csv',
      '10',
      'lineItemSourcedId',
      'REFERENCE_UNKNOWN',
      'yes',
      faultCodes.REFERENCE_UNKNOWN.zh,
      faultCodes.REFERENCE_UNKNOWN.en,
    ]);
  });

  test('holds no value of any field', async () => {
    drop.put('a.zip', zipOf(invented), '2026-01-10T00:00:00Z');
    await taken({ reports: 'folder' });
    const text = readFileSync(join(drop.folder, 'a.zip.report.csv'), 'utf8');
    for (const value of ['陈思远', '640104200105120014', 's-20230002', 'li-9', '无姓'])
      expect(text).not.toContain(value);
  });

  test('says why a delivery was refused', async () => {
    drop.put('a.zip', 'no zip', '2026-01-10T00:00:00Z');
    await taken({ reports: 'folder' });
    expect(reportIn('a.zip.report.csv')[1]).toEqual([
      '',
      '',
      '',
      'FILE_UNREADABLE',
      '',
      '文件无法读取：zip',
      'The file cannot be read: zip',
    ]);
  });

  test('is never taken for a delivery, and lies in the folder where the files lie loose', async () => {
    for (const [name, content] of Object.entries(invented)) drop.put(name, content, '2026-01-10T00:00:00Z');
    expect((await taken({ reports: 'folder' })).map((report) => report.taken)).toEqual([true]);
    const report = readdirSync(drop.folder).find((name) => name.endsWith('.report.csv'));
    expect(existsSync(join(drop.folder, report!))).toBe(true);
    const again = await taken({ reports: 'folder' });
    expect(again[0]?.faults.map(({ code }) => code)).not.toContain('FILE_NOT_ANNOUNCED');
  });

  test('that cannot be written leaves the delivery in force and is told', async () => {
    drop.put('a.zip', zipOf(invented), '2026-01-10T00:00:00Z');
    // A folder of that name is something that no report can replace, whoever runs the test.
    mkdirSync(join(drop.folder, 'a.zip.report.csv'));
    const [report] = await taken({ reports: 'folder' });
    expect(report?.taken).toBe(true);
    expect(report?.faults).toContainEqual(expect.objectContaining({ code: 'REPORT_NOT_WRITTEN' }));
    expect(readdirSync(drop.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('holds no field that a spreadsheet program would compute, whatever the school calls its columns', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '＝', ' ='), fc.string())
        .map((two) => two.join('')),
    );
    fc.assert(
      fc.property(hostile, hostile, (file, field) => {
        const fault: DropFault = { file, row: 1, field, code: 'DUPLICATE', rowRejected: true };
        const text = reportText({
          deliveredAt: null,
          taken: true,
          rejectedRows: 1,
          faults: [fault],
          refusal: null,
        });
        const rows = parse(text, { bom: true });
        expect(rows).toHaveLength(3);
        for (const one of rows.flat()) expect(/^\s*[=@]/.test(one) || isFormulaLike(one)).toBe(false);
      }),
    );
    expect(safeField('=1+1')).toBe(`"'=1+1"`);
    expect(safeField('a"b')).toBe('"a""b"');
  });
});
