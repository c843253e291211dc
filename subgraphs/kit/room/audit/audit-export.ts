import type { Sql } from '../database/sql.js';
import { auditRows, sealHorizon } from './audit-rows.js';
import { canonicalJson } from './canonical-json.js';

interface SealRecord {
  readonly seq: number;
  readonly from_xact: string;
  readonly to_xact: string;
  readonly [column: string]: unknown;
}

const pageSize = 20;

/**
 * The whole trail of a room as NDJSON lines, each ending in a newline: the rows of a batch as
 * `{"kind":"row",…}`, then its seal as `{"kind":"seal",…}`, and at the end the committed rows that no seal covers
 * yet. `verify-audit` reads it without the database.
 */
export async function* exportAudit(sql: Sql): AsyncGenerator<string> {
  const horizon = await sealHorizon(sql);
  let sealedTo = 0n;
  for (let seq = 0; ;) {
    const seals = await sealsAfter(sql, seq);
    for (const seal of seals) {
      yield* rowLines(sql, BigInt(seal.from_xact), BigInt(seal.to_xact));
      yield `${canonicalJson({ kind: 'seal', seal })}\n`;
      seq = seal.seq;
      sealedTo = BigInt(seal.to_xact);
    }
    if (seals.length < pageSize) break;
  }
  yield* rowLines(sql, sealedTo, horizon);
}

async function* rowLines(sql: Sql, from: bigint, to: bigint): AsyncGenerator<string> {
  for await (const row of auditRows(sql, from, to)) yield `${canonicalJson({ kind: 'row', row })}\n`;
}

async function sealsAfter(sql: Sql, seq: number): Promise<SealRecord[]> {
  const page = await sql.execute<{ record: string }>(
    `select json_build_object(
       'seq', seq, 'room', room, 'from_xact', from_xact::text, 'to_xact', to_xact::text, 'rows', rows,
       'prev_hash', prev_hash, 'hash', hash, 'row_digests', row_digests, 'key_id', key_id,
       'sealed_at', to_char(sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       'signature', signature)::text as record
     from audit_seal where seq > ? order by seq limit ${pageSize}`,
    [seq],
  );
  return page.map(({ record }) => JSON.parse(record) as SealRecord);
}
