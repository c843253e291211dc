import type { Source } from '../../kit/driver.js';
import type { NativeRow } from '../../kit/native-row.js';
import type { OneRosterBundle, OneRosterFile } from './oneroster-bundle.js';

/** The rows of a delivery as the mapping reads them, found by student. */
export interface OneRosterRows {
  /** Undefined where the delivery holds no such thing; then it is unknown. */
  readonly students: ReadonlyMap<string, readonly NativeRow[]> | undefined;
  readonly identities: ReadonlyMap<string, readonly NativeRow[]> | undefined;
  readonly results: ReadonlyMap<string, readonly NativeRow[]> | undefined;
  readonly gradeWords: readonly NativeRow[] | undefined;
}

/** What of a school's delivery counts. */
export interface OneRosterChoice {
  /** Title of the category whose line items are final course grades; without one every line item is. */
  readonly finalCategory?: string;
  /** The column of `users.csv` with identity numbers, where the school delivers them. */
  readonly identityColumn?: string;
}

/**
 * Flattens a delivery: `user.*` and `role.*` for a student; `result.*`, `lineItem.*`, `class.*`, `course.*` and
 * `term.*` for a result. `user.fullName` and `term.academicYear` are composed from what the standard splits.
 */
export function oneRosterRows(bundle: OneRosterBundle, choice: OneRosterChoice): OneRosterRows {
  const { tables } = bundle;
  const rolesOf = new Map<string, NativeRow>();
  for (const role of tables.roles?.values() ?? []) {
    const user = role['userSourcedId'] ?? '';
    if (role['role'] === 'student' && !rolesOf.has(user)) rolesOf.set(user, role);
  }
  const students = new Map<string, NativeRow[]>();
  const identities = new Map<string, NativeRow[]>();
  for (const [id, user] of tables.users ?? []) {
    const role = rolesOf.get(id);
    if (role === undefined && user['role'] !== 'student') continue;
    const fullName = fullNameOf(user);
    const { [choice.identityColumn ?? '']: identityNumber = null, ...open } = user;
    const secretFree = { ...open, password: null, fullName };
    students.set(id, [{ ...prefixed('user', secretFree), ...prefixed('role', role ?? {}) }]);
    identities.set(id, [{ 'user.sourcedId': id, 'user.fullName': fullName, identityNumber }]);
  }
  const hasIdentities =
    choice.identityColumn !== undefined && bundle.columns.users?.has(choice.identityColumn);
  return {
    students: tables.users === undefined ? undefined : students,
    identities: hasIdentities ? identities : undefined,
    results: resultsOf(bundle, choice),
    gradeWords: tables.scorescales === undefined ? undefined : gradeWordsOf(bundle),
  };
}

/** Whether a delivery can supply a source. */
export function hasSource(rows: OneRosterRows, source: Source): boolean {
  return rows[source] !== undefined;
}

function resultsOf(
  { tables }: OneRosterBundle,
  { finalCategory }: OneRosterChoice,
): Map<string, NativeRow[]> | undefined {
  if (tables.results === undefined || tables.lineitems === undefined) return undefined;
  // Without categories nobody knows which line items are final grades.
  if (finalCategory !== undefined && tables.categories === undefined) return undefined;
  const found = new Map<string, NativeRow[]>();
  for (const result of tables.results.values()) {
    const lineItem = at(tables, 'lineitems', result['lineItemSourcedId']);
    const category = at(tables, 'categories', lineItem['categorySourcedId']);
    if (finalCategory !== undefined && category['title'] !== finalCategory) continue;
    const aClass = at(tables, 'classes', lineItem['classSourcedId']);
    const course = at(tables, 'courses', aClass['courseSourcedId']);
    const term = at(
      tables,
      'academicsessions',
      lineItem['gradingPeriodSourcedId'] ?? firstOf(aClass['termSourcedIds']),
    );
    const student = result['studentSourcedId'] ?? '';
    const rows = found.get(student) ?? [];
    found.set(student, rows);
    rows.push({
      ...prefixed('result', result),
      ...prefixed('lineItem', lineItem),
      ...prefixed('class', aClass),
      ...prefixed('course', course),
      ...prefixed('term', { ...term, academicYear: academicYearOf(term['schoolYear']) }),
    });
  }
  return found;
}

function at(
  tables: OneRosterBundle['tables'],
  file: OneRosterFile,
  id: string | null | undefined,
): NativeRow {
  return tables[file]?.get(id ?? '') ?? {};
}

function prefixed(prefix: string, row: NativeRow): NativeRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function firstOf(list: string | null | undefined): string | undefined {
  return list?.split(',')[0]?.trim();
}

/** OneRoster names a school year by the year in which it ends. */
function academicYearOf(schoolYear: string | null | undefined): string | null {
  return /^\d{4}$/.test(schoolYear ?? '') ? `${Number(schoolYear) - 1}-${schoolYear}` : null;
}

function fullNameOf(user: NativeRow): string | null {
  const family = user['familyName'] ?? '';
  const given = user['givenName'] ?? '';
  const isHan = /\p{Script=Han}/u.test(family + given);
  return (isHan ? `${family}${given}` : `${given} ${family}`).trim() || null;
}

/** Words of all score scales, written `{word:value},{word:value}`; a word that two scales value differently is unknown. */
function gradeWordsOf({ tables }: OneRosterBundle): NativeRow[] {
  const values = new Map<string, Set<string>>();
  for (const scale of tables.scorescales?.values() ?? []) {
    for (const [, word = '', value = ''] of (scale['scoreScaleValue'] ?? '').matchAll(
      /\{([^:{}]+):([^{}]+)\}/g,
    )) {
      const known = values.get(word.trim()) ?? new Set();
      values.set(word.trim(), known.add(value.trim()));
    }
  }
  return [...values].flatMap(([word, known]) => {
    const [percentage = null] = known;
    return known.size === 1 ? [{ word, percentage }] : [];
  });
}
