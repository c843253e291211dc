import { AmrloError, refuse } from '../../base/errors/amrlo-error.js';
import { shownCell } from './row-faults.js';

/** The cells of a row by their names in the file. */
export type JsonRow = Readonly<Record<string, unknown>>;

/**
 * The rows of a table that was exported as JSON: one list with an object for each row.
 * @throws AmrloError `FILE_NOT_JSON`, or `FILE_NOT_A_LIST` for other JSON
 */
export function readJsonRows(text: string): JsonRow[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser quotes the file, so its words are shown like a cell.
    throw new AmrloError(
      'FILE_NOT_JSON',
      { detail: shownCell((error as Error).message, 200) },
      { cause: error },
    );
  }
  const isRow = (row: unknown) => typeof row === 'object' && row !== null && !Array.isArray(row);
  if (!Array.isArray(value) || !value.every(isRow)) throw refuse('FILE_NOT_A_LIST');
  return value as JsonRow[];
}
