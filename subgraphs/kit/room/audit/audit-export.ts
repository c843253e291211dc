import { createHash, sign } from 'node:crypto';
import type { Sql } from '../database/sql.js';
import { auditRows, sealHorizon } from './audit-rows.js';
import { canonicalJson } from './canonical-json.js';
import { genesisHash, type SealingKey } from './seal-audit.js';

/** The first word of every export; another number when the form of its lines changes. */
const auditExportFormat = 'amrlo-audit/1';

/** What an export says of itself. */
export interface AuditExportOptions {
  /** The room whose trail it is. */
  readonly room: string;
  /** Signs the footer; an auditor needs its public half, and those of older keys that sealed. */
  readonly key: SealingKey;
  readonly now: Date;
}

interface SealRecord {
  readonly seq: number;
  readonly hash: string;
  readonly from_xact: string;
  readonly to_xact: string;
  readonly [column: string]: unknown;
}

const pageSize = 20;

/**
 * The whole trail of a room as NDJSON lines, each ending in a newline: a header (format, room, key, time), the rows of a
 * batch as `{"kind":"row",…}`, then its seal as `{"kind":"seal",…}`, the committed rows that no seal covers yet, and a
 * signed footer with the counts, the head and the hash of every line before it. So an export that was cut anywhere, or
 * whose unsealed rows were changed, is found out. `verify-audit` reads it without the database.
 */
export async function* exportAudit(sql: Sql, { room, key, now }: AuditExportOptions): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const line = (record: object): string => {
    const text = `${canonicalJson(record)}\n`;
    digest.update(text);
    return text;
  };
  const horizon = await sealHorizon(sql);
  let last: Pick<SealRecord, 'seq' | 'hash' | 'to_xact'> = { seq: 0, hash: genesisHash, to_xact: '0' };
  let rows = 0;
  let unsealed = 0;

  const header = { format: auditExportFormat, room, key_id: key.keyId, exported_at: now.toISOString() };
  yield line({ kind: 'header', header });
  for (;;) {
    const seals = await sealsAfter(sql, last.seq);
    for (const seal of seals) {
      for await (const row of auditRows(sql, BigInt(seal.from_xact), BigInt(seal.to_xact))) {
        yield line({ kind: 'row', row });
        rows += 1;
      }
      yield line({ kind: 'seal', seal });
      last = seal;
    }
    if (seals.length < pageSize) break;
  }
  for await (const row of auditRows(sql, BigInt(last.to_xact), horizon)) {
    yield line({ kind: 'row', row });
    unsealed += 1;
  }
  const footer = { rows, seals: last.seq, unsealed, head: last.hash, sha256: digest.digest('hex') };
  const signature = sign(null, Buffer.from(canonicalJson(footer)), key.privateKey).toString('base64url');
  yield `${canonicalJson({ kind: 'footer', footer: { ...footer, signature } })}\n`;
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
