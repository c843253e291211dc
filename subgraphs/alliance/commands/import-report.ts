/** A row that was not taken, or was set aside. */
export interface ReportedRow {
  readonly status: 'REJECTED' | 'QUARANTINED';
  /** The row in the file, from 1. */
  readonly row: number;
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
}

/** What an import did. */
export interface ImportResult {
  /** Figures in the order in which they are shown, for example `added` 2919. */
  readonly figures: ReadonlyArray<readonly [label: string, count: number]>;
  /** How many rows were rejected, also those beyond what the alliance lists. */
  readonly rejected: number;
  readonly quarantined: number;
  /** Rows of the file. */
  readonly rows: number;
  readonly problems: readonly ReportedRow[];
}

const shown = 20;

/**
 * The report for the person at the terminal.
 * @param seconds how long the import took; undefined for one that had ended before this command was given
 */
export function reportText(title: string, result: ImportResult, seconds: number | undefined): string {
  const all = [...result.figures, ['rejected', result.rejected] as const];
  const figures = all.map(([label, count]) => `${label} ${count.toLocaleString('en')}`).join(', ');
  const pace =
    seconds === undefined
      ? ''
      : `, ${seconds.toFixed(1)} s, ${Math.round(result.rows / Math.max(seconds, 0.001)).toLocaleString('en')} rows/s`;
  const lines = [`${title}: ${result.rows.toLocaleString('en')} rows${pace}`, `  ${figures}`];
  for (const problem of result.problems.slice(0, shown)) lines.push(`  ${problemText(problem)}`);
  const more = result.rejected + result.quarantined - Math.min(shown, result.problems.length);
  if (more > 0) lines.push(`  … and ${more.toLocaleString('en')} more; --report FILE writes them as CSV.`);
  return `${lines.join('\n')}\n`;
}

function problemText({ status, row, field, code, message }: ReportedRow): string {
  const place = field === null ? `row ${row}` : `row ${row}, ${field}`;
  return `${status === 'REJECTED' ? 'rejected' : 'set aside'} ${place}: ${code} ${message}`;
}

/** The rows of the report as CSV (RFC 4180), with a byte order mark, without which Excel misreads Chinese. */
export function reportCsv(problems: readonly ReportedRow[]): string {
  const rows = problems.map(({ status, row, field, code, message }) => [
    status,
    String(row),
    field ?? '',
    code,
    message,
  ]);
  const text = [['status', 'row', 'field', 'code', 'message'], ...rows]
    .map((cells) => cells.map(cellText).join(','))
    .join('\r\n');
  return `\uFEFF${text}\r\n`;
}

/** A cell that begins like a formula is not evaluated by a spreadsheet when an apostrophe stands before it. */
function cellText(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
