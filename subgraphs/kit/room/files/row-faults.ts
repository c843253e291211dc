import type { ErrorParameters } from '../../base/errors/amrlo-error.js';
import type { ErrorCode } from '../../base/errors/catalogue.js';

/** Why a row of a file is not taken; the code's message tells a person what to do about it. */
export interface RowFault {
  /** The column to blame, as the file's header names it; null for the row as a whole. */
  readonly field: string | null;
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
}

/** A row of a file, and one of its columns. */
export interface Place {
  /** From 1, header rows included, as a person counts them. */
  readonly row: number;
  readonly column: string;
}

const longestText = 200;

/** A replacement character is text that was lost before it came here; control characters cannot be stored or shown. */
const corrupt = /[\uFFFD\p{Cc}]/u;

/**
 * The fault of a cell that does not hold what its column is for; an empty one is told apart.
 * @param example what a cell of this column looks like
 */
export function cellFault({ row, column }: Place, value: unknown, example: string): RowFault {
  const shown = shownCell(value, 60).trim();
  return shown === ''
    ? { field: column, code: 'CELL_EMPTY', parameters: { row, column } }
    : { field: column, code: 'CELL_INVALID', parameters: { row, column, value: shown, example } };
}

/** The fault of a text that cannot be kept as it stands (damaged, or longer than 200 characters), if it has one. */
export function textFault({ row, column }: Place, text: string): RowFault | undefined {
  if (!text.isWellFormed() || corrupt.test(text))
    return { field: column, code: 'CELL_CORRUPT', parameters: { row, column } };
  if (text.length > longestText)
    return { field: column, code: 'CELL_TOO_LONG', parameters: { row, column, max: longestText } };
  return undefined;
}

/** A cell for a message or a table: no character that PostgreSQL cannot hold, and not longer than a person reads. */
export function shownCell(cell: unknown, longest = 1_000): string {
  const text = typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? '');
  return text.slice(0, longest).toWellFormed().replaceAll('\0', '\uFFFD');
}
