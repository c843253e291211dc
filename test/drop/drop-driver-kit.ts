import { afterEach, beforeEach } from '@jest/globals';
import { createDropDriver, dropDriverSchema } from '../../subgraphs/adapters/drivers/drop/drop-driver.js';
import type { ReadContext, RecordsDriver } from '../../subgraphs/adapters/kit/driver.js';
import type { DeliveryReport } from '../../subgraphs/adapters/kit/driver-parts.js';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import { dropFolder, type DropFolder } from '../support/deliveries.js';

/** A question that nobody leaves. */
export const read: ReadContext = { signal: new AbortController().signal, timeoutMs: 10_000 };

/** What a driver told of its deliveries. */
export interface Reports {
  readonly all: readonly DeliveryReport[];
  readonly tell: (report: DeliveryReport) => void;
  /** Resolves when so many were told. */
  until(count: number): Promise<void>;
}

export function reportsOf(): Reports {
  const all: DeliveryReport[] = [];
  const watchers: (() => void)[] = [];
  return {
    all,
    tell: (report) => {
      all.push(report);
      for (const wake of watchers.splice(0)) wake();
    },
    async until(count) {
      while (all.length < count) await new Promise<void>((resolve) => watchers.push(resolve));
    },
  };
}

/**
 * A driver over a folder; OneRoster as 宁夏职业技术大学 delivers it unless another delivery is declared. It takes what lies there
 * at once: what a test has just written cannot be old.
 */
export function driverOver(
  folder: string,
  clock: Clock,
  reports: Reports,
  options: Readonly<Record<string, unknown>> = {},
): RecordsDriver {
  const delivery = { format: 'oneroster', finalCategory: '总评', identityColumn: 'userMasterIdentifier' };
  const declared = dropDriverSchema.parse({ kind: 'drop', delivery, settleMs: 0, ...options });
  const parts = { institution: 'A school', address: { folder }, clock, onDelivery: reports.tell };
  return createDropDriver(declared, parts);
}

/** A folder for deliveries, empty at the beginning of each test, and the drivers that a test opens over it. */
export interface WatchedFolder extends Pick<DropFolder, 'folder' | 'put'> {
  /** A driver over the folder as `driverOver` makes it; stopped when the test ends. */
  readonly open: (
    clock: Clock,
    options?: Readonly<Record<string, unknown>>,
  ) => { readonly driver: RecordsDriver; readonly reports: Reports };
}

/** Gives every test of a file a folder of its own, and takes it away with its drivers. */
export function watchedFolder(): WatchedFolder {
  let drop: DropFolder;
  let opened: RecordsDriver[];
  beforeEach(() => {
    drop = dropFolder();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((driver) => driver.stop()));
    drop.remove();
  });
  return {
    get folder() {
      return drop.folder;
    },
    put: (name, content, at) => drop.put(name, content, at),
    open: (clock, options = {}) => {
      const reports = reportsOf();
      const driver = driverOver(drop.folder, clock, reports, options);
      opened.push(driver);
      return { driver, reports };
    },
  };
}

/** A delivery in which one student has another number. */
export function changedStudent(
  files: Readonly<Record<string, Buffer>>,
  from: string,
  to: string,
): Record<string, Buffer> {
  const changed = (name: string): Buffer => Buffer.from(files[name]!.toString().replaceAll(from, to));
  return { ...files, 'users.csv': changed('users.csv'), 'roles.csv': changed('roles.csv') };
}
