/** Statements in the current transaction; parameters are written `?`. Kit parts see this and nothing of the ORM. */
export interface Sql {
  execute<T = Record<string, unknown>>(statement: string, parameters?: readonly unknown[]): Promise<T[]>;
}

/** Runs work in a fresh transaction of its own, as the room's service principal. */
export type Transact = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
