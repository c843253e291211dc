import { AmrloError } from '../../kit/base/errors/amrlo-error.js';

/** A row as the school's system gives it: column names as the system writes them, every value as text or absent. */
export type NativeRow = Readonly<Record<string, string | null>>;

/** One column, or several of which the first that has a value counts. */
export type Columns = string | readonly string[];

/** What no text holds: control characters but for tab and line ends. */
const controls = /[\p{Cc}--[\t\n\r]]/v;

/**
 * Whether a text was damaged on its way: it holds U+FFFD, half a character, a control character, or a run of question
 * marks where characters were lost (a client with the wrong character set turns 计算机 into ???). One question mark
 * alone is punctuation.
 */
export function isCorruptText(text: string): boolean {
  return text.includes('\uFFFD') || /\?{2,}/.test(text) || controls.test(text) || !text.isWellFormed();
}

/** The trimmed text of the first of the columns that has any; null when none has. */
export function textOf(row: NativeRow, columns: Columns | undefined): string | null {
  if (columns === undefined) return null;
  for (const column of typeof columns === 'string' ? [columns] : columns) {
    // A row is data: a column called like something that every object has is there only when the row has it.
    const value = Object.hasOwn(row, column) ? row[column]?.trim() : undefined;
    if (value) return value;
  }
  return null;
}

/**
 * The text of a column for the graph. Damaged text becomes an error in place of the value, which the GraphQL
 * executor turns into null with an error at the field; it is never passed on.
 */
export function soundTextOf(
  row: NativeRow,
  columns: Columns | undefined,
  about: { institution: string; field: string },
): string | null | AmrloError {
  const text = textOf(row, columns);
  if (text !== null && isCorruptText(text)) return new AmrloError('SOURCE_TEXT_CORRUPT', about);
  return text;
}

/** The text of a column where it is sound; null where there is none, and where it is damaged. */
export function wholeTextOf(row: NativeRow, columns: Columns | undefined): string | null {
  const text = textOf(row, columns);
  return text === null || isCorruptText(text) ? null : text;
}
