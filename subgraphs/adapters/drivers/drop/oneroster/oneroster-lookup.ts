import type { NativeRow } from '../../../kit/native-row.js';
import type { OneRosterTables } from './oneroster-bundle.js';
import type { OneRosterFile } from './oneroster-files.js';

/** A term, with its academic year as `2023-2024`. */
export function termOf(tables: OneRosterTables, id: string | null | undefined): NativeRow {
  const term = at(tables, 'academicsessions', id);
  return { ...term, academicYear: academicYearOf(term['schoolYear']) };
}

/** The row of another file; without columns where there is none. */
export function at(tables: OneRosterTables, file: OneRosterFile, id: string | null | undefined): NativeRow {
  return tables[file]?.get(id ?? '')?.values ?? {};
}

/** A row's columns under the name of what it is. */
export function prefixed(prefix: string, row: NativeRow): NativeRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [`${prefix}.${name}`, value]));
}

/**
 * The users who are students, each with their row of `roles.csv`; in 1.1 the role stands with the user. Undefined where
 * the delivery tells no roles.
 */
export function studentRoles(tables: OneRosterTables): ReadonlyMap<string, NativeRow> | undefined {
  const found = new Map<string, NativeRow>();
  let told = tables.roles !== undefined;
  for (const { values } of tables.roles?.values() ?? []) {
    const user = values['userSourcedId'] ?? '';
    if (isStudentRole(values) && !found.has(user)) found.set(user, values);
  }
  for (const [id, { values }] of tables.users ?? []) {
    told ||= Boolean(values['role']);
    if (isStudentRole(values) && !found.has(id)) found.set(id, {});
  }
  return told ? found : undefined;
}

function isStudentRole(values: NativeRow): boolean {
  return values['role']?.toLowerCase() === 'student';
}

/** OneRoster names a school year by the year in which it ends. */
function academicYearOf(schoolYear: string | null | undefined): string | null {
  return /^\d{4}$/.test(schoolYear ?? '') ? `${Number(schoolYear) - 1}-${schoolYear}` : null;
}
