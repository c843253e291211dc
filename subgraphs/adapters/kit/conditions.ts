import { textOf, type NativeRow } from './native-row.js';

/** A condition of a mapping on a row: every column has exactly the value; `*` is any value and '' none. */
export type Condition = Readonly<Record<string, string>>;

/** Whether a condition holds of a row. */
export function holds(row: NativeRow, when: Condition): boolean {
  return Object.entries(when).every(([column, wanted]) => {
    const value = textOf(row, column) ?? '';
    return wanted === '*' ? value !== '' : value === wanted;
  });
}

/** The first rule of a mapping that holds; undefined without one, and then what it would say is unknown. */
export function firstThatHolds<R extends { readonly when: Condition }>(
  row: NativeRow,
  rules: readonly R[] | undefined,
): R | undefined {
  return rules?.find(({ when }) => holds(row, when));
}

/** The flags whose conditions hold. */
export function flagsOf(
  row: NativeRow,
  rules: readonly { readonly when: Condition; readonly flag: string }[] | undefined,
): string[] {
  return (rules ?? []).filter(({ when }) => holds(row, when)).map(({ flag }) => flag);
}
