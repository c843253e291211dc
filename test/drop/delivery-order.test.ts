import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type {
  DeliveredRecords,
  DeliveryFormat,
} from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import { DeliveryTaker } from '../../subgraphs/adapters/drivers/drop/delivery-taker.js';
import type { RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { zipOf } from '../kit/zip-file.js';
import { fixtureFiles, formatContext } from '../support/deliveries.js';
import { read, watchedFolder } from './drop-driver-kit.js';

const invented = fixtureFiles('ningxia-polytechnic');
const header = invented['results.csv']!.toString().split('\r\n')[0];
const day = (number: number): string => `2026-01-0${number}T00:00:00Z`;

/** A delivery of changes in which the first result of a student has another score. */
function scored(score: string): Buffer {
  return zipOf({
    'manifest.csv':
      'propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\nfile.results,delta\r\n',
    'results.csv': `${header}\r\nres-1,active,2024-08-01,li-1,s-20230001,fully graded,${score},,2024-08-01,,,,,,,\r\n`,
  });
}

const drop = watchedFolder();
let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock('2026-01-15T00:00:00Z');
});

const open = () => drop.open(clock);
async function scoreIn(driver: RecordsDriver): Promise<string | null | undefined> {
  const rows = await driver.read('results', ['s-20230001'], read);
  return rows.find((row) => row['result.sourcedId'] === 'res-1')?.['result.score'];
}
async function nextLook(): Promise<void> {
  await clock.untilWaiting(10_000);
  clock.advance(10_000);
  await clock.untilWaiting(10_000);
}

describe('deliveries of changes', () => {
  test('are applied to the last full one in the order of their time, also after a restart', async () => {
    drop.put('1-old.zip', zipOf(invented), day(1));
    drop.put('0-changes.zip', scored('10'), day(2));
    const { driver } = open();
    expect(await scoreIn(driver)).toBe('10');
    drop.put('9-changes.zip', scored('30'), day(4));
    drop.put('5-changes.zip', scored('20'), day(3));
    await nextLook();
    expect(await scoreIn(driver)).toBe('30');
    expect((await driver.delivery(read))?.deliveredAt).toEqual(new Date(day(4)));
    expect(await scoreIn(open().driver)).toBe('30');
  });

  test('give way to a full one that is newer', async () => {
    drop.put('old.zip', zipOf(invented), day(1));
    drop.put('changes.zip', scored('10'), day(2));
    drop.put('new.zip', zipOf(invented), day(3));
    expect(await scoreIn(open().driver)).toBe('88.5');
  });

  test('without a full one are refused with the reason, and taken when it comes', async () => {
    drop.put('changes.zip', scored('10'), day(2));
    const { driver, reports } = open();
    await expect(driver.read('results', [], read)).rejects.toMatchObject({ code: 'SCHOOL_UNAVAILABLE' });
    expect(reports.all.map(({ refusal }) => refusal?.code)).toEqual(['DELIVERY_BASE_MISSING']);
    drop.put('full.zip', zipOf(invented), day(1));
    await nextLook();
    expect(await scoreIn(driver)).toBe('10');
  });

  test('after one that cannot be read are refused, until it can', async () => {
    drop.put('full.zip', zipOf(invented), day(1));
    drop.put('b.zip', scored('10').subarray(0, 50), day(2));
    drop.put('c.zip', scored('20'), day(3));
    const { driver, reports } = open();
    expect(await scoreIn(driver)).toBe('88.5');
    expect(reports.all.map(({ refusal }) => refusal?.code)).toEqual([
      'FILE_UNREADABLE',
      undefined,
      'DELIVERY_BASE_MISSING',
    ]);
    drop.put('b.zip', scored('10'), day(2));
    await nextLook();
    expect(await scoreIn(driver)).toBe('20');
  });
});

describe('a delivery of changes that comes again', () => {
  test('goes before those that waited for it, whenever it came', async () => {
    drop.put('full.zip', zipOf(invented), day(1));
    drop.put('b.zip', 'torn', day(2));
    drop.put('c.zip', scored('20'), day(3));
    const { driver } = open();
    expect(await scoreIn(driver)).toBe('88.5');
    drop.put('b.zip', scored('10'), day(5));
    await nextLook();
    expect(await scoreIn(driver)).toBe('20');
    expect((await driver.delivery(read))?.deliveredAt).toEqual(new Date(day(5)));
    await nextLook();
    expect(await scoreIn(driver)).toBe('20');
  });
});

test('there are never more than two deliveries in memory, however many come', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const made: WeakRef<object>[] = [];
  let most = 0;
  const alive = async (): Promise<void> => {
    await setImmediate();
    collect();
    most = Math.max(most, made.filter((one) => one.deref() !== undefined).length);
  };
  const format: DeliveryFormat = {
    accepts: (name) => name.endsWith('.csv'),
    async read(files): Promise<DeliveredRecords> {
      made.push(new WeakRef(files));
      await alive();
      const [rejectedRows] = [...files.values()].map(({ length }) => length);
      return {
        byStudent: { results: new Map([['1', [{ text: 'x'.repeat(1_000) }]]]) },
        lists: {},
        faults: [],
        rejectedRows: rejectedRows ?? 0,
        studentsWithRejectedRows: new Set(),
        rejectedOfUnknownStudent: false,
      };
    },
  };
  const taker = new DeliveryTaker({
    path: drop.folder,
    format,
    context: formatContext(),
    marker: null,
    settleMs: 0,
    clock,
    onOutcome: async ({ records }) => {
      if (records !== null) made.push(new WeakRef(records));
    },
  });
  for (let number = 1; number <= 9; number += 1) {
    drop.put(`${number}.zip`, zipOf({ 'a.csv': 'x' }), day(number));
    await taker.look();
    await alive();
  }
  expect(made).toHaveLength(18);
  expect(most).toBeLessThanOrEqual(2);
});
