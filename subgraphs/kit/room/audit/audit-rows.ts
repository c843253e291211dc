import type { Sql } from '../database/sql.js';

/** A row as it is sealed and exported: the columns under their own names, instants in UTC with microseconds. */
export interface SealedRow {
  readonly id: string;
  readonly xact: string;
  readonly [column: string]: unknown;
}

const pageSize = 1000;

/** The transaction id below which every transaction has ended, so that no row can appear there any more. */
export async function sealHorizon(sql: Sql): Promise<bigint> {
  const [row] = await sql.execute<{ horizon: string }>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`,
  );
  // Without an answer nothing is below the horizon, and nothing is sealed.
  return BigInt(row?.horizon ?? 0);
}

/** The rows with `from <= xact < to` in seal order (xact, then id), a thousand at a time. */
export async function* auditRows(sql: Sql, from: bigint, to: bigint): AsyncGenerator<SealedRow> {
  let afterXact = String(from);
  let afterId = '';
  for (;;) {
    const page = await sql.execute<{ record: string }>(
      `select json_build_object(
         'id', id, 'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'actor', actor,
         'roles', roles, 'grant_id', grant_id, 'purpose', purpose, 'action', action,
         'subject_type', subject_type, 'subject_id', subject_id, 'learner_id', learner_id, 'outcome', outcome,
         'before_hash', before_hash, 'after_hash', after_hash, 'request_id', request_id, 'detail', detail,
         'xact', xact::text)::text as record
       from audit_event
       where (xact, id) > (?::text::xid8, ?::text) and xact >= ?::text::xid8 and xact < ?::text::xid8
       order by xact, id limit ${pageSize}`,
      [afterXact, afterId, afterXact, String(to)],
    );
    for (const { record } of page) {
      const row = JSON.parse(record) as SealedRow;
      yield row;
      afterXact = row.xact;
      afterId = row.id;
    }
    if (page.length < pageSize) return;
  }
}
