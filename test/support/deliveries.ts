import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormatContext } from '../../subgraphs/adapters/drivers/drop/delivery-format.js';
import {
  defaultDeliveryLimits,
  type DeliveryLimits,
} from '../../subgraphs/adapters/drivers/drop/delivery-limits.js';
import type { SchoolFile } from '../../subgraphs/adapters/school-file.js';
import { schoolFixtures, schoolNamed } from '../../subgraphs/adapters/schools.js';

/** The real OneRoster delivery, which does not travel with a clone. */
export const realDelivery = new URL(
  'oneroster/v1p2_full_dataset.zip',
  `file://${process.env['AMRLO_SHARED_DATA'] ?? new URL('../../../shared/data', import.meta.url).pathname}/`,
).pathname;

/** What a format reads with in a test. */
export function formatContext(limits: Partial<DeliveryLimits> = {}): FormatContext {
  return {
    limits: { ...defaultDeliveryLimits, ...limits },
    signal: new AbortController().signal,
    pause: async () => undefined,
  };
}

/** The files of a delivery, text as UTF-8. */
export function filesOf(files: Readonly<Record<string, string | Buffer>>): Map<string, Buffer> {
  return new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content as string)]));
}

/** The invented delivery of a school, file by file. */
export function fixtureFiles(school: string): Record<string, Buffer> {
  const folder = schoolFixtures(school);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

/** A folder of the test's own into which deliveries are dropped. */
export interface DropFolder {
  readonly folder: string;
  /** Writes a file that was last changed at that time. */
  put(name: string, content: string | Buffer, at?: string | Date): string;
  remove(): void;
}

/** An empty folder for deliveries. */
export function dropFolder(): DropFolder {
  const folder = mkdtempSync(join(tmpdir(), 'amrlo-drop-'));
  return {
    folder,
    put(name, content, at) {
      const path = join(folder, name);
      writeFileSync(path, content);
      if (at !== undefined) utimesSync(path, new Date(at), new Date(at));
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * A school of deliveries that takes what lies there at once: what a test has just written would have to lie still first,
 * whatever time it was given.
 */
export function schoolWithoutSettling(name: string): SchoolFile {
  const { driver, ...school } = schoolNamed(name);
  if (driver.kind !== 'drop') throw new Error(`${name} delivers no files`);
  return { ...school, driver: { ...driver, settleMs: 0 } };
}

/** A school's invented delivery in a folder of the test's own, an hour old whenever the sources were checked out. */
export function deliveredFixtures(school: string): DropFolder {
  const made = dropFolder();
  const anHourAgo = new Date(Date.now() - 3_600_000);
  for (const [name, content] of Object.entries(fixtureFiles(school))) made.put(name, content, anHourAgo);
  return made;
}
