import { refuse } from '../../base/errors/amrlo-error.js';
import { contentHash, type Json } from '../audit/canonical-json.js';
import type { Sql } from '../database/sql.js';

export type { Json } from '../audit/canonical-json.js';

/** What makes two requests the same one. */
export interface IdempotentRequest {
  /** The principal's subject: keys of different people never meet. */
  readonly subject: string;
  /** The mutation's name. */
  readonly operation: string;
  /** Chosen by the client: 8 to 128 printable ASCII characters. */
  readonly key: string;
  /** The mutation's input; compared by its canonical hash. */
  readonly input: unknown;
}

/**
 * Does the work once per key and gives its stored answer to every repetition. Runs inside the mutation's transaction:
 * the answer is stored if and only if the work is. A repetition that comes while the first is at work waits for its
 * end. Work that throws stores nothing, and the next repetition does it. The caller checks the right to ask first.
 * @throws AmrloError `INPUT_INVALID` for a malformed key, `IDEMPOTENCY_KEY_REUSED` for a known key with another input
 */
export async function idempotent<T extends Json>(
  sql: Sql,
  request: IdempotentRequest,
  work: () => Promise<T>,
): Promise<T> {
  const { subject, operation, key } = request;
  if (!/^[\x20-\x7e]{8,128}$/.test(key)) {
    throw refuse('INPUT_INVALID', { detail: 'idempotencyKey: 8–128 ASCII' }, ['input', 'idempotencyKey']);
  }
  const inputHash = hashOf(request.input);
  const place = [subject, operation, key];
  const known = await claim(sql, place, inputHash);
  if (known === undefined) return perform(sql, place, work);
  if (known.inputHash !== inputHash) throw refuse('IDEMPOTENCY_KEY_REUSED', {}, ['input', 'idempotencyKey']);
  return JSON.parse(known.response) as T;
}

/**
 * Forgets the keys made before an instant, ten thousand at most; a repetition after that is a new request.
 * @returns how many were forgotten
 */
export async function pruneIdempotencyKeys(sql: Sql, before: Date): Promise<number> {
  const removed = await sql.execute(
    `delete from idempotency_key where (subject, operation, key) in (
       select subject, operation, key from idempotency_key where created_at < ?::timestamptz
       order by created_at limit 10000)
     returning key`,
    [before.toISOString()],
  );
  return removed.length;
}

/** A text that is not Unicode (half a surrogate pair) has no canonical form; it came from the client. */
function hashOf(input: unknown): string {
  try {
    return contentHash(input);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw refuse('INPUT_INVALID', { detail: 'Unicode' }, ['input']);
  }
}

interface KnownAnswer {
  readonly inputHash: string;
  readonly response: string;
}

/**
 * Takes the key, or reads who has it. The one statement that does both cannot see a row that was committed while it
 * waited for it; then, and only then, the row is read by a second one.
 */
async function claim(
  sql: Sql,
  place: readonly string[],
  inputHash: string,
): Promise<KnownAnswer | undefined> {
  const [found] = await sql.execute<{ mine: string; input_hash: string; response: string }>(
    `with claimed as (
       insert into idempotency_key (subject, operation, key, input_hash) values (?, ?, ?, ?)
       on conflict do nothing returning input_hash
     )
     select 'yes' as mine, input_hash, null as response from claimed
     union all
     select 'no', input_hash, response::text from idempotency_key where subject = ? and operation = ? and key = ?`,
    [...place, inputHash, ...place],
  );
  if (found?.mine === 'yes') return undefined;
  if (found !== undefined) return { inputHash: found.input_hash, response: found.response };
  const [waitedFor] = await sql.execute<{ input_hash: string; response: string }>(
    `select input_hash, response::text as response from idempotency_key
     where subject = ? and operation = ? and key = ?`,
    [...place],
  );
  // Pruned in this very moment: as good as unknown.
  if (waitedFor === undefined) return claim(sql, place, inputHash);
  return { inputHash: waitedFor.input_hash, response: waitedFor.response };
}

async function perform<T extends Json>(
  sql: Sql,
  place: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const where = 'where subject = ? and operation = ? and key = ?';
  let response: T;
  try {
    response = await work();
  } catch (error) {
    // A caller that commits in spite of a refusal must not leave a key without an answer. After a fault of the
    // database the transaction is lost anyway and this statement with it.
    await sql.execute(`delete from idempotency_key ${where}`, place).catch(() => undefined);
    throw error;
  }
  await sql.execute(`update idempotency_key set response = ?::jsonb ${where}`, [
    JSON.stringify(response ?? null),
    ...place,
  ]);
  return response;
}
