import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import type { RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import { zipOf } from '../kit/zip-file.js';
import { dropFolder, fixtureFiles } from '../support/deliveries.js';
import { changedStudent, read, watchedFolder } from './drop-driver-kit.js';

const invented = fixtureFiles('ningxia-polytechnic');
const zip = zipOf(invented);

const drop = watchedFolder();
const { open } = drop;

describe('a delivery', () => {
  test('replaces the older one whole as soon as it is there', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver, reports } = open(clock);
    expect(await driver.read('students', ['s-20230001', 's-new'], read)).toHaveLength(1);
    drop.put('new.zip', zipOf(changedStudent(invented, 's-20230003', 's-new')), '2026-01-14T00:00:00Z');
    expect(await driver.read('students', ['s-new'], read)).toHaveLength(0);
    clock.advance(10_000);
    await reports.until(2);
    expect(await driver.read('students', ['s-new'], read)).toHaveLength(1);
    expect(await driver.read('students', ['s-20230003'], read)).toHaveLength(0);
    expect(await driver.delivery(read)).toMatchObject({
      deliveredAt: new Date('2026-01-14T00:00:00Z'),
      freshness: 'CACHED',
    });
  });

  test('is read without waiting while a newer one is being read', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver } = open(clock);
    await driver.read('students', [], read);
    drop.put('new.zip', zip, '2026-01-14T00:00:00Z');
    clock.advance(10_000);
    expect((await driver.delivery(read))?.deliveredAt).toEqual(new Date('2026-01-10T00:00:00Z'));
  });

  test('that cannot be read changes nothing and is reported once', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver, reports } = open(clock);
    await driver.read('students', ['s-20230001'], read);
    const { 'results.csv': _, ...incomplete } = invented;
    drop.put('new.zip', zipOf(incomplete), '2026-01-14T00:00:00Z');
    for (let round = 0; round < 3; round += 1) {
      await clock.untilWaiting(10_000);
      clock.advance(10_000);
      expect(await driver.read('results', ['s-20230001'], read)).toHaveLength(5);
    }
    await reports.until(2);
    expect(reports.all.map(({ taken, refusal }) => [taken, refusal?.code])).toEqual([
      [true, undefined],
      [false, 'FILE_UNREADABLE'],
    ]);
  });

  test('that cannot be read leaves the older one in force after a restart too', async () => {
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    drop.put('new.zip', 'no zip', '2026-01-14T00:00:00Z');
    const { driver, reports } = open(new FakeClock('2026-01-15T00:00:00Z'));
    expect((await driver.delivery(read))?.deliveredAt).toEqual(new Date('2026-01-10T00:00:00Z'));
    expect(reports.all.map(({ taken }) => taken)).toEqual([false, true]);
  });

  test('past its agreed age is stale', async () => {
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver } = open(new FakeClock('2026-12-15T00:00:00Z'));
    expect(await driver.delivery(read)).toMatchObject({ freshness: 'STALE' });
  });

  test('that vanishes stays in force until the process ends', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    const path = drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver } = open(clock);
    await driver.read('students', [], read);
    rmSync(path);
    await clock.untilWaiting(10_000);
    clock.advance(10_000);
    await clock.untilWaiting(10_000);
    expect(await driver.read('students', ['s-20230001'], read)).toHaveLength(1);
    const { driver: restarted } = open(clock);
    await expect(restarted.read('students', ['s-20230001'], read)).rejects.toMatchObject({
      code: 'SCHOOL_UNAVAILABLE',
    });
  });

  test.each([
    ['a zip', () => drop.put('a.zip', zip, '2026-01-10T00:00:00Z')],
    ['loose files', () => putAll(drop.folder)],
    ['a folder of its own', () => putAll(join(drop.folder, '2026-1'))],
  ])('is taken from %s', async (_, deliver) => {
    deliver();
    const { driver } = open(new FakeClock('2029-01-01T00:00:00Z'));
    expect(await driver.read('results', ['s-20230001'], read)).toHaveLength(5);
  });
});

describe('a delivery that is too large', () => {
  test.each([
    [
      'a file',
      { 'a.csv': 'x'.repeat(2_000) },
      { maxFileBytes: 1_000 },
      'a.csv 1000 driver.limits.maxFileBytes',
    ],
    ['a zip', { 'a.zip': zip }, { maxPackedBytes: 1_000 }, 'a.zip 1000 driver.limits.maxPackedBytes'],
    ['a file in a zip', { 'a.zip': zip }, { maxFileBytes: 200 }, /\.csv 200 driver\.limits\.maxFileBytes/],
    [
      'all files of a zip',
      { 'a.zip': zip },
      { maxTotalBytes: 2_000 },
      /\.csv 2000 driver\.limits\.maxTotalBytes/,
    ],
  ])('is refused with the name of %s and of the limit', async (_, files, limits, expected) => {
    for (const [name, content] of Object.entries(files)) drop.put(name, content, '2026-01-10T00:00:00Z');
    const tables = { format: 'tables', sources: { results: { files: '*.csv', studentNumber: '学号' } } };
    const delivery = 'a.csv' in files ? { delivery: tables } : {};
    const { driver, reports } = open(new FakeClock('2026-01-15T00:00:00Z'), { ...delivery, limits });
    await driver.read('results', ['1'], read).catch(() => undefined);
    const [refusal] = reports.all.map((report) => report.refusal);
    expect(refusal?.code).toBe('DELIVERY_TOO_LARGE');
    const { file, max, option } = refusal!.parameters as Record<string, string | number>;
    expect(`${file} ${max} ${option}`).toMatch(expected);
    expect(refusal!.messageIn('en')).toContain(`${file} is larger than the ${max} bytes of ${option}`);
  });
});

describe('the folder', () => {
  test('that is not there makes the school unavailable, and answers as soon as it is', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    rmSync(drop.folder, { recursive: true });
    const { driver, reports } = open(clock);
    await expect(driver.read('students', [], read)).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
    mkdirSync(drop.folder);
    drop.put('a.zip', zip, '2026-01-10T00:00:00Z');
    await clock.untilWaiting(10_000);
    clock.advance(10_000);
    await reports.until(2);
    expect(await driver.read('students', ['s-20230001'], read)).toHaveLength(1);
  });

  test('gives nothing through links, and says so', async () => {
    const elsewhere = dropFolder();
    const secret = elsewhere.put('secret.zip', zip, '2026-01-14T00:00:00Z');
    symlinkSync(secret, join(drop.folder, 'new.zip'));
    symlinkSync(elsewhere.folder, join(drop.folder, 'more'));
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver, reports } = open(new FakeClock('2026-01-15T00:00:00Z'));
    expect((await driver.delivery(read))?.deliveredAt).toEqual(new Date('2026-01-10T00:00:00Z'));
    expect(reports.all[0]?.faults.map(({ file, code }) => [file, code])).toEqual(
      expect.arrayContaining([
        ['more', 'LINK_IGNORED'],
        ['new.zip', 'LINK_IGNORED'],
      ]),
    );
    elsewhere.remove();
  });

  test('wakes the driver before its time', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver, reports } = open(clock, { lookEveryMs: 3_600_000 });
    await driver.read('students', [], read);
    await clock.untilWaiting(3_600_000);
    drop.put('new.zip', zip, '2026-01-14T00:00:00Z');
    await clock.untilWaiting(1_000);
    clock.advance(1_000);
    await reports.until(2);
    expect((await driver.delivery(read))?.deliveredAt).toEqual(new Date('2026-01-14T00:00:00Z'));
  });
});

describe('changes by comparison', () => {
  test('show in the fingerprint of the student whom they concern, and of nobody else', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver, reports } = open(clock);
    const before = await fingerprints(driver);
    const results = invented['results.csv']!.toString().replace('88.5', '89.5');
    drop.put('new.zip', zipOf({ ...invented, 'results.csv': results }), '2026-01-14T00:00:00Z');
    await clock.untilWaiting(10_000);
    clock.advance(10_000);
    await reports.until(2);
    const after = await fingerprints(driver);
    const changed = [...after].filter(([number, fingerprint]) => before.get(number) !== fingerprint);
    expect(changed.map(([number]) => number)).toEqual(['s-20230001']);
    expect([...after.values()].join()).not.toMatch(/\d{17}[\dX]/);
  });

  test('are not complete where rows were rejected', async () => {
    drop.put('old.zip', zip, '2026-01-10T00:00:00Z');
    const { driver } = open(new FakeClock('2026-01-15T00:00:00Z'));
    expect(await driver.list('fingerprints', read)).toMatchObject({ complete: false });
    expect(await driver.hasRejectedRows?.('s-20230002', read)).toBe(true);
    expect(await driver.hasRejectedRows?.('s-20230001', read)).toBe(false);
  });
});

async function fingerprints(driver: RecordsDriver): Promise<Map<string, string>> {
  const { rows } = await driver.list('fingerprints', read);
  return new Map(rows.map((row) => [String(row['studentNumber']), String(row['fingerprint'])]));
}

function putAll(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(invented)) writeFileSync(join(folder, name), content);
}
