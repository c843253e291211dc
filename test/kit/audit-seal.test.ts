import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { genesisHash, sealAudit } from '../../subgraphs/kit/room/audit/seal-audit.js';
import { verifyAudit } from '../../subgraphs/kit/room/audit/check-audit-export.js';
import { pgSql } from '../support/pg-sql.js';
import { key, startAuditRoom, type AuditRoom } from './audit-fixture.js';

let audit: AuditRoom;
beforeEach(async () => {
  audit = await startAuditRoom();
});
afterEach(async () => audit[Symbol.asyncDispose]());

test('an empty trail passes and gives no seal', async () => {
  expect(await sealAudit(audit.transact, key, { clock: audit.clock })).toEqual({
    seals: 0,
    rows: 0,
    head: genesisHash,
  });
  expect(await verifyAudit(await audit.exported(), [key.publicKeyPem])).toMatchObject({
    ok: true,
    rows: 0,
    seals: 0,
  });
});

test('sealing again without new rows writes nothing', async () => {
  await audit.twoBatches();
  expect(await sealAudit(audit.transact, key, { clock: audit.clock })).toMatchObject({ seals: 0, rows: 0 });
});

test('the sealer waits for a transaction that is still open, and seals it and the later ones in their turn', async () => {
  const client = await audit.connect();
  await client.query('begin');
  await audit.write(pgSql(client), 1);
  await audit.transact((sql) => audit.write(sql, 1));
  expect(await sealAudit(audit.transact, key, { clock: audit.clock })).toMatchObject({ rows: 0 });
  await client.query('commit');
  await audit.settled();
  expect(await sealAudit(audit.transact, key, { clock: audit.clock })).toMatchObject({ rows: 2, seals: 1 });
  expect(await verifyAudit(await audit.exported(), [key.publicKeyPem])).toMatchObject({ ok: true, rows: 2 });
});

test('a long backlog is sealed in batches that end where a transaction ends', async () => {
  for (let i = 0; i < 6; i += 1) await audit.transact((sql) => audit.write(sql, i === 3 ? 1500 : 2));
  await audit.settled();
  const result = await sealAudit(audit.transact, key, { clock: audit.clock, batchRows: 5 });
  expect(result.rows).toBe(1510);
  expect(result.seals).toBeGreaterThan(2);
  expect(await verifyAudit(await audit.exported(), [key.publicKeyPem])).toMatchObject({
    ok: true,
    rows: 1510,
  });
});

test('while one sealer works a second one returns at once', async () => {
  await audit.transact((sql) => audit.write(sql, 1));
  const client = await audit.connect();
  await client.query('begin');
  await client.query(`select pg_advisory_xact_lock(hashtextextended('audit_seal ' || current_schema(), 0))`);
  expect(await sealAudit(audit.transact, key, { clock: audit.clock })).toMatchObject({ rows: 0 });
  await client.query('commit');
  await audit.settled();
  expect(await sealAudit(audit.transact, key, { clock: audit.clock })).toMatchObject({ rows: 1 });
});

test('rows written under load by many transactions are all sealed once', async () => {
  const writers = Array.from({ length: 8 }, async () => {
    for (let i = 0; i < 10; i += 1) await audit.transact((sql) => audit.write(sql, 3));
  });
  const sealers = Array.from({ length: 2 }, async () => {
    for (let i = 0; i < 10; i += 1)
      await sealAudit(audit.transact, key, { clock: audit.clock, batchRows: 20 });
  });
  await Promise.all([...writers, ...sealers]);
  await audit.settled();
  await sealAudit(audit.transact, key, { clock: audit.clock });
  expect(await verifyAudit(await audit.exported(), [key.publicKeyPem])).toMatchObject({
    ok: true,
    rows: 240,
    unsealed: 0,
  });
});

test('a transaction counter that runs behind the last seal stops the sealer with a reason', async () => {
  await audit.transact((sql) =>
    sql.execute(
      `insert into audit_seal values (1, 'public', '3', '9000000000', 1, '', '', '', '', '', now())`,
    ),
  );
  await expect(sealAudit(audit.transact, key, { clock: audit.clock })).rejects.toThrow(
    /behind the last audit seal/,
  );
});
