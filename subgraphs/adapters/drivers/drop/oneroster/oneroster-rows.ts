import type { NativeRow } from '../../../kit/native-row.js';
import type { DeliveredList, DeliveredRecords, RowsByStudent } from '../delivery-format.js';
import { enrolmentsOf } from './oneroster-enrolments.js';
import type { OneRosterBundle, OneRosterTables } from './oneroster-bundle.js';
import { at, prefixed, studentRoles, termOf } from './oneroster-lookup.js';

/** What of a school's delivery counts. */
export interface OneRosterChoice {
  /** Title of the category whose line items are final course grades; without one every line item is. */
  readonly finalCategory?: string | undefined;
  /** The column of `users.csv` with identity numbers, where the school delivers them. */
  readonly identityColumn?: string | undefined;
}

/** The sources that a delivery of OneRoster feeds. */
export type OneRosterSources = Pick<DeliveredRecords, 'byStudent' | 'lists'>;

/**
 * Flattens a delivery when rows are asked for: `user.*`, `role.*` and `org.*` for a student; `result.*`, `lineItem.*`,
 * `category.*`, `class.*`, `course.*` and `term.*` for a result; `course.*`, `year.*` and `org.*` for a course; see
 * `enrolmentsOf` for enrolments. `user.fullName` and `term.academicYear` are composed from what the standard splits.
 */
export function oneRosterRows(
  tables: OneRosterTables,
  { columns }: OneRosterBundle,
  choice: OneRosterChoice,
): OneRosterSources {
  const openUser = (user: NativeRow): NativeRow => openUserOf(user, choice);
  const hasIdentities = choice.identityColumn !== undefined && columns.users?.has(choice.identityColumn);
  return {
    byStudent: {
      ...(tables.users && { students: studentsOf(tables, openUser) }),
      ...(hasIdentities && { identities: identitiesOf(tables, choice.identityColumn ?? '') }),
      ...maybe('results', resultsOf(tables, choice)),
      ...maybe('enrolments', enrolmentsOf(tables, openUser)),
    },
    lists: {
      ...(tables.scorescales && { gradeWords: { rows: gradeWordsOf(tables), complete: true } }),
      ...(tables.courses && { courses: coursesOf(tables) }),
    },
  };
}

function maybe<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: T });
}

function studentsOf(tables: OneRosterTables, openUser: (user: NativeRow) => NativeRow): RowsByStudent {
  const roles = studentRoles(tables) ?? new Map<string, NativeRow>();
  return {
    keys: () => roles.keys(),
    get: (id) => {
      const role = roles.get(id);
      if (role === undefined) return undefined;
      const user = at(tables, 'users', id);
      const org = at(tables, 'orgs', user['primaryOrgSourcedId'] ?? firstOf(user['orgSourcedIds']));
      return [{ ...prefixed('user', openUser(user)), ...prefixed('role', role), ...prefixed('org', org) }];
    },
  };
}

function identitiesOf(tables: OneRosterTables, identityColumn: string): RowsByStudent {
  const roles = studentRoles(tables) ?? new Map<string, NativeRow>();
  return {
    keys: () => roles.keys(),
    get: (id) => {
      if (!roles.has(id)) return undefined;
      const user = at(tables, 'users', id);
      const identityNumber = user[identityColumn] ?? null;
      return [{ 'user.sourcedId': id, 'user.fullName': fullNameOf(user), identityNumber }];
    },
  };
}

/** A user without the identity number; other secrets were never kept. */
function openUserOf(user: NativeRow, choice: OneRosterChoice): NativeRow {
  const { [choice.identityColumn ?? '']: _, ...open } = user;
  return { ...open, fullName: fullNameOf(user) };
}

function resultsOf(tables: OneRosterTables, { finalCategory }: OneRosterChoice): RowsByStudent | undefined {
  if (tables.results === undefined || tables.lineitems === undefined) return undefined;
  // Without categories nobody knows which line items are final grades.
  if (finalCategory !== undefined && tables.categories === undefined) return undefined;
  const counts = (result: NativeRow): boolean => {
    if (finalCategory === undefined) return true;
    const lineItem = at(tables, 'lineitems', result['lineItemSourcedId']);
    return at(tables, 'categories', lineItem['categorySourcedId'])['title'] === finalCategory;
  };
  const byStudent = new Map<string, NativeRow[]>();
  for (const { values } of tables.results.values()) {
    if (!counts(values)) continue;
    const student = values['studentSourcedId'] ?? '';
    const rows = byStudent.get(student);
    if (rows === undefined) byStudent.set(student, [values]);
    else rows.push(values);
  }
  return {
    keys: () => byStudent.keys(),
    get: (student) => byStudent.get(student)?.map((result) => flatResult(tables, result)),
  };
}

function flatResult(tables: OneRosterTables, result: NativeRow): NativeRow {
  const lineItem = at(tables, 'lineitems', result['lineItemSourcedId']);
  const aClass = at(tables, 'classes', lineItem['classSourcedId']);
  const termId = lineItem['gradingPeriodSourcedId'] ?? firstOf(aClass['termSourcedIds']);
  return {
    ...prefixed('result', result),
    ...prefixed('lineItem', lineItem),
    ...prefixed('category', at(tables, 'categories', lineItem['categorySourcedId'])),
    ...prefixed('class', aClass),
    ...prefixed('course', at(tables, 'courses', aClass['courseSourcedId'])),
    ...prefixed('term', termOf(tables, termId)),
  };
}

function coursesOf(tables: OneRosterTables): DeliveredList {
  const rows = [...(tables.courses?.values() ?? [])].map(({ values }) => ({
    ...prefixed('course', values),
    ...prefixed('year', termOf(tables, values['schoolYearSourcedId'])),
    ...prefixed('org', at(tables, 'orgs', values['orgSourcedId'])),
  }));
  return { rows, complete: true };
}

function firstOf(list: string | null | undefined): string | undefined {
  return list?.split(',')[0]?.trim();
}

function fullNameOf(user: NativeRow): string | null {
  const family = user['familyName'] ?? '';
  const given = user['givenName'] ?? '';
  const isHan = /\p{Script=Han}/u.test(family + given);
  return (isHan ? `${family}${given}` : `${given} ${family}`).trim() || null;
}

/** Words of all score scales, written `{word:value},{word:value}`; a word that two scales value differently is unknown. */
function gradeWordsOf(tables: OneRosterTables): NativeRow[] {
  const values = new Map<string, Set<string>>();
  for (const { values: scale } of tables.scorescales?.values() ?? []) {
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
