import { evidenceHash } from '../kit/evidence.js';
import { columnsNamed, type NamedColumn } from '../kit/mapping-columns.js';
import type { Mapping } from '../kit/mapping.js';
import type { NativeRow } from '../kit/native-row.js';
import type { StudentSource } from '../kit/driver.js';
import { masked, maskingOf, type Masking } from './masked-values.js';
import type { OpenedSchool } from './opened-school.js';
import { studentSelection } from './student-selection.js';

type Mapped = Readonly<Record<string, unknown>>;

/** One mapped thing beside the raw row that it was made of. */
export interface Sample {
  readonly title: string;
  readonly lines: readonly SampleLine[];
  /** Columns of the row that the mapping does not use. */
  readonly unused: readonly string[];
}

/** A field of the contract, what it became, and the columns that it was read from. */
export interface SampleLine {
  readonly field: string;
  readonly mapped: string;
  readonly raw: string;
}

const sections = {
  student: 'students',
  result: 'results',
  enrolment: 'enrolments',
  certificate: 'certificates',
} as const;
type Section = keyof typeof sections;
const lists: Readonly<Partial<Record<Section, string>>> = {
  result: 'results',
  enrolment: 'enrolments',
  certificate: 'certificates',
};

/** Parts of a mapping that have another name in the contract. */
const shownAt: Readonly<Record<string, string>> = {
  key: 'nativeKey',
  sittings: 'nativeGrade',
  range: 'percentage',
  classNumber: 'courseCode',
  status: 'enrolmentStatus',
  lastDay: 'to',
};

/**
 * Mapped rows of one student beside the raw ones. Names and identity numbers are masked on both sides: the sample may
 * be shown to a colleague.
 * @throws Error with one sentence when the system does not know the student
 */
export async function trySchool(school: OpenedSchool, studentNumber: string): Promise<Sample[]> {
  const { institutionId, declared } = school;
  // Asked first and by itself, because the graph's errors say that the system failed and not why.
  await school.driver.read('students', [studentNumber], school.context());
  const answer = await school.ask(
    [{ __typename: 'StudentRecord', institutionId, studentNumber }],
    studentSelection(),
  );
  const student = (answer.data?.['_entities'] as (Mapped | null)[] | undefined)?.[0];
  if (!student) throw new Error(`The system does not know the student number ${studentNumber}.`);
  const samples: Sample[] = [];
  for (const section of Object.keys(sections) as Section[]) {
    if (declared.mapping[section] === undefined) continue;
    const source: StudentSource = sections[section];
    if (!(await school.driver.supplies(source, school.context()))) continue;
    const rows = await school.driver.read(source, [studentNumber], school.context());
    const list = lists[section];
    const mapped = list === undefined ? [student] : ((student[list] ?? []) as Mapped[]);
    rows.forEach((row, at) => {
      const partner = mapped.find((one) => evidenceOf(one) === evidenceHash(row)) ?? null;
      samples.push(
        sampleOf(`${section} ${at + 1} of ${rows.length}`, section, partner, row, declared.mapping),
      );
    });
  }
  return samples;
}

function evidenceOf(mapped: Mapped): unknown {
  return (mapped['provenance'] as Mapped | null)?.['evidenceHash'];
}

function sampleOf(
  title: string,
  section: Section,
  mapped: Mapped | null,
  row: NativeRow,
  mapping: Mapping,
): Sample {
  const named = columnsNamed(mapping).filter(({ path }) => path[0] === section);
  const names = nameColumns(mapping);
  const keys = new Set(named.filter(({ path }) => path[1] === 'studentNumber').map(({ column }) => column));
  const maskingFor = (column: string): Masking => maskingOf(column, names.has(column));
  const byField = new Map<string, NamedColumn[]>();
  for (const one of named) {
    const key = String(one.path[1]);
    const field = shownAt[key] ?? key;
    byField.set(field, [...(byField.get(field) ?? []), one]);
  }
  const raw = (columns: readonly NamedColumn[]): string =>
    [...new Set(columns.map(({ column }) => column))]
      .map((column) => `${column}=${shownRaw(row[column], maskingFor(column), keys.has(column))}`)
      .join(' ');
  const fields = [
    ...Object.keys(mapped ?? {}).filter((field) => !isNested(mapped?.[field])),
    ...byField.keys(),
  ];
  const lines = [...new Set(fields)].map((field) => {
    const columns = byField.get(field) ?? [];
    const maskings = columns.map(({ column }) => maskingFor(column));
    const masking = maskings.includes('SECRET') ? 'SECRET' : maskings.includes('NAME') ? 'NAME' : null;
    const isKey = columns.some(({ column }) => keys.has(column));
    return {
      field,
      mapped: mapped === null ? 'not mapped' : shownMapped(mapped[field], masking, isKey),
      raw: raw(columns),
    };
  });
  const used = new Set(named.map(({ column }) => column));
  return { title, lines, unused: Object.keys(row).filter((column) => !used.has(column)) };
}

/** Lists of a student's things are samples of their own. */
function isNested(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.some((item) => typeof item === 'object' && item !== null && 'provenance' in item)
  );
}

/** The columns that the mapping calls the name of a person; they may stand in the rows of any section. */
function nameColumns({ student, identity }: Mapping): ReadonlySet<string> {
  return new Set([student.name, identity?.name ?? []].flat());
}

function shownRaw(value: string | null | undefined, masking: Masking, isOwnKey: boolean): string {
  if (value === undefined) return '(no such column)';
  if (value === null) return 'NULL';
  const text = masked(value, masking, isOwnKey);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function shownMapped(value: unknown, masking: Masking, isOwnKey: boolean): string {
  if (value === undefined) return '';
  if (value === null) return 'unknown';
  return masked(typeof value === 'string' ? value : JSON.stringify(value), masking, isOwnKey);
}
