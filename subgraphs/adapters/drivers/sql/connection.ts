import type { NativeRow } from '../../kit/native-row.js';
import type { ReadContext } from '../../kit/driver.js';

/** A pool of read-only sessions on a school's database; one dialect each. */
export interface SqlConnection {
  /** How the dialect writes parameter number `index`, from 1. */
  placeholder(index: number): string;
  /**
   * Runs one statement in a read-only session. On abort and after the time limit it is stopped on the server.
   * Rows come with upper-case column names and every value as text.
   */
  query(statement: string, parameters: readonly string[], context: ReadContext): Promise<NativeRow[]>;
  /** Whether the driver's error means that the server stopped the statement. */
  wasStopped(error: unknown): boolean;
  end(): Promise<void>;
}

/** Where a school's database is and how much of it may be used. */
export interface SqlAddress {
  /** `postgresql://…`, `mysql://…` or `mariadb://…`. */
  readonly url: string;
  readonly poolSize: number;
  /** How long opening a session may take. */
  readonly connectTimeoutMs: number;
}

/** A row, every value of which the driver gives as text, with upper-case column names: the system's own dialect. */
export function upperCased(row: Readonly<Record<string, string | null>>): NativeRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toUpperCase(), value]));
}
