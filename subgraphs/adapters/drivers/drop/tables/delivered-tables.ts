import { refuse } from '../../../../kit/base/errors/amrlo-error.js';
import { readCsvRows, type CsvForm } from '../csv-rows.js';
import type { DeliveryFiles, FormatContext } from '../delivery-format.js';
import type { FaultList } from '../fault-list.js';
import type { RawTable } from '../raw-table.js';
import { readSheetRows } from '../xlsx/sheet-rows.js';
import { openWorkbook, type Workbook } from '../xlsx/workbook.js';
import { looksLikeZip } from '../zip-entries.js';

/** The old binary format of Excel, and what Office makes of a workbook with a password. */
const compoundFile = 'd0cf11e0a1b11ae1';

/** A table and how it was stored. */
export interface DeliveredTable extends RawTable {
  readonly isSheet: boolean;
}

/**
 * The tables of one delivery. The last one is kept for the next source, since students and identities stand in one file;
 * the others are not, because a table takes many times the room of its file.
 */
export class DeliveredTables {
  readonly #files: DeliveryFiles;
  readonly #form: CsvForm;
  readonly #faults: FaultList;
  readonly #context: FormatContext;
  #last: { readonly known: string; readonly table: DeliveredTable } | undefined;
  readonly #workbooks = new Map<string, Workbook>();
  readonly #used = new Set<string>();

  constructor(files: DeliveryFiles, form: CsvForm, faults: FaultList, context: FormatContext) {
    this.#files = files;
    this.#form = form;
    this.#faults = faults;
    this.#context = context;
  }

  /** The names of the files that fit a pattern, in the order of the names. */
  named(patterns: readonly string[]): string[] {
    const fits = patterns.map(patternOf);
    return [...this.#files.keys()]
      .filter((name) => fits.some((pattern) => pattern.test(name.normalize())))
      .sort();
  }

  /**
   * The table in a file: its text, or the sheet of that name, or the first that is not hidden.
   * @throws AmrloError as the readers do
   */
  async table(name: string, sheet: string | undefined, header: readonly number[]): Promise<DeliveredTable> {
    const known = `${name}\n${sheet ?? ''}\n${header.join()}`;
    this.#used.add(name);
    if (this.#last?.known === known) return this.#last.table;
    this.#last = undefined;
    const table = await this.#read(name, sheet, header);
    this.#last = { known, table };
    return table;
  }

  /** Notes the files that fed nothing. */
  noteUnused(): void {
    for (const name of this.#files.keys())
      if (!this.#used.has(name)) this.#faults.note(name, 0, null, 'FILE_NOT_DECLARED');
  }

  async #read(name: string, sheet: string | undefined, header: readonly number[]): Promise<DeliveredTable> {
    const content = this.#files.get(name) ?? Buffer.alloc(0);
    if (content.subarray(0, 8).toString('hex') === compoundFile)
      throw refuse('FILE_UNREADABLE', { detail: `${name}: .xls / encrypted; .xlsx` });
    if (!looksLikeZip(content)) {
      const rows = await readCsvRows(name, content, this.#form, this.#context);
      return { name, rows, isSheet: false };
    }
    const workbook = this.#workbooks.get(name) ?? (await openWorkbook(name, content, this.#context));
    if (!this.#workbooks.has(name)) {
      this.#workbooks.set(name, workbook);
      for (const { name: hidden } of workbook.sheets.filter((one) => one.hidden))
        this.#faults.note(`${name}, ${hidden}`, 0, null, 'SHEET_HIDDEN');
    }
    const chosen = workbook.sheets.find((one) => !one.hidden && (sheet === undefined || one.name === sheet));
    if (chosen === undefined)
      throw refuse('FILE_UNREADABLE', { detail: `${name}: sheet ${sheet ?? ''} absent` });
    const rows = await readSheetRows(workbook, chosen, header, this.#context);
    return { name: workbook.sheets.length > 1 ? `${name}, ${chosen.name}` : name, rows, isSheet: true };
  }
}

/** A file name's pattern; capitals do not matter, and neither does how accents are composed. */
function patternOf(text: string): RegExp {
  const source = text
    .normalize()
    .replace(/[*?.+^${}()|[\]\\]/g, (sign) => (sign === '*' ? '.*' : sign === '?' ? '.' : `\\${sign}`));
  return new RegExp(`^${source}$`, 'isu');
}
