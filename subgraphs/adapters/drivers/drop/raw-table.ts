import type { FaultCode } from './fault-codes.js';

/** A row of a file or sheet before anybody knows what its columns mean. */
export interface RawRow {
  /** From 1, as a spreadsheet program counts. */
  readonly row: number;
  /** Text exactly as it stands there; null where there is nothing. */
  readonly cells: readonly (string | null)[];
  /** What was wrong with a cell, by its column from 0. */
  readonly faults?: ReadonlyMap<number, FaultCode>;
}

/** A file or sheet, read. */
export interface RawTable {
  /** The file's name, with the sheet's where the file has several. */
  readonly name: string;
  readonly rows: readonly RawRow[];
}
