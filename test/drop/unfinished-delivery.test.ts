import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { findPlaces } from '../../subgraphs/adapters/drivers/drop/delivery-place.js';
import { tablesFormat } from '../../subgraphs/adapters/drivers/drop/tables/tables-format.js';
import { tablesSchema } from '../../subgraphs/adapters/drivers/drop/tables/tables-schema.js';
import { SettledPlaces } from '../../subgraphs/adapters/drivers/drop/settled-places.js';
import { zipOf } from '../kit/zip-file.js';
import { fixtureFiles } from '../support/deliveries.js';
import { read, watchedFolder } from './drop-driver-kit.js';

const invented = fixtureFiles('ningxia-polytechnic');
const zip = zipOf(invented);

const drop = watchedFolder();
const { open } = drop;

describe('a delivery that is still being written', () => {
  test('is not taken before it has lain still', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('new.zip', zip.subarray(0, 100), '2026-01-15T00:00:00Z');
    const { driver, reports } = open(clock, { settleMs: 5_000 });
    const asked = driver.read('students', ['s-20230001'], { ...read, timeoutMs: 60_000 });
    await clock.untilWaiting(5_000);
    drop.put('new.zip', zip, '2026-01-15T00:00:04Z');
    clock.advance(5_000);
    await clock.untilWaiting(5_000);
    expect(reports.all).toEqual([]);
    clock.advance(5_000);
    expect(await asked).toHaveLength(1);
  });

  const old = '2026-01-10T00:00:00Z';
  const tables = { format: 'tables', sources: { results: { files: '*.csv', studentNumber: '学号' } } };

  test('whose files keep their old times is not taken half', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('a.csv', '学号,成绩\n1,60\n', old);
    const { driver, reports } = open(clock, { settleMs: 5_000, delivery: tables });
    const asked = driver.read('results', ['1'], { ...read, timeoutMs: 60_000 });
    await clock.untilWaiting(5_000);
    drop.put('b.csv', '学号,成绩\n1,70\n', old);
    clock.advance(5_000);
    await clock.untilWaiting(5_000);
    expect(reports.all).toEqual([]);
    clock.advance(5_000);
    expect(await asked).toHaveLength(2);
    expect((await driver.delivery(read))?.deliveredAt).toEqual(new Date(old));
  });

  test('is not finished while a further file grows beside it under a passing name, as rsync writes', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    const settled = new SettledPlaces(clock, 5_000);
    const format = tablesFormat(tablesSchema.parse(tables));
    const looks: boolean[] = [];
    const look = async (): Promise<void> => {
      const [place] = await findPlaces(drop.folder, format, null, () => undefined);
      looks.push(settled.has(place!));
      clock.advance(5_000);
    };
    drop.put('a.csv', '学号,成绩\n1,60\n', old);
    await look();
    const growing = drop.put('.b.csv.x7Qa', '学号,成绩\n', old);
    await look();
    drop.put('.b.csv.x7Qa', '学号,成绩\n1,', old);
    await look();
    renameSync(growing, join(drop.folder, 'b.csv'));
    await look();
    expect(looks).toEqual([false, false, false, false]);
    await look();
    expect(looks.at(-1)).toBe(true);
  });

  test.each([
    ['a minute ago', 60_000, true],
    ['just now', 1_000, false],
  ])('is judged by what the machine saw: changed %s', (_, ago, settled) => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    const place = {
      name: 'a',
      path: 'a',
      isZip: false,
      files: [],
      signature: 's',
      state: 's',
      marked: null,
      deliveredAt: new Date('2026-01-01T00:00:00Z'),
      changedAt: new Date(clock.now().getTime() - ago),
    };
    expect(new SettledPlaces(clock, 5_000).has(place)).toBe(settled);
  });

  test('whose time lies in the future is judged by two looks', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('new.zip', zip, '2026-06-01T00:00:00Z');
    const { driver } = open(clock, { settleMs: 5_000 });
    const asked = driver.read('students', ['s-20230001'], { ...read, timeoutMs: 60_000 });
    await clock.untilWaiting(5_000);
    clock.advance(5_000);
    expect(await asked).toHaveLength(1);
  });

  test('is not waited for longer than the question allows', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('new.zip', zip, '2026-06-01T00:00:00Z');
    const { driver } = open(clock, { settleMs: 5_000 });
    const asked = driver.read('students', ['s-20230001'], { ...read, timeoutMs: 3_000 });
    const leaving = new AbortController();
    const left = driver.read('students', ['s-20230001'], { signal: leaving.signal, timeoutMs: 60_000 });
    await clock.untilWaiting(5_000);
    clock.advance(3_000);
    await expect(asked).rejects.toMatchObject({ code: 'SCHOOL_TIMEOUT' });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
  });

  test('under a passing name is not seen', async () => {
    for (const name of ['.a.zip', 'a.zip.part', 'a.zip.filepart', '~$a.zip', 'a.zip.tmp'])
      drop.put(name, zip, '2026-01-10T00:00:00Z');
    mkdirSync(join(drop.folder, '.staging'));
    const { driver } = open(new FakeClock('2026-01-15T00:00:00Z'));
    await expect(driver.read('students', [], read)).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
  });

  test('waits for its marker where one is agreed', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('a.zip', zip, '2026-01-10T00:00:00Z');
    drop.put('a.zip.ready', '', '2026-01-09T00:00:00Z');
    const { driver, reports } = open(clock, { marker: '.ready' });
    await expect(driver.read('students', [], read)).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
    drop.put('a.zip.ready', '', '2026-01-10T00:00:01Z');
    await clock.untilWaiting(10_000);
    clock.advance(10_000);
    await reports.until(1);
    expect(await driver.read('students', ['s-20230001'], read)).toHaveLength(1);
  });
});
