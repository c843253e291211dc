import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { enrolmentStatusCode, levelOf, studyFormOf, type CodedWord } from './coded-words.js';
import { firstThatHolds } from './conditions.js';
import { parseNativeDate } from './dates.js';
import { maskName } from './holder.js';
import type { Mapping } from './mapping.js';
import { soundTextOf, textOf, wholeTextOf, type NativeRow } from './native-row.js';
import { unreadIn } from './unread.js';

/** A value of the contract, or the error that stands in its place. */
export type OrError<T> = T | AmrloError;

/** The fields of a StudentRecord that come from one native row. */
export interface MappedStudent {
  readonly studentNumber: string;
  readonly name: OrError<string | null>;
  readonly programme: OrError<string | null>;
  readonly programmeCode: string | null;
  readonly level: CodedWord | null;
  readonly studyForm: CodedWord | null;
  readonly enrolmentStatus: string | null;
  readonly enrolmentStatusCode: string | null;
  readonly enrolledOn: string | null;
  readonly graduatedOn: string | null;
  readonly graduationMonth: string | null;
  readonly unread: readonly string[];
}

/** One student in the words of the contract; what the row does not say is null. */
export function mapStudent(row: NativeRow, mapping: Mapping, institution: string): MappedStudent {
  const { student } = mapping;
  const name = soundTextOf(row, student.name, { institution, field: 'StudentRecord.name' });
  const graduated = parseNativeDate(textOf(row, student.graduatedOn));
  const status = firstThatHolds(row, student.enrolmentStatus)?.status ?? null;
  return {
    studentNumber: textOf(row, student.studentNumber) ?? '',
    name: name instanceof AmrloError || name === null ? name : maskName(name),
    programme: soundTextOf(row, student.programme, { institution, field: 'StudentRecord.programme' }),
    programmeCode: wholeTextOf(row, student.programmeCode),
    level: levelOf(row, student.level),
    studyForm: studyFormOf(row, student.studyForm),
    enrolmentStatus: status,
    enrolmentStatusCode: enrolmentStatusCode(status),
    enrolledOn: parseNativeDate(textOf(row, student.enrolledOn)).date,
    graduatedOn: graduated.date,
    graduationMonth: graduated.month,
    unread: unreadIn(row, {
      texts: { name: student.name, programme: student.programme, programmeCode: student.programmeCode },
      dates: { enrolledOn: student.enrolledOn, graduatedOn: student.graduatedOn },
      codes: { level: student.level, studyForm: student.studyForm },
    }),
  };
}
