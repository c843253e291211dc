import { generateKeyPairSync } from 'node:crypto';
import type pg from 'pg';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { exportAudit } from '../../subgraphs/kit/room/audit/audit-export.js';
import { auditTables } from '../../subgraphs/kit/room/audit/audit-tables.js';
import { createAuditTrail } from '../../subgraphs/kit/room/audit/audit-trail.js';
import { sealAudit, sealingKey, type SealingKey } from '../../subgraphs/kit/room/audit/seal-audit.js';
import type { Sql, Transact } from '../../subgraphs/kit/room/database/sql.js';
import { createTestDatabase } from '../support/pg-sql.js';

/** The key that seals. */
export const key = newKey();

/** An audit trail in a database of its own. */
export interface AuditRoom extends AsyncDisposable {
  readonly transact: Transact;
  readonly clock: FakeClock;
  connect(): Promise<pg.Client>;
  /** Writes rows in the given transaction. */
  write(sql: Sql, count: number): Promise<void>;
  /** The trail as the lines of its export, each with its newline, signed with {@link key} unless told otherwise. */
  exported(signedWith?: SealingKey): Promise<string[]>;
  /**
   * Resolves once nothing older than the last row is open. Transactions of every database of the cluster hold the
   * sealer's horizon back, and other test files run theirs at the same time.
   */
  settled(): Promise<void>;
  /** Two seals of four rows each: line 1 is the header, 2 to 5 and 7 to 10 are rows, 6 and 11 their seals, 12 the footer. */
  twoBatches(): Promise<string[]>;
}

/** Makes the database with an empty trail. */
export async function startAuditRoom(): Promise<AuditRoom> {
  const database = await createTestDatabase(auditTables);
  const { transact } = database;
  const clock = new FakeClock();
  let serial = 0;

  async function write(sql: Sql, count: number): Promise<void> {
    const trail = createAuditTrail({
      principal: servicePrincipal('test'),
      requestId: `req-${(serial += 1)}`,
      clock,
    });
    for (let i = 0; i < count; i += 1) {
      trail.record({
        action: 'CREATE_DEPOSIT',
        outcome: 'ALLOWED',
        subjectType: 'Deposit',
        subjectId: `dep_${i}`,
        detail: { 学分: '3.5', n: i, ratio: 0.1, big: 1e21, nested: [{ b: null, a: true }] },
      });
    }
    await trail.flush(sql);
  }

  async function exported(signedWith = key): Promise<string[]> {
    const lines: string[] = [];
    await transact(async (sql) => {
      const options = { room: 'public', key: signedWith, now: clock.now() };
      for await (const line of exportAudit(sql, options)) lines.push(line);
    });
    return lines;
  }

  async function settled(): Promise<void> {
    const until = Date.now() + 30_000;
    for (;;) {
      const [row] = await transact((sql) =>
        sql.execute<{ settled: boolean }>(
          `select coalesce(max(xact) < pg_snapshot_xmin(pg_current_snapshot()), true) as settled from audit_event`,
        ),
      );
      if (row?.settled) return;
      if (Date.now() > until) throw new Error('Another transaction of the cluster stays open.');
    }
  }

  return {
    transact,
    clock,
    connect: () => database.connect(),
    write,
    exported,
    settled,
    async twoBatches() {
      for (let batch = 0; batch < 2; batch += 1) {
        for (let i = 0; i < 2; i += 1) await transact((sql) => write(sql, 2));
        await settled();
        await sealAudit(transact, key, { clock });
      }
      return exported();
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** A sealing key, another one at every call. */
export function newKey(): SealingKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return sealingKey(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
}
