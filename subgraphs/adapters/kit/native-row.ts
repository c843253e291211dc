import { AmrloError } from '../../kit/base/errors/amrlo-error.js';

/** A row as the school's system gives it: column names as the system writes them, every value as text or absent. */
export type NativeRow = Readonly<Record<string, string | null>>;

/** One column, or several of which the first that has a value counts. */
export type Columns = string | readonly string[];

/**
 * Whether a text was damaged on its way: it holds U+FFFD, or a run of question marks where characters were lost
 * (a client with the wrong character set turns 计算机 into ???). One question mark alone is punctuation.
 */
export function isCorruptText(text: string): boolean {
  return text.includes('\uFFFD') || /\?{2,}/.test(text);
}

/** The trimmed text of the first of the columns that has any; null when none has. */
export function textOf(row: NativeRow, columns: Columns | undefined): string | null {
  if (columns === undefined) return null;
  for (const column of typeof columns === 'string' ? [columns] : columns) {
    const value = row[column]?.trim();
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
