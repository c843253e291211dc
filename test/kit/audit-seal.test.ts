import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { exportAudit } from '../../subgraphs/kit/room/audit/audit-export.js';
import { sealingKey, genesisHash, sealAudit } from '../../subgraphs/kit/room/audit/seal-audit.js';
import { auditTables } from '../../subgraphs/kit/room/audit/audit-tables.js';
import { createAuditTrail } from '../../subgraphs/kit/room/audit/audit-trail.js';
import { verifyAudit } from '../../subgraphs/kit/room/audit/verify-audit.js';
import type { Sql } from '../../subgraphs/kit/room/database/sql.js';
import { createTestDatabase, pgSql, type TestDatabase } from '../support/pg-sql.js';

const key = newKey();
const clock = new FakeClock();
let database: TestDatabase;
let serial = 0;

beforeEach(async () => {
  database = await createTestDatabase(auditTables);
});
afterEach(async () => database[Symbol.asyncDispose]());

function newKey() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return sealingKey(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
}

/** Writes rows in the given transaction. */
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

async function exported(): Promise<string[]> {
  const lines: string[] = [];
  await database.transact(async (sql) => {
    for await (const line of exportAudit(sql)) lines.push(line.trimEnd());
  });
  return lines;
}

/**
 * Resolves once nothing older than the last row is open. Transactions of every database of the cluster hold the
 * sealer's horizon back, and other test files run theirs at the same time.
 */
async function settled(): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const [row] = await database.transact((sql) =>
      sql.execute<{ settled: boolean }>(
        `select coalesce(max(xact) < pg_snapshot_xmin(pg_current_snapshot()), true) as settled from audit_event`,
      ),
    );
    if (row?.settled) return;
    if (Date.now() > until) throw new Error('Another transaction of the cluster stays open.');
  }
}

/** Two seals of four rows each: lines 1 to 4 and 6 to 9 are rows, 5 and 10 their seals. */
async function twoBatches(): Promise<string[]> {
  for (let batch = 0; batch < 2; batch += 1) {
    for (let i = 0; i < 2; i += 1) await database.transact((sql) => write(sql, 2));
    await settled();
    await sealAudit(database.transact, key, { clock });
  }
  return exported();
}

test('a trail as it was written passes, with what is not sealed yet counted', async () => {
  const lines = await twoBatches();
  await database.transact((sql) => write(sql, 3));
  await settled();
  const verdict = await verifyAudit(await exported(), [key.publicKeyPem], { room: 'public' });
  expect(lines).toHaveLength(10);
  expect(verdict).toMatchObject({ ok: true, rows: 8, seals: 2, unsealed: 3 });
});

test('an empty trail passes and gives no seal', async () => {
  expect(await sealAudit(database.transact, key, { clock })).toEqual({
    seals: 0,
    rows: 0,
    head: genesisHash,
  });
  expect(await verifyAudit(await exported(), [key.publicKeyPem])).toMatchObject({
    ok: true,
    rows: 0,
    seals: 0,
  });
});

test('sealing again without new rows writes nothing', async () => {
  await twoBatches();
  expect(await sealAudit(database.transact, key, { clock })).toMatchObject({ seals: 0, rows: 0 });
});

test('the sealer waits for a transaction that is still open, and seals it and the later ones in their turn', async () => {
  const client = await database.connect();
  await client.query('begin');
  await write(pgSql(client), 1);
  await database.transact((sql) => write(sql, 1));
  expect(await sealAudit(database.transact, key, { clock })).toMatchObject({ rows: 0 });
  await client.query('commit');
  await settled();
  expect(await sealAudit(database.transact, key, { clock })).toMatchObject({ rows: 2, seals: 1 });
  expect(await verifyAudit(await exported(), [key.publicKeyPem])).toMatchObject({ ok: true, rows: 2 });
});

test('a long backlog is sealed in batches that end where a transaction ends', async () => {
  for (let i = 0; i < 6; i += 1) await database.transact((sql) => write(sql, i === 3 ? 1500 : 2));
  await settled();
  const result = await sealAudit(database.transact, key, { clock, batchRows: 5 });
  expect(result.rows).toBe(1510);
  expect(result.seals).toBeGreaterThan(2);
  expect(await verifyAudit(await exported(), [key.publicKeyPem])).toMatchObject({ ok: true, rows: 1510 });
});

test('while one sealer works a second one returns at once', async () => {
  await database.transact((sql) => write(sql, 1));
  const client = await database.connect();
  await client.query('begin');
  await client.query(`select pg_advisory_xact_lock(hashtextextended('audit_seal ' || current_schema(), 0))`);
  expect(await sealAudit(database.transact, key, { clock })).toMatchObject({ rows: 0 });
  await client.query('commit');
  await settled();
  expect(await sealAudit(database.transact, key, { clock })).toMatchObject({ rows: 1 });
});

test('rows written under load by many transactions are all sealed once', async () => {
  const writers = Array.from({ length: 8 }, async () => {
    for (let i = 0; i < 10; i += 1) await database.transact((sql) => write(sql, 3));
  });
  const sealers = Array.from({ length: 2 }, async () => {
    for (let i = 0; i < 10; i += 1) await sealAudit(database.transact, key, { clock, batchRows: 20 });
  });
  await Promise.all([...writers, ...sealers]);
  await settled();
  await sealAudit(database.transact, key, { clock });
  expect(await verifyAudit(await exported(), [key.publicKeyPem])).toMatchObject({
    ok: true,
    rows: 240,
    unsealed: 0,
  });
});

test('a transaction counter that runs behind the last seal stops the sealer with a reason', async () => {
  await database.transact((sql) =>
    sql.execute(
      `insert into audit_seal values (1, 'public', '3', '9000000000', 1, '', '', '', '', '', now())`,
    ),
  );
  await expect(sealAudit(database.transact, key, { clock })).rejects.toThrow(/behind the last audit seal/);
});

describe('tampering is found and named', () => {
  const without = (lines: string[], index: number) => lines.filter((_, i) => i !== index);
  const swapped = (lines: string[], a: number, b: number) => {
    const copy = [...lines];
    [copy[a], copy[b]] = [lines[b]!, lines[a]!];
    return copy;
  };
  const edited = (lines: string[], index: number, from: string, to: string) =>
    lines.map((line, i) => (i === index ? line.replace(from, to) : line));
  const later = (line: string) => {
    const record = JSON.parse(line) as { row: { id: string } };
    return JSON.stringify({ ...record, row: { ...record.row, id: `${record.row.id}z` } });
  };

  const cases: [string, (lines: string[]) => string[], number, RegExp][] = [
    ['an edited row', (l) => edited(l, 6, 'service:test', 'service:tess'), 7, /is not as seal 2 has it/],
    [
      'a row with one more member',
      (l) => edited(l, 1, '"action"', '"aaa":1,"action"'),
      2,
      /is not as seal 1 has it/,
    ],
    ['a removed row', (l) => without(l, 1), 2, /row 2 of seal 1 was removed/],
    ['a removed last row of a batch', (l) => without(l, 8), 9, /row 4 of seal 2 was removed/],
    [
      'an inserted row',
      (l) => [...l.slice(0, 2), later(l[1]!), ...l.slice(2)],
      3,
      /was inserted into seal 1/,
    ],
    [
      'a row inserted at the end of a batch',
      (l) => [...l.slice(0, 9), later(l[8]!), l[9]!],
      10,
      /was inserted into seal 2/,
    ],
    [
      'a row slipped in behind the seal',
      (l) => [...l.slice(0, 5), later(l[3]!), ...l.slice(5)],
      6,
      /sealed without it/,
    ],
    ['reordered rows', (l) => swapped(l, 0, 1), 2, /out of order/],
    ['a repeated row', (l) => [l[0]!, ...l], 2, /out of order/],
    ['reordered seals', (l) => [...l.slice(5), ...l.slice(0, 5)], 5, /a seal is missing or moved/],
    ['a removed batch', (l) => l.slice(5), 5, /a seal is missing or moved/],
    ['an edited seal', (l) => edited(l, 4, '"rows":4', '"rows":3'), 5, /wrong signature/],
    [
      'a seal without its signature',
      (l) => edited(l, 4, '"signature":"', '"signature":"A'),
      5,
      /wrong signature/,
    ],
    ['a line that is cut off', (l) => edited(l, 2, '"xact"', ''), 3, /not a JSON object/],
    ['a line of another kind', (l) => ['{"kind":"note"}', ...l], 1, /neither a row nor a seal/],
  ];

  let lines: string[];
  beforeEach(async () => void (lines = await twoBatches()));

  test.each(cases)('%s', async (_name, tamper, line, fault) => {
    const verdict = await verifyAudit(tamper(lines), [key.publicKeyPem]);
    expect(verdict).toEqual({ ok: false, line, fault: expect.stringMatching(fault) });
  });

  test('a cut tail, by the head that was kept elsewhere', async () => {
    const whole = await verifyAudit(lines, [key.publicKeyPem]);
    const expectHead = whole.ok ? whole.head : '';
    expect(await verifyAudit(lines, [key.publicKeyPem], { expectHead })).toMatchObject({ ok: true });
    const cut = await verifyAudit(lines.slice(0, 5), [key.publicKeyPem], { expectHead });
    expect(cut).toMatchObject({ ok: false, fault: expect.stringMatching(/tail was cut off/) });
  });

  test('a chain that somebody else sealed', async () => {
    expect(await verifyAudit(lines, [newKey().publicKeyPem])).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/unknown key/),
    });
  });

  test('a trail that belongs to another room', async () => {
    const verdict = await verifyAudit(lines, [key.publicKeyPem], { room: 'learners' });
    expect(verdict).toMatchObject({
      ok: false,
      line: 5,
      fault: 'seal 1 belongs to the room public, not learners',
    });
  });

  test('rows changed in the database by an owner who dropped the triggers', async () => {
    const client = await database.connect();
    await client.query('alter table audit_event disable trigger all');
    await client.query(
      `update audit_event set actor = 'nobody' where xact = (select min(xact) from audit_event)`,
    );
    const verdict = await verifyAudit(await exported(), [key.publicKeyPem]);
    expect(verdict).toMatchObject({ ok: false, line: 1, fault: expect.stringMatching(/edited/) });
  });
});

describe('the command', () => {
  const program = join(import.meta.dirname, '../../subgraphs/kit/room/audit/verify-audit.ts');
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'amrlo-audit-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const run = (...options: string[]) =>
    promisify(execFile)(process.execPath, ['--no-warnings', program, ...options]).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );

  test('prints the counts or the first broken row, and says by its exit code which', async () => {
    const lines = await twoBatches();
    const good = join(folder, 'good.ndjson');
    const bad = join(folder, 'bad.ndjson');
    const pem = join(folder, 'key.pem');
    await writeFile(good, `${lines.join('\n')}\n`);
    await writeFile(bad, lines.filter((_, i) => i !== 0).join('\n'));
    await writeFile(pem, key.publicKeyPem);
    const [fine, broken, usage, absent] = await Promise.all([
      run(good, '--key', pem),
      run(bad, '--key', pem),
      run(good),
      run(join(folder, 'absent.ndjson'), '--key', pem),
    ]);
    expect(fine).toEqual({
      code: 0,
      output: expect.stringMatching(/^OK 8 rows\/2 seals, head [0-9a-f]{64}\n$/),
    });
    expect(broken).toEqual({
      code: 1,
      output: expect.stringMatching(/^BROKEN line 1: row 1 of seal 1 was removed/),
    });
    expect(usage).toEqual({ code: 2, output: expect.stringMatching(/^Usage:/) });
    expect(absent).toEqual({ code: 2, output: expect.stringMatching(/ENOENT/) });
  });
});
