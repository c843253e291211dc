import type { Clock } from '../../../kit/base/clock.js';
import type { NativeRow } from '../../kit/native-row.js';
import type { AnswerLimit } from './answer-limit.js';

/** Where a school's database is and how much of it may be used. */
export interface SqlAddress {
  /** Its scheme names the dialect. */
  readonly url: string;
  readonly poolSize: number;
  /** How long opening a session may take. */
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
}

/** A statement as a server takes it; every value from outside is a parameter. */
export interface BoundStatement {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
}

/** How long a statement may take and when it ends early. */
export interface StatementLimits {
  /** On abort the statement is stopped on the server. */
  readonly signal: AbortSignal;
  /** Told to servers that can stop a statement themselves. */
  readonly timeoutMs: number;
  /** What a question may give; without one it gives what it gives. */
  readonly answer?: AnswerLimit;
}

/** Read-only sessions on a school's database, in a pool. */
export interface SqlReader {
  /**
   * One question in a read-only session. Rows come with upper-case column names and every value as text.
   * @throws AnswerTooLarge when the answer grows beyond its limit, as soon as it does
   */
  query(statement: BoundStatement, limits: StatementLimits): Promise<NativeRow[]>;
  end(): Promise<void>;
}

/** One transaction of a writer. */
export interface SqlTransaction {
  query(statement: BoundStatement): Promise<NativeRow[]>;
  /** Runs a statement that gives no rows. @returns how many rows it wrote */
  execute(statement: BoundStatement): Promise<number>;
}

/** Sessions of an account that may write. */
export interface SqlWriter {
  /**
   * Does work in one serializable transaction and commits it; rolls back when the work rejects or the signal aborts
   * before the commit.
   */
  transaction<T>(work: (transaction: SqlTransaction) => Promise<T>, limits: StatementLimits): Promise<T>;
  end(): Promise<void>;
}

/**
 * What a server's error means: it stopped the statement; another transaction was in the way and the whole can be tried
 * again; the data break a rule of the system. Null for everything else.
 */
export type ServerSays = 'STOPPED' | 'CONFLICT' | 'RULE_BROKEN' | null;

/** What differs between databases. */
export interface SqlDialect {
  /** In its maker's words. */
  readonly name: string;
  /** The schemes of its URLs. */
  readonly schemes: readonly string[];
  /** Most student numbers in one statement. */
  readonly mostKeys: number;
  /** How parameter number `index`, from 1, is written. */
  placeholder(index: number): string;
  /** A parameter that is compared with a number column. */
  number(placeholder: string): string;
  /** The clause, after ORDER BY, that ends a list after so many rows. */
  limit(rows: number): string;
  /** Whether `x.f` calls the function f where the table x has no column f, so that columns must be looked up. */
  readonly callsThroughColumns?: true;
  /** What a writer says first, so that writers of the table wait for each other where the isolation level does not do it. */
  lockTable?(table: string): string;
  says(error: unknown): ServerSays;
  openReader(address: SqlAddress): SqlReader;
  openWriter(address: SqlAddress): SqlWriter;
}

/**
 * Rows of an answer in the form of the kit.
 * @throws Error when two columns have one name, because one value would be lost
 */
export function nativeRows(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
): NativeRow[] {
  const names = columns.map((column) => column.toUpperCase());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`The statement gives the column ${twice} twice.`);
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
}
