import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';
import type { FormatContext } from './delivery-format.js';
import type { RawRow } from './raw-table.js';
import { RecordWidth } from './record-width.js';
import { decodedPieces, type TextEncoding } from './text-encoding.js';

/** The signs that separate fields in the files of schools. */
export const separators = [',', ';', '\t', '|'] as const;

/** How a CSV file is written. */
export interface CsvForm {
  readonly encoding: TextEncoding;
  /** `auto`: whichever of the known signs stands most often in the first line that has any. */
  readonly separator: (typeof separators)[number] | 'auto';
}

/**
 * The rows of a CSV file, fields as they stand there. Rows without anything are left out and still counted.
 * @throws AmrloError `FILE_UNREADABLE` where quotes do not pair or there is more than the limits allow,
 *   `FILE_WRONG_ENCODING`, or `REQUEST_CANCELLED`
 */
export async function readCsvRows(
  file: string,
  content: Buffer,
  form: CsvForm,
  context: FormatContext,
): Promise<RawRow[]> {
  const { limits } = context;
  const rows: RawRow[] = [];
  const words = new SharedWords();
  let row = 0;
  const take = (cells: string[]): void => {
    row += 1;
    if (row > limits.maxRows)
      throw refuse('FILE_UNREADABLE', { detail: `${file}: > ${limits.maxRows} rows` });
    if (cells.some((cell) => cell.trim() !== ''))
      rows.push({ row, cells: cells.map((cell) => (cell === '' ? null : words.get(cell))) });
  };
  const pieces = decodedPieces(content, form.encoding);
  const opening = pieces.next().value ?? '';
  const delimiter = form.separator === 'auto' ? separatorIn(opening) : form.separator;
  const width = new RecordWidth(delimiter, limits.maxColumns);
  function measured(piece: string): string {
    const wide = width.tooWideIn(piece);
    if (wide === undefined) return piece;
    throw refuse('FILE_UNREADABLE', { detail: `${file}, row ${wide}: > ${limits.maxColumns} columns` });
  }
  async function* paced(): AsyncGenerator<string> {
    yield measured(opening);
    for (const piece of pieces) {
      await context.pause();
      yield measured(piece);
    }
  }
  const parser = parse({
    relaxColumnCount: true,
    delimiter,
    // A quote that never ends would otherwise swallow the whole file into one field.
    maxRecordSize: Math.max(1_000_000, limits.maxFieldLength * 2),
  });
  try {
    await pipeline(paced, parser, async (records: AsyncIterable<string[]>) => {
      for await (const record of records) take(record);
    });
  } catch (error) {
    if (error instanceof AmrloError) throw error;
    const { lines } = error as { lines?: number };
    throw refuse('FILE_UNREADABLE', {
      detail: `${file}, ${lines === undefined ? 'CSV' : `line ${lines}`}`,
    });
  }
  return rows;
}

function separatorIn(text: string): string {
  const line = text.split(/[\r\n]+/).find((one) => separators.some((sign) => one.includes(sign))) ?? '';
  const bare = line.replace(/"(?:[^"]|"")*"/g, '');
  const times = (sign: string): number => bare.split(sign).length - 1;
  return separators.reduce((best, sign) => (times(sign) > times(best) ? sign : best));
}

/** Most fields of a table repeat (terms, courses, names of programmes); each such text is kept once. */
class SharedWords {
  readonly #words = new Map<string, string>();

  get(text: string): string {
    if (text.length > 64) return text;
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    if (this.#words.size < 50_000) this.#words.set(text, text);
    return text;
  }
}
