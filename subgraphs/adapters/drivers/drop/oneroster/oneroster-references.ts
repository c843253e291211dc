import type { FormatContext } from '../delivery-format.js';
import type { NativeRow } from '../../../kit/native-row.js';
import type { FaultList } from '../fault-list.js';
import { inTurns } from '../in-turns.js';
import type { PlacedRow } from '../table-rows.js';
import type { OneRosterBundle, OneRosterTables } from './oneroster-bundle.js';
import { oneRosterDefinitions, oneRosterFiles, type OneRosterFile } from './oneroster-files.js';
import { studentRoles } from './oneroster-lookup.js';

/**
 * The rows whose references lead somewhere, and enrolments and results of students only. A reference into a file that was
 * not delivered cannot be checked, and what it names is unknown. Rejected rows are noted, and so is whom they are about.
 * @param placeOf  How a row's file is named in the report; rows of an earlier delivery are told apart.
 */
export async function rowsWithReferences(
  { version, tables, rejected }: OneRosterBundle,
  faults: FaultList,
  placeOf: (row: PlacedRow) => string,
  context: FormatContext,
): Promise<OneRosterTables> {
  const accepted: { -readonly [K in keyof OneRosterTables]: OneRosterTables[K] } = {};
  for (const { students } of rejected.values()) for (const student of students) faults.rejectedOf(student);
  // In this order every file comes after those that it refers to.
  for (const name of oneRosterFiles) {
    const rows = tables[name];
    const definition = oneRosterDefinitions[version][name];
    if (rows === undefined || definition === undefined) continue;
    const references = Object.entries(definition.references);
    const students = studentRoles(accepted);
    const kept = new Map<string, PlacedRow>();
    await inTurns(rows, context, ([id, placed]) => {
      const unknown = references.find(([field, target]) => {
        const to = placed.values[field];
        return to && accepted[target] !== undefined && !accepted[target].has(to);
      });
      if (unknown !== undefined) faults.reject(placeOf(placed), placed.row, unknown[0], 'REFERENCE_UNKNOWN');
      else if (namesNoStudent(name, placed.values, students))
        faults.reject(placeOf(placed), placed.row, definition.student ?? null, 'ROLE_CONTRADICTED');
      else {
        kept.set(id, placed);
        return;
      }
      if (definition.student !== undefined) faults.rejectedOf(placed.values[definition.student] ?? null);
    });
    accepted[name] = kept;
  }
  return accepted;
}

/** Whether a row is about a student by its own word and about none by the roles that were delivered. */
function namesNoStudent(
  file: OneRosterFile,
  values: NativeRow,
  students: ReadonlyMap<string, NativeRow> | undefined,
): boolean {
  if (students === undefined) return false;
  if (file === 'enrollments')
    return values['role']?.toLowerCase() === 'student' && !students.has(values['userSourcedId'] ?? '');
  return file === 'results' && !students.has(values['studentSourcedId'] ?? '');
}
