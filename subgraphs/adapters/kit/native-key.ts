import { textOf, isCorruptText, type Columns, type NativeRow } from './native-row.js';

/** What stands between the student number and the school's own key in a native key. */
const keySeparator = '|';

/** The most characters of a student number and of a school's own key; no system is asked for a longer one. */
const longest = { studentNumber: 64, ownKey: 256 } as const;

/** Whose row it is and the native key by which the graph finds it again. */
export interface RowKey {
  readonly studentNumber: string;
  readonly nativeKey: string;
}

/**
 * Whether a text can be a student number at all. What cannot is not found before any system is asked: databases refuse
 * a NUL as a failure of their own, and such a failure is nobody's but the reader's.
 */
export function isStudentNumber(text: string): boolean {
  const isBounded = text.trim() !== '' && text.length <= longest.studentNumber;
  return isBounded && text.isWellFormed() && !/\p{Cc}/v.test(text);
}

/** The student number in a native key; null when the key is not of this house. */
export function studentNumberOf(nativeKey: string): string | null {
  const at = nativeKey.indexOf(keySeparator);
  const studentNumber = nativeKey.slice(0, Math.max(at, 0));
  return isStudentNumber(studentNumber) && isOwnKey(nativeKey.slice(at + 1)) ? studentNumber : null;
}

/** The native key of a row; null where the row has none that could be understood again. */
export function rowKeyOf(
  row: NativeRow,
  { studentNumber: numberColumn, key }: { readonly studentNumber: Columns; readonly key: Columns },
): RowKey | null {
  const studentNumber = textOf(row, numberColumn);
  const ownKey = textOf(row, key);
  if (studentNumber === null || !isStudentNumber(studentNumber) || studentNumber.includes(keySeparator)) {
    return null;
  }
  if (ownKey === null || !isOwnKey(ownKey)) return null;
  return { studentNumber, nativeKey: `${studentNumber}${keySeparator}${ownKey}` };
}

function isOwnKey(text: string): boolean {
  return text !== '' && text.length <= longest.ownKey && !isCorruptText(text);
}
