import { said } from './grades.js';
import { wholeTextOf, type NativeRow } from './native-row.js';

/** A word of a school's with the code that the contract has for it; the code is null where the mapping knows none. */
export interface CodedWord {
  readonly code: string | null;
  /** As deposit files write it (model.md section 7). */
  readonly nationalCode: string | null;
  readonly nativeName: string;
}

/** A column whose words stand for codes, as a mapping declares it. */
export interface CodedColumn {
  readonly column: string;
  /** Null for a word that is understood and has no code. */
  readonly codes: Readonly<Record<string, string | null>>;
}

const levels: Readonly<Record<string, string>> = {
  UNDERGRADUATE: '85',
  JUNIOR_COLLEGE: '86',
  JUNIOR_COLLEGE_TO_UNDERGRADUATE: '783',
  UPPER_SECONDARY_TO_UNDERGRADUATE: '784',
};

const forms: Readonly<Record<string, string>> = {
  ADULT: '321',
  REGULAR: '322',
  ONLINE: '1221',
  SECONDARY_VOCATIONAL: '1381',
  SELF_STUDY: '1421',
};

const statuses: Readonly<Record<string, string>> = { GRADUATED: '1261', COMPLETED: '1262', ENROLLED: '1690' };

/** The level of study in a row; null where the row names none. */
export function levelOf(row: NativeRow, level: CodedColumn | undefined): CodedWord | null {
  return codedWord(row, level, levels);
}

/** The form of study in a row; null where the row names none. */
export function studyFormOf(row: NativeRow, form: CodedColumn | undefined): CodedWord | null {
  return codedWord(row, form, forms);
}

/** The code of deposit files for an enrolment status; null for a status that has none. */
export function enrolmentStatusCode(status: string | null): string | null {
  return status === null ? null : (said(statuses, status) ?? null);
}

function codedWord(
  row: NativeRow,
  declared: CodedColumn | undefined,
  nationalCodes: Readonly<Record<string, string>>,
): CodedWord | null {
  const nativeName = declared === undefined ? null : wholeTextOf(row, declared.column);
  if (nativeName === null) return null;
  const code = said(declared?.codes ?? {}, nativeName) ?? null;
  return { code, nationalCode: code === null ? null : (nationalCodes[code] ?? null), nativeName };
}
