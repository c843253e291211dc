import type { StatementLimits } from './dialect.js';

/** How much one statement may give. */
export interface AnswerLimit {
  readonly rows: number;
  /** Characters of all its values together. */
  readonly characters: number;
}

/** An answer that grew beyond its limit; its statement was stopped and its rows were let go. */
export class AnswerTooLarge extends Error {
  readonly limit: AnswerLimit;

  constructor(limit: AnswerLimit) {
    super(`The answer is larger than ${limit.rows} rows or ${limit.characters} characters.`);
    this.limit = limit;
  }
}

/** Rows as they arrive. */
export interface ArrivingRows {
  /** @returns false from the row on that was too much */
  add(row: readonly (string | null)[]): boolean;
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * Does the work of one question and holds its rows, as they arrive, to the limit: beyond it the statement is stopped as
 * if nobody waited for it any more, before the rest is read.
 * @throws AnswerTooLarge
 */
export async function withinAnswer<T>(
  limits: StatementLimits,
  work: (limits: StatementLimits, arriving: ArrivingRows) => Promise<T>,
): Promise<T> {
  const { answer } = limits;
  const rows: (readonly (string | null)[])[] = [];
  if (answer === undefined) return work(limits, { rows, add: (row) => rows.push(row) > 0 });
  const tooMuch = new AbortController();
  let characters = 0;
  const arriving: ArrivingRows = {
    rows,
    add(row) {
      if (tooMuch.signal.aborted) return false;
      for (const value of row) characters += value?.length ?? 0;
      if (rows.length < answer.rows && characters <= answer.characters) return rows.push(row) > 0;
      rows.length = 0;
      tooMuch.abort(new AnswerTooLarge(answer));
      return false;
    },
  };
  const signal = AbortSignal.any([limits.signal, tooMuch.signal]);
  try {
    return await work({ ...limits, signal }, arriving);
  } finally {
    // However the stopped statement ended, this is why.
    if (!limits.signal.aborted) tooMuch.signal.throwIfAborted();
  }
}
