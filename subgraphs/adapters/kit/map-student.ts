import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { parseNativeDate } from './dates.js';
import { maskName } from './holder.js';
import type { Mapping } from './mapping.js';
import { soundTextOf, textOf, type NativeRow } from './native-row.js';

/** A value of the contract, or the error that stands in its place. */
export type OrError<T> = T | AmrloError;

/** The fields of a StudentRecord that come from one native row. */
export interface MappedStudent {
  readonly studentNumber: string;
  readonly name: OrError<string | null>;
  readonly programme: OrError<string | null>;
  readonly programmeCode: string | null;
  readonly level: {
    readonly code: string;
    readonly nationalCode: string;
    readonly nativeName: string;
  } | null;
  readonly enrolmentStatus: string | null;
  readonly enrolledOn: string | null;
  readonly graduatedOn: string | null;
  readonly graduationMonth: string | null;
}

/** The codes of deposit files (model.md section 7). */
const nationalCodes: Readonly<Record<string, string>> = {
  UNDERGRADUATE: '85',
  JUNIOR_COLLEGE: '86',
  JUNIOR_COLLEGE_TO_UNDERGRADUATE: '783',
  UPPER_SECONDARY_TO_UNDERGRADUATE: '784',
};

/** Whether a rule of a mapping holds: every column has exactly the value; `*` is any value and '' none. */
export function holds(row: NativeRow, when: Readonly<Record<string, string>>): boolean {
  return Object.entries(when).every(([column, wanted]) => {
    const value = textOf(row, column) ?? '';
    return wanted === '*' ? value !== '' : value === wanted;
  });
}

/** One student in the words of the contract; what the row does not say is null. */
export function mapStudent(row: NativeRow, mapping: Mapping, institution: string): MappedStudent {
  const { student } = mapping;
  const name = soundTextOf(row, student.name, { institution, field: 'StudentRecord.name' });
  const graduated = parseNativeDate(textOf(row, student.graduatedOn));
  const nativeLevel = student.level ? textOf(row, student.level.column) : null;
  const code = nativeLevel === null ? undefined : student.level?.codes[nativeLevel];
  return {
    studentNumber: textOf(row, student.studentNumber) ?? '',
    name: name instanceof AmrloError || name === null ? name : maskName(name),
    programme: soundTextOf(row, student.programme, { institution, field: 'StudentRecord.programme' }),
    programmeCode: textOf(row, student.programmeCode),
    level:
      code === undefined
        ? null
        : { code, nationalCode: nationalCodes[code] ?? '', nativeName: nativeLevel ?? '' },
    enrolmentStatus: student.enrolmentStatus?.find(({ when }) => holds(row, when))?.status ?? null,
    enrolledOn: parseNativeDate(textOf(row, student.enrolledOn)).date,
    graduatedOn: graduated.date,
    graduationMonth: graduated.month,
  };
}
