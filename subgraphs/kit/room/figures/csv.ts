/** What a cell holds; a text is written so that no spreadsheet takes it for a formula. */
export type CsvCell = string | number | null;

/** Begins a file, so that Excel in Chinese reads it as UTF-8. */
export const csvStart = '\u{feff}';

/**
 * One line of CSV (RFC 4180), with its line end. A text that a spreadsheet would calculate (it begins with = + - @, in
 * their full width too, whatever blanks stand before) gets an apostrophe before it: spreadsheets show such a cell as
 * it is. A number is written as it is, also a negative one.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
