import type { Source } from '../kit/driver.js';
import type { Mapping } from '../kit/mapping.js';
import type { CheckFinding } from './check-columns.js';
import type { OpenedSchool } from './opened-school.js';
import { studentSelection } from './student-selection.js';

type Mapped = Readonly<Record<string, unknown>>;

/** What an error of the graph says of the file; any other code is a problem. */
const levels: Readonly<Record<string, CheckFinding['level']>> = {
  RECORD_NOT_SUPPLIED: 'NOTE',
  SOURCE_TEXT_CORRUPT: 'FAULT',
};

/** What the graph would get of the sample: errors, flags, words in no table, and how often each field is unknown. */
export async function checkMapped(
  school: OpenedSchool,
  students: readonly string[],
  { isGiven, failed }: { readonly isGiven: boolean; readonly failed: readonly Source[] },
): Promise<CheckFinding[]> {
  const answer = await school.ask(
    students.map((studentNumber) => ({
      __typename: 'StudentRecord',
      institutionId: school.institutionId,
      studentNumber,
    })),
    studentSelection(),
  );
  const found = ((answer.data?.['_entities'] ?? []) as (Mapped | null)[]).filter((one) => one !== null);
  const findings: CheckFinding[] = [];
  const missing = students.length - found.length;
  if (missing > 0 && !failed.includes('students')) {
    // A row that was left out takes its student with it; a student whom somebody named should be there.
    const level = isGiven || found.length === 0 ? 'PROBLEM' : 'FAULT';
    findings.push({ level, text: `${missing} students of the sample are not known to the system` });
  }
  for (const [code, errors] of Map.groupBy(answer.errors ?? [], ({ extensions }) =>
    String(extensions?.['code']),
  )) {
    // The source itself has told its reason already.
    if (failed.length > 0 && /^SCHOOL_(?:UNAVAILABLE|TIMEOUT)$/.test(code)) continue;
    for (const [text, count] of counted(
      errors.map(({ path, message }) => {
        const field = (path ?? []).filter((part) => typeof part === 'string').join('.');
        return `${field.replace(/^_entities\.?/, '') || 'student'}: ${code}, ${message}`;
      }),
    )) {
      findings.push({ level: levels[code] ?? 'PROBLEM', text: `${text} (${count} times)` });
    }
  }
  findings.push(...unknownFields('student', found));
  for (const list of ['results', 'enrolments', 'certificates']) {
    findings.push(
      ...unknownFields(
        list,
        found.flatMap((one) => (one[list] as Mapped[] | null) ?? []),
      ),
    );
  }
  const results = found.flatMap((one) => (one['results'] as Mapped[] | null) ?? []);
  findings.push(...unknownGrades(results, school.declared.mapping));
  return findings;
}

/**
 * Grades that could not be read. One that the school's file could settle is a problem; a number off its scale, or a word
 * that the school's own table of words does not have, is a fault of the data.
 */
function unknownGrades(results: readonly Mapped[], { result, grades }: Mapping): CheckFinding[] {
  // Where rows say of which scale they are, a number is unknown because the file lists no such scale.
  const hasOneScale = result.scale === undefined && grades.scales === undefined;
  const flagged = results.filter((one) => (one['flags'] as string[] | null)?.includes('UNKNOWN_GRADE_WORD'));
  // A grade whose text is damaged is not given at all; no table could hold it.
  const unknown = flagged.filter(({ nativeGrade }) => nativeGrade !== null);
  const damaged = flagged.length - unknown.length;
  const words = counted(unknown.map(({ nativeGrade }) => JSON.stringify(nativeGrade)));
  const path = ['mapping', 'grades'];
  return [
    ...(damaged === 0 ? [] : [{ level: 'FAULT' as const, text: `${damaged} grades are damaged text` }]),
    ...words.map(([word, count]): CheckFinding => {
      if (hasOneScale && /^"[-+]?[\d.,]+"$/.test(word)) {
        return {
          level: 'FAULT',
          text: `the grade ${word} is on no scale (${count} times); it stays unknown`,
        };
      }
      const level = grades.words === undefined ? 'PROBLEM' : 'FAULT';
      return { level, path, text: `the grade ${word} stands in no table (${count} times); it stays unknown` };
    }),
  ];
}

/** How many of the objects lack a field; a field that all of them lack, and one that some lack. */
function unknownFields(name: string, objects: readonly Mapped[]): CheckFinding[] {
  const fields = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  return fields.flatMap((field) => {
    const unknown = objects.filter((one) => one[field] === null).length;
    if (unknown === 0) return [];
    return [{ level: 'NOTE' as const, text: `${name}.${field}: unknown in ${unknown} of ${objects.length}` }];
  });
}

function counted(texts: readonly string[]): [text: string, count: number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
