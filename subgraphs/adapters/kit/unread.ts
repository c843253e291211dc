import { parseAmount } from './amounts.js';
import type { CodedColumn } from './coded-words.js';
import { parseNativeDate } from './dates.js';
import { said } from './grades.js';
import { isCorruptText, textOf, type Columns, type NativeRow } from './native-row.js';

type ByField<T> = Readonly<Record<string, T | undefined>>;

/** What of a row a mapping reads, by field of the contract and by what should stand there. */
export interface ReadColumns {
  readonly texts?: ByField<Columns>;
  readonly amounts?: ByField<Columns>;
  readonly dates?: ByField<Columns>;
  readonly codes?: ByField<CodedColumn>;
}

/**
 * The fields whose columns hold a text that could not be read: damaged text, an amount that is none, a date that does
 * not exist or can be read in two ways, a word without a code. A column without text holds nothing. What is unread is
 * null in the graph, and the record is not complete.
 */
export function unreadIn(row: NativeRow, { texts, amounts, dates, codes }: ReadColumns): string[] {
  const unread = <T>(columns: ByField<T> | undefined, is: (column: T) => boolean): string[] =>
    Object.entries(columns ?? {}).flatMap(([field, column]) =>
      column !== undefined && is(column) ? [field] : [],
    );
  const holds = (column: Columns, isUnread: (text: string) => boolean): boolean => {
    const text = textOf(row, column);
    return text !== null && isUnread(text);
  };
  return [
    ...unread(texts, (column) => holds(column, isCorruptText)),
    ...unread(amounts, (column) => holds(column, (text) => parseAmount(text) === null)),
    // A month alone is read; some fields have no place for it.
    ...unread(dates, (column) => holds(column, (text) => parseNativeDate(text).month === null)),
    ...unread(codes, ({ column, codes: known }) => holds(column, (text) => said(known, text) === undefined)),
  ];
}

/** Whether any of some columns holds a text. */
export function holdsText(row: NativeRow, columns: readonly (Columns | undefined)[]): boolean {
  return columns.some((column) => textOf(row, column) !== null);
}
