/** What the header of a table says of its rows. */
export interface Header {
  /** The names of the columns, '' for one without a name or whose name another column has too. */
  readonly columns: readonly string[];
  /** How many fields a row must have: up to the last column with a name. */
  readonly width: number;
}

type Cells = readonly (string | null)[];

/** A row with more fields too many than this tells nothing about where its values belong. */
const mostBeyond = 8;

/**
 * Whether a row has other fields than the header: too few, or texts beyond the last column. Then a separator is missing or
 * stands in a text without quotes, and nobody knows from which field on the values belong to other columns. Empty fields
 * at the end move nothing.
 */
export function isShifted(cells: Cells, width: number): boolean {
  return cells.length < width || cells.slice(width).some(hasText);
}

/**
 * The texts of a shifted row of which one is what it says in a column. Separators that are too many move a value to the
 * right, by as many fields at most; before the first field nothing is lost. Null where the value may not be there at all:
 * the row ends before it, or a field has swallowed others.
 */
export function textsAround(
  cells: Cells,
  { columns, width }: Header,
  column: string,
): readonly string[] | null {
  const at = columns.indexOf(column);
  if (at < 0) return null;
  const beyond = cells.findLastIndex(hasText) + 1 - width;
  const isShort = cells.length < width;
  if (beyond > mostBeyond || (isShort && (at >= cells.length || cells.some(hasSwallowed)))) return null;
  const isFirst = at === 0 && hasText(cells[0]);
  const from = isFirst || !isShort ? at : Math.max(0, at - (width - cells.length));
  const to = isFirst || isShort ? at : at + beyond;
  const texts = cells.slice(from, to + 1).flatMap((cell) => cell?.trim() || []);
  return texts.length === 0 ? null : texts;
}

/** Whether a field holds anything but spaces. */
export function hasText(cell: string | null | undefined): boolean {
  return cell !== null && cell !== undefined && cell.trim() !== '';
}

function hasSwallowed(cell: string | null): boolean {
  return cell !== null && /[,;|\t\r\n"]/.test(cell);
}
