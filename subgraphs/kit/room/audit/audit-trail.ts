import type { Clock } from '../../base/clock.js';
import { newId } from '../../base/ids.js';
import { rolesOf, type Principal } from '../../base/identity/principal.js';
import type { Sql } from '../database/sql.js';
import { auditActions, type AuditAction } from './audit-actions.js';
import { contentHash, type Json } from './canonical-json.js';

/** One thing that a request did, saw, or was refused. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly outcome: 'ALLOWED' | 'DENIED';
  /** The type's name in the graph, for example `Deposit`. */
  readonly subjectType: string;
  readonly subjectId?: string | null;
  /** The learner whose data it is, where it is a learner's. */
  readonly learnerId?: string | null;
  /** The grant acted under; left out, it is the request's only grant, if it has exactly one. */
  readonly grantId?: string | null;
  /** Why it was asked, as the caller declared it. */
  readonly purpose?: string | null;
  /** The subject before and after the change; only their hashes are kept. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Codes, counts and ids; never a name, a document number or a mark. */
  readonly detail?: { readonly [key: string]: Json };
}

/** The trail of one request. */
export interface AuditTrail {
  /** Keeps an entry until the next flush; hashes `before` and `after` as they are now. */
  record(entry: AuditEntry): void;
  /**
   * Writes what was recorded in one statement of the given transaction; nothing recorded, nothing sent.
   * A request is answered only after the transaction of its last flush has committed.
   * @returns how many rows were written
   */
  flush(sql: Sql): Promise<number>;
  /**
   * Says that the transaction was rolled back. Its changes did not happen and are forgotten; what was read or
   * refused did happen and waits for the next flush, which needs a transaction of its own. A row that an earlier
   * transaction of the request has stored already is not stored again.
   */
  rolledBack(): void;
  /** How many entries wait for a flush. */
  readonly size: number;
}

interface AuditRow {
  readonly id: string;
  readonly action: AuditAction;
  readonly outcome: 'ALLOWED' | 'DENIED';
  readonly [column: string]: unknown;
}

const insertRows = `insert into audit_event
    (id, at, actor, roles, grant_id, purpose, action, subject_type, subject_id, learner_id, outcome,
     before_hash, after_hash, request_id, detail)
  select id, at, actor, roles, grant_id, purpose, action, subject_type, subject_id, learner_id, outcome,
     before_hash, after_hash, request_id, detail
  from jsonb_to_recordset(?::jsonb) as entry
    (id text, at timestamptz, actor text, roles text[], grant_id text, purpose text, action text,
     subject_type text, subject_id text, learner_id text, outcome text, before_hash text, after_hash text,
     request_id text, detail jsonb)
  on conflict (id) do nothing`;

/** Opens the trail of one request. */
export function createAuditTrail(options: {
  readonly principal: Principal;
  readonly requestId: string;
  readonly clock: Clock;
  /** The purpose of entries that name none. */
  readonly purpose?: string | null;
}): AuditTrail {
  const { principal, clock } = options;
  const actor = principal.subject === '' ? 'anonymous' : principal.subject;
  const roles = [...rolesOf(principal)].sort();
  const [grant, ...otherGrants] = principal.grants;
  const onlyGrant = grant !== undefined && otherGrants.length === 0 ? grant.id : null;
  let waiting: AuditRow[] = [];
  let written: AuditRow[] = [];

  return {
    record(entry) {
      waiting.push({
        id: newId('AuditEvent'),
        at: clock.now().toISOString(),
        actor,
        roles,
        grant_id: entry.grantId === undefined ? onlyGrant : entry.grantId,
        purpose: entry.purpose ?? options.purpose ?? null,
        action: entry.action,
        subject_type: entry.subjectType,
        subject_id: entry.subjectId ?? null,
        learner_id: entry.learnerId ?? null,
        outcome: entry.outcome,
        before_hash: entry.before === undefined ? null : contentHash(entry.before),
        after_hash: entry.after === undefined ? null : contentHash(entry.after),
        request_id: options.requestId,
        detail: entry.detail ?? {},
      });
    },
    async flush(sql) {
      const rows = waiting;
      waiting = [];
      if (rows.length === 0) return 0;
      written.push(...rows);
      await sql.execute(insertRows, [JSON.stringify(rows, storable)]);
      return rows.length;
    },
    rolledBack() {
      waiting = [...written, ...waiting].filter(happenedAnyway);
      written = [];
    },
    get size() {
      return waiting.length;
    },
  };
}

function happenedAnyway(row: AuditRow): boolean {
  return row.outcome === 'DENIED' || auditActions[row.action] === 'READ';
}

/** A denied caller chooses the ids it asks for; a character that PostgreSQL cannot store must not cost the row. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/[\0\ud800-\udfff]/.test(value)) return value;
  return Buffer.from(value).toString().replaceAll('\0', '\ufffd');
}
