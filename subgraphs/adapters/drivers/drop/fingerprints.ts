import { createHash } from 'node:crypto';
import type { StudentSource } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import type { DeliveredList, DeliveredRecords } from './delivery-format.js';

/**
 * What a student's fingerprint is made of: every source but `identities`, since a hash gives away a number of which all can
 * be tried. Rows of the others hold no column whose name says that it holds such numbers or passwords (secret-columns.ts).
 */
const fingerprinted: readonly StudentSource[] = ['students', 'results', 'enrolments', 'certificates'];

/**
 * One row for each student of a delivery, `studentNumber` and `fingerprint` (SHA-256 over all rows about the student, in
 * an order of their own), from which changes are found by comparison. Not complete where rows were rejected: somebody who
 * is missing may only have been unreadable.
 */
export async function fingerprintsOf(
  records: DeliveredRecords,
  pause: () => Promise<void>,
): Promise<DeliveredList> {
  const numbers = new Set<string>();
  for (const source of fingerprinted)
    for (const number of records.byStudent[source]?.keys() ?? []) numbers.add(number);
  const rows: NativeRow[] = [];
  for (const studentNumber of [...numbers].sort()) {
    if (rows.length % 500 === 499) await pause();
    rows.push({ studentNumber, fingerprint: fingerprintOf(records, studentNumber) });
  }
  return { rows, complete: records.rejectedRows === 0 };
}

function fingerprintOf(records: DeliveredRecords, studentNumber: string): string {
  const lines = fingerprinted.flatMap((source) =>
    (records.byStudent[source]?.get(studentNumber) ?? []).map((row) =>
      JSON.stringify([source, ...Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))]),
    ),
  );
  const hash = createHash('sha256');
  for (const line of lines.sort()) hash.update(line).update('\n');
  return hash.digest('hex');
}
