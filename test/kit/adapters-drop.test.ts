import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import {
  readBundleFiles,
  defaultBundleLimits,
  findBundle,
} from '../../subgraphs/adapters/drivers/drop/bundle-files.js';
import { readCsvTable } from '../../subgraphs/adapters/drivers/drop/csv-table.js';
import { createDropDriver, type DeliveryReport } from '../../subgraphs/adapters/drivers/drop/drop-driver.js';
import { readOneRosterBundle } from '../../subgraphs/adapters/drivers/drop/oneroster-bundle.js';
import { choice } from '../../subgraphs/adapters/ningxia-polytechnic/mapping.js';
import { deliveryFixturePath } from '../../subgraphs/adapters/ningxia-polytechnic/school-adapter.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { realDelivery } from '../conformance/school-fixtures.js';
import { zipOf } from './zip-file.js';

const invented = Object.fromEntries(
  readdirSync(deliveryFixturePath()).map((name) => [
    name,
    readFileSync(join(deliveryFixturePath(), name), 'utf8'),
  ]),
);
const read = { signal: new AbortController().signal, timeoutMs: 1_000 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amrlo-drop-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function deliver(name: string, content: Buffer, at: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, new Date(at), new Date(at));
  return path;
}

function driverOver(path: string, clock: FakeClock, reports: DeliveryReport[] = []) {
  return createDropDriver({
    ...choice,
    institution: 'A school',
    path,
    clock,
    onDelivery: (report) => reports.push(report),
  });
}

const unpack = async (path: string, limits = {}) =>
  readBundleFiles(await findBundle(path), { ...defaultBundleLimits, ...limits });
const bundleOf = (files: Record<string, string | Buffer>) =>
  readOneRosterBundle(
    new Map(
      Object.entries(files).map(([name, content]) => [
        name.replace(/\.csv$/, '').toLowerCase(),
        Buffer.from(content as string),
      ]),
    ),
  );

describe('a delivery', () => {
  test('reads the same from a folder and from a zip', async () => {
    const zip = deliver('a.zip', zipOf(invented), '2026-01-10T00:00:00Z');
    expect(await unpack(zip)).toEqual(await unpack(deliveryFixturePath()));
  });

  test('replaces the older one whole as soon as it is there', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    deliver('old.zip', zipOf(invented), '2026-01-10T00:00:00Z');
    const driver = driverOver(folder, clock);
    expect(await driver.read('students', ['s-20230001', 's-new'], read)).toHaveLength(1);
    const users = invented['users.csv']!.replaceAll('s-20230003', 's-new');
    const roles = invented['roles.csv']!.replaceAll('s-20230003', 's-new');
    deliver(
      'new.zip',
      zipOf({ ...invented, 'users.csv': users, 'roles.csv': roles }),
      '2026-01-14T00:00:00Z',
    );
    expect(await driver.read('students', ['s-new'], read)).toHaveLength(0);
    clock.advance(10_000);
    expect(await driver.read('students', ['s-new'], read)).toHaveLength(1);
    expect(await driver.read('students', ['s-20230003'], read)).toHaveLength(0);
    expect(await driver.delivery(read)).toMatchObject({
      deliveredAt: new Date('2026-01-14T00:00:00Z'),
      freshness: 'CACHED',
    });
  });

  test('that cannot be read changes nothing and is reported once', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    const reports: DeliveryReport[] = [];
    deliver('old.zip', zipOf(invented), '2026-01-10T00:00:00Z');
    const driver = driverOver(folder, clock, reports);
    await driver.read('students', ['s-20230001'], read);
    const { 'results.csv': _, ...incomplete } = invented;
    deliver('new.zip', zipOf(incomplete), '2026-01-14T00:00:00Z');
    for (let round = 0; round < 3; round += 1) {
      clock.advance(10_000);
      expect(await driver.read('results', ['s-20230001'], read)).toHaveLength(5);
    }
    expect(reports.map(({ taken, refusal }) => [taken, refusal?.code])).toEqual([
      [true, undefined],
      [false, 'FILE_UNREADABLE'],
    ]);
  });

  test('past its agreed age is stale', async () => {
    const clock = new FakeClock('2026-12-15T00:00:00Z');
    deliver('old.zip', zipOf(invented), '2026-01-10T00:00:00Z');
    expect(await driverOver(folder, clock).delivery(read)).toMatchObject({ freshness: 'STALE' });
  });

  test.each([
    ['without a manifest', { 'manifest.csv': undefined }],
    [
      'of another version',
      { 'manifest.csv': invented['manifest.csv']!.replace('oneroster.version,1.2', 'oneroster.version,1.1') },
    ],
    [
      'of changes only',
      { 'manifest.csv': invented['manifest.csv']!.replace('file.users,bulk', 'file.users,delta') },
    ],
    ['without a file that it announces', { 'results.csv': undefined }],
    ['with a broken CSV', { 'users.csv': 'sourcedId,familyName\r\n"s-1,"陈' }],
  ])('%s is refused whole', (_, change) => {
    const files = Object.fromEntries(
      Object.entries({ ...invented, ...change }).filter(([, content]) => content !== undefined),
    );
    expect(() => bundleOf(files as Record<string, string>)).toThrow(AmrloError);
  });

  test.each([
    ['more bytes than allowed', zipOf(invented), { maxTotalBytes: 1_000 }, 'FILE_TOO_LARGE'],
    [
      'a file that unpacks to too much',
      zipOf({ 'manifest.csv': Buffer.alloc(5_000_000) }),
      { maxFileBytes: 1_000_000 },
      'FILE_TOO_LARGE',
    ],
    [
      'a size that is a lie',
      zipOf({ 'manifest.csv': Buffer.alloc(5_000_000) }, { uncompressedSize: 10 }),
      { maxFileBytes: 1_000_000 },
      'FILE_UNREADABLE',
    ],
    ['too many files', zipOf(invented), { maxFiles: 3 }, 'FILE_UNREADABLE'],
    ['a path that leads elsewhere', zipOf({ '../manifest.csv': 'x' }), {}, 'FILE_UNREADABLE'],
    ['folders', zipOf({ 'inner/manifest.csv': 'x' }), {}, 'FILE_UNREADABLE'],
    ['another kind of file', zipOf({ 'run.sh': 'x' }), {}, 'FILE_UNREADABLE'],
    ['no zip at all', Buffer.from('hello'), {}, 'FILE_UNREADABLE'],
  ])('with %s is refused', async (_, content, limits, code) => {
    await expect(unpack(deliver('a.zip', content, '2026-01-10T00:00:00Z'), limits)).rejects.toMatchObject({
      code,
    });
  });

  test('rejects rows with row, field and code, keeps the rest, and counts each row once', () => {
    const { faults, rejectedRows, studentsWithRejectedRows } = bundleOf(invented);
    expect(faults.filter(({ rowRejected }) => rowRejected)).toEqual([
      { file: 'users', row: 6, field: 'familyName', code: 'FIELD_MISSING', rowRejected: true },
      { file: 'results', row: 10, field: 'lineItemSourcedId', code: 'REFERENCE_UNKNOWN', rowRejected: true },
    ]);
    expect(rejectedRows).toBe(2);
    expect([...studentsWithRejectedRows]).toEqual(['s-20230002']);
  });

  test('rejects the second of two rows with one id', () => {
    const users = `${invented['users.csv']}${invented['users.csv']!.split('\r\n')[1]}\r\n`;
    const { faults } = bundleOf({ ...invented, 'users.csv': users });
    expect(faults).toContainEqual({
      file: 'users',
      row: 7,
      field: 'sourcedId',
      code: 'DUPLICATE',
      rowRejected: true,
    });
  });

  test('never ends the process, whatever bytes lie there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          bundleOf({ ...invented, 'users.csv': Buffer.from(bytes) });
        } catch (error) {
          expect(error).toBeInstanceOf(AmrloError);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a CSV file', () => {
  test('in GBK is read like one in UTF-8, with or without a byte order mark', () => {
    const text = 'sourcedId,familyName\r\ns-1,陈\r\n';
    const values = (content: Buffer) => readCsvTable('users', content).rows.map((row) => row.values);
    const expected = [{ sourcedId: 's-1', familyName: '陈' }];
    expect(values(Buffer.from(text))).toEqual(expected);
    expect(values(Buffer.from(`\uFEFF${text}`))).toEqual(expected);
    expect(values(iconv.encode(text, 'gbk'))).toEqual(expected);
  });

  test('in neither is refused with the line', () => {
    const content = Buffer.concat([Buffer.from('sourcedId\n'), Buffer.from([0x81, 0xff, 0x0a])]);
    expect(() => readCsvTable('users', content)).toThrow(
      expect.objectContaining({ code: 'FILE_WRONG_ENCODING' }),
    );
  });

  test('with dates in two orders leaves those unknown that prove nothing', () => {
    const table = (dates: string[]) =>
      readCsvTable(
        'results',
        Buffer.from(`sourcedId,scoreDate\n${dates.map((date, at) => `${at},${date}`).join('\n')}`),
      );
    expect(table(['1/05/2023', '15/06/2023']).rows.map(({ values }) => values['scoreDate'])).toEqual([
      '2023-05-01',
      '2023-06-15',
    ]);
    const torn = table(['1/05/2023', '15/06/2023', '06/15/2023']);
    expect(torn.rows.map(({ values }) => values['scoreDate'])).toEqual([null, '2023-06-15', '2023-06-15']);
    expect(torn.faults).toEqual([
      { file: 'results', row: 2, field: 'scoreDate', code: 'DATE_UNREADABLE', rowRejected: false },
    ]);
  });
});

const real = existsSync(realDelivery) ? describe : describe.skip;
if (!existsSync(realDelivery))
  process.stderr.write('skipped: faults of a real OneRoster delivery: it is not here\n');

real('the real delivery', () => {
  test('is taken with its faults named: misspelt headers, unannounced files, ambiguous dates, short rows', async () => {
    const { faults, tables, rejectedRows } = readOneRosterBundle(await unpack(realDelivery));
    const codes = (code: string) =>
      faults.filter((fault) => fault.code === code).map(({ file, field }) => `${file}.${field}`);
    expect(codes('HEADER_MISSPELT')).toEqual(
      expect.arrayContaining(['roles.dataLastModified', 'users.prefferedGivenName']),
    );
    expect(codes('FILE_NOT_ANNOUNCED')).toEqual(['userprofiles.null']);
    expect(codes('FIELD_COUNT')).toContain('roles.null');
    expect(tables.results).toBeUndefined();
    expect(tables.courses).toBeUndefined();
    expect([...tables.users!.values()].map((user) => user['dateLastModified'])).toEqual(
      expect.arrayContaining(['2023-05-01', '2023-06-15', null]),
    );
    // One class is to be deleted, so its three enrolments point nowhere.
    expect(rejectedRows).toBe(3);
  });
});
