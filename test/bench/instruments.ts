/**
 * Loaded into the alliance before its main: on the word of the process that started it, writes down the statements
 * sent to PostgreSQL (`capture` until `deliver`) and samples where the time goes (`profile` until `profiled`).
 */
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';
import type pg from 'pg';
import type { CapturedStatement } from './sql-replay.js';

let captured: CapturedStatement[] | undefined;

interface Query {
  readonly text?: string;
  readonly values?: readonly unknown[];
  /** What goes out before it in the same message series. */
  readonly opening?: readonly { text: string; values: readonly unknown[] }[];
}

interface Connected {
  readonly connectionParameters: Record<string, unknown>;
}

// The rooms' driver may be another copy than the adapters'.
const require = createRequire(import.meta.url);
const ofRooms = createRequire(require.resolve('@mikro-orm/postgresql'));
for (const { Client } of new Set([require('pg') as typeof pg, ofRooms('pg') as typeof pg]))
  watch(Client.prototype);

function watch(prototype: pg.Client): void {
  // pg has overloads for every form of a query; all of them come by here and go on unchanged.
  // oxlint-disable-next-line typescript/unbound-method -- called with the `this` of each call below
  const query = prototype.query as (...args: unknown[]) => unknown;
  prototype.query = function capturing(this: Connected, ...args: unknown[]) {
    captured?.push(...statementsOf(this, args));
    return query.apply(this, args);
  } as unknown as pg.Client['query'];
}

function statementsOf({ connectionParameters }: Connected, [first, second]: unknown[]): CapturedStatement[] {
  const {
    text = '',
    values,
    opening = [],
  }: Query = typeof first === 'string' ? { text: first } : (first as Query);
  const { host, port, user, database, password, options } = connectionParameters;
  const connection = { host, port, user, database, password, options } as CapturedStatement['connection'];
  const own = { text, values: values ?? (Array.isArray(second) ? (second as unknown[]) : []) };
  return [...opening, own].map((statement) => ({ connection, ...statement }));
}

const session = new Session();
session.connect();

async function writeProfile(file: string): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  await writeFile(file, JSON.stringify(profile));
  process.send?.('written');
}

process.on('message', (order: string | { profiled: string }) => {
  if (typeof order === 'object') void writeProfile(order.profiled);
  if (order === 'profile') void session.post('Profiler.enable').then(() => session.post('Profiler.start'));
  if (order === 'capture') captured = [];
  if (order === 'deliver') {
    process.send?.({ captured: captured ?? [] });
    captured = undefined;
  }
});
