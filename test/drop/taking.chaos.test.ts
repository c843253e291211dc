import { appendFileSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readDeliveryFiles } from '../../subgraphs/adapters/drivers/drop/delivery-files.js';
import type { DeliveryFormat } from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import { defaultDeliveryLimits } from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import { findPlaces } from '../../subgraphs/adapters/drivers/drop/delivery-place.js';
import { FakeClock, systemClock } from '../../subgraphs/kit/base/clock.js';
import { dropFolder, type DropFolder } from '../support/deliveries.js';
import { eventually } from '../support/eventually.js';
import { startTsChild } from '../support/ts-child.js';
import { driverOver, read, reportsOf } from './drop-driver-kit.js';

const anyCsv: DeliveryFormat = {
  accepts: (name) => name.endsWith('.csv'),
  read: () => Promise.reject(new Error('not read here')),
};
const tables = {
  delivery: {
    format: 'tables',
    sources: { results: { files: '*.csv', studentNumber: '学号', key: '课程号' } },
  },
};

let drop: DropFolder;
beforeEach(() => {
  drop = dropFolder();
});
afterEach(() => drop.remove());

const placeHere = async () => (await findPlaces(drop.folder, anyCsv, null, () => undefined))[0]!;

describe('a delivery that changes while it is read', () => {
  test.each([
    ['is written to', (path: string) => appendFileSync(path, 'more')],
    [
      'is replaced',
      (path: string) => {
        writeFileSync(`${path}.new`, 'b'.repeat(1_000));
        renameSync(`${path}.new`, path);
      },
    ],
    ['is cut off', (path: string) => writeFileSync(path, '')],
    ['gets another time', (path: string) => utimesSync(path, 1, 1)],
  ])('is not taken when it %s after it was seen', async (_, change) => {
    const path = drop.put('a.csv', 'a'.repeat(1_000), '2026-01-01T00:00:00Z');
    const place = await placeHere();
    expect(await readDeliveryFiles(place, anyCsv, defaultDeliveryLimits)).not.toBeNull();
    change(path);
    expect(await readDeliveryFiles(place, anyCsv, defaultDeliveryLimits)).toBeNull();
  });

  test('is never taken half of one and half of the other', async () => {
    const old = 'a'.repeat(8_000_000);
    const path = drop.put('a.csv', old, '2026-01-01T00:00:00Z');
    let whole = 0;
    for (let round = 0; round < 12; round += 1) {
      const place = await placeHere();
      const reading = readDeliveryFiles(place, anyCsv, defaultDeliveryLimits);
      // Between two steps of the reading, later in each round.
      for (let step = 0; step < round; step += 1) await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(path, 'b'.repeat(8_000_000));
      const content = (await reading)?.get('a.csv')?.toString();
      expect(content === undefined || content === old).toBe(true);
      whole += content === old ? 1 : 0;
      drop.put('a.csv', old, '2026-01-01T00:00:00Z');
    }
    expect(whole).toBeLessThanOrEqual(12);
  });

  test('is taken once it has lain still again', async () => {
    const clock = new FakeClock('2026-01-15T00:00:00Z');
    drop.put('a.csv', '学号,课程号\n1,A\n', '2026-01-14T23:59:58Z');
    const reports = reportsOf();
    const driver = driverOver(drop.folder, clock, reports, { ...tables, settleMs: 5_000 });
    const asked = driver.read('results', ['1'], { ...read, timeoutMs: 60_000 });
    await clock.untilWaiting(5_000);
    drop.put('a.csv', '学号,课程号\n1,A\n1,B\n', '2026-01-15T00:00:01Z');
    clock.advance(5_000);
    await clock.untilWaiting(5_000);
    clock.advance(5_000);
    expect(await asked).toHaveLength(2);
    await driver.stop();
  });
});

describe('a process that is killed while it takes a delivery', () => {
  test('leaves nothing behind, and the next one takes the delivery whole', async () => {
    const rows = 150_000;
    const body = Array.from({ length: rows }, (_, at) => `${at % 5_000},C${at},=${at}`).join('\n');
    drop.put('a.csv', `学号,课程号,成绩\n${body}\n`, new Date(Date.now() - 60_000));
    const notes = dropFolder();
    const child = startTsChild(join(import.meta.dirname, 'fixtures/take-delivery.ts'), [
      drop.folder,
      notes.folder,
    ]);
    await eventually(() => readdirSync(notes.folder).includes('reading'));
    await child.kill();
    expect(readdirSync(notes.folder)).toEqual(['reading']);
    notes.remove();
    expect(readdirSync(drop.folder)).toEqual(['a.csv']);

    const reports = reportsOf();
    const driver = driverOver(drop.folder, systemClock, reports, { ...tables, reports: 'folder' });
    const taken = await driver.read(
      'results',
      Array.from({ length: 5_000 }, (_, at) => String(at)),
      {
        ...read,
        timeoutMs: 60_000,
      },
    );
    expect(taken).toHaveLength(rows);
    await reports.until(1);
    expect(readdirSync(drop.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await driver.stop();
  });
});
