/** What ends the records of a file; the first that stands outside quotes counts for the whole file, as csv-parse has it. */
type RecordEnd = '\n' | '\r' | '\r\n';

/**
 * Counts the fields of each record of a CSV file before the parser makes fields of them: a record of millions of
 * separators costs a parser fifty times its bytes, and nothing of it is needed to refuse it.
 */
export class RecordWidth {
  readonly #separator: string;
  readonly #max: number;
  #end: RecordEnd | undefined;
  #quoted = false;
  #afterReturn = false;
  #separators = 0;
  #row = 1;

  /** @param max How many fields a record may have. */
  constructor(separator: string, max: number) {
    this.#separator = separator;
    this.#max = max;
  }

  /** Reads on in the next piece of the text; gives the record, from 1, that has too many fields, undefined for none. */
  tooWideIn(piece: string): number | undefined {
    for (const sign of piece) {
      if (this.#endsBefore(sign)) this.#next();
      if (sign === '"') this.#quoted = !this.#quoted;
      else if (!this.#quoted && sign === this.#separator) {
        this.#separators += 1;
        if (this.#separators >= this.#max) return this.#row;
      }
      if (this.#endsWith(sign)) this.#next();
      this.#afterReturn = sign === '\r' && !this.#quoted;
    }
    return undefined;
  }

  /** Whether a lone return before this sign ended a record; that is known only now. */
  #endsBefore(sign: string): boolean {
    if (this.#end !== undefined || !this.#afterReturn || sign === '\n') return false;
    this.#end = '\r';
    return true;
  }

  #endsWith(sign: string): boolean {
    if (this.#quoted) return false;
    if (sign === '\n') {
      this.#end ??= this.#afterReturn ? '\r\n' : '\n';
      return this.#end === '\n' || (this.#end === '\r\n' && this.#afterReturn);
    }
    return sign === '\r' && this.#end === '\r';
  }

  #next(): void {
    this.#separators = 0;
    this.#row += 1;
  }
}
