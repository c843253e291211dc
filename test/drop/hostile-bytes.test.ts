import { Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryFormat } from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import { oneRosterFormat } from '../../subgraphs/adapters/drivers/drop/oneroster/oneroster-format.js';
import { tablesFormat } from '../../subgraphs/adapters/drivers/drop/tables/tables-format.js';
import { tablesSchema } from '../../subgraphs/adapters/drivers/drop/tables/tables-schema.js';
import { unzip } from '../../subgraphs/adapters/drivers/drop/zip-entries.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { zipOf } from '../kit/zip-file.js';
import { fixtureFiles, formatContext } from '../support/deliveries.js';
import { xlsxOf } from '../support/xlsx-file.js';

const oneRoster = oneRosterFormat({});
const tables = tablesFormat(
  tablesSchema.parse({
    format: 'tables',
    sources: { results: { files: '*', studentNumber: '学号', dates: ['日期'], optional: true } },
  }),
);
const invented = fixtureFiles('ningxia-polytechnic');
const zip = zipOf(invented);
const book = xlsxOf([
  {
    name: '成绩',
    rows: [
      ['学号', '成绩', '日期'],
      [{ v: '12019240001' }, { v: '86.5' }, { v: '45292', format: 'yyyy/m/d' }],
      ['2', { formula: 'A1' }, '2024/1/15'],
    ],
  },
]);
const csv = Buffer.from('学号,成绩,日期\n1,60,2024/1/15\n2,"优,秀",15/06/2023\n');

const limits = { maxFileBytes: 1_000_000, maxTotalBytes: 2_000_000, maxRows: 1_000, maxColumns: 50 };

/** Reads whatever lies there; only refusals of the catalogue may come of it. */
async function onlyRefusals(format: DeliveryFormat, files: ReadonlyMap<string, Buffer>): Promise<void> {
  try {
    await format.read(files, formatContext(limits));
  } catch (error) {
    expect(error).toBeInstanceOf(AmrloError);
    expect((error as AmrloError).isRefusal).toBe(true);
  }
}

/** A file with some bytes changed, cut off, or put in. */
const damaged = (whole: Buffer) =>
  fc
    .tuple(
      fc.nat({ max: whole.length }),
      fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }),
      fc.boolean(),
    )
    .map(([at, changes, cut]) => {
      const copy = Buffer.from(whole);
      for (const [place, byte] of changes) copy[place] = byte;
      return cut ? copy.subarray(0, at) : copy;
    });
const anything = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const someCsv = fc
  .array(
    fc.array(fc.oneof(fc.string(), fc.constantFrom('"', '学号', '=1', '1/2/2023', '\u0000')), {
      maxLength: 5,
    }),
  )
  .map((rows) => Buffer.from(`学号,日期\n${rows.map((row) => row.join(',')).join('\n')}`));

describe('whatever bytes lie there, a delivery is read or refused', () => {
  test.each([
    ['any bytes', anything],
    ['a damaged CSV', damaged(csv)],
    ['any CSV', someCsv],
    ['a damaged workbook', damaged(book)],
  ])('as tables: %s', async (_, contents) => {
    await fc.assert(
      fc.asyncProperty(contents, (content) => onlyRefusals(tables, new Map([['a.csv', content]]))),
      { numRuns: 150 },
    );
  });

  test('as a workbook with a damaged part', async () => {
    const names = [
      'xl/workbook.xml',
      'xl/styles.xml',
      'xl/sharedStrings.xml',
      'xl/worksheets/sheet1.xml',
    ] as const;
    const parts = await unzip(book, { ...limits, maxFiles: 50 }, () => true);
    for (const name of names) {
      await fc.assert(
        fc.asyncProperty(fc.oneof(damaged(parts.get(name)!), anything), async (content) => {
          const changed = zipOf({ ...Object.fromEntries(parts), [name]: content });
          await onlyRefusals(tables, new Map([['a.xlsx', changed]]));
        }),
        { numRuns: 60 },
      );
    }
  });

  test.each(['manifest.csv', 'users.csv', 'results.csv'])('as OneRoster with a damaged %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, damaged(invented[name]!)), (content) =>
        onlyRefusals(oneRoster, new Map([...Object.entries(invented), [name, content]])),
      ),
      { numRuns: 60 },
    );
  });

  test('as a damaged zip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, damaged(zip)), async (content) => {
        try {
          const files = await unzip(content, { ...limits, maxFiles: 50 }, () => true);
          await onlyRefusals(oneRoster, files);
        } catch (error) {
          expect(error).toBeInstanceOf(AmrloError);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** How much was unpacked while something ran: bytes out of how many parts. The memory of the process tells of others too. */
async function unpackedDuring(work: () => Promise<unknown>): Promise<{ bytes: number; parts: number }> {
  const prototype = Object.getPrototypeOf(createInflateRaw()) as { push?: Transform['push'] };
  const parts = new Set<Transform>();
  let bytes = 0;
  prototype.push = function (this: Transform, chunk: Buffer | null) {
    parts.add(this);
    bytes += chunk?.length ?? 0;
    return Transform.prototype.push.call(this, chunk);
  };
  try {
    await work();
  } finally {
    delete prototype.push;
  }
  return { bytes, parts: parts.size };
}

describe('a bomb', () => {
  test.each([
    [
      'one part of a workbook',
      xlsxOf([{ name: 'a', rows: [['学号']] }], { parts: { 'xl/theme.xml': Buffer.alloc(50_000_000) } }),
    ],
    [
      'a lie about its size',
      zipOf({ '[Content_Types].xml': Buffer.alloc(50_000_000) }, { uncompressedSize: 10 }),
    ],
    [
      'many parts of a workbook',
      zipOf(
        Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`xl/${at}.xml`, Buffer.alloc(900_000)])),
      ),
    ],
    [
      'ten thousand parts',
      zipOf(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`${at}.xml`, '']))),
    ],
    [
      'a deep tree',
      xlsxOf([{ name: 'a', rows: [['学号']] }], {
        parts: { 'xl/worksheets/sheet1.xml': '<a>'.repeat(300_000) },
      }),
    ],
  ])('of %s is refused within its limits', async (_, content) => {
    const unpacked = await unpackedDuring(() =>
      expect(tables.read(new Map([['a.xlsx', content]]), formatContext(limits))).rejects.toMatchObject({
        code: expect.stringMatching(/^(DELIVERY_TOO_LARGE|FILE_UNREADABLE)$/),
      }),
    );
    // What has come out of the zip by then: the limit and a few buffers, out of a thousand parts at most.
    expect(unpacked.bytes).toBeLessThan(1.5 * limits.maxFileBytes);
    expect(unpacked.parts).toBeLessThanOrEqual(1_000);
  });
});

describe('names in a zip', () => {
  test('in GBK are read as Chinese Windows wrote them', async () => {
    const gbk = zipOf({ 'XXXX.csv': csv });
    // 成绩 in GBK, without the flag that says UTF-8.
    const name = Buffer.from('b3c9bca8', 'hex');
    for (let at = gbk.indexOf('XXXX'); at >= 0; at = gbk.indexOf('XXXX', at)) name.copy(gbk, at);
    for (const sign of ['504b0304', '504b0102']) {
      const at = gbk.indexOf(Buffer.from(sign, 'hex'));
      gbk.writeUInt16LE(0, at + (sign === '504b0304' ? 6 : 8));
    }
    expect([...(await unzip(gbk, { ...limits, maxFiles: 5 }, () => true)).keys()]).toEqual(['成绩.csv']);
  });
});
