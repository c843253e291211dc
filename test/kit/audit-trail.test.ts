import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { auditTables } from '../../subgraphs/kit/room/audit/audit-tables.js';
import { createAuditTrail } from '../../subgraphs/kit/room/audit/audit-trail.js';
import { contentHash } from '../../subgraphs/kit/room/audit/canonical-json.js';
import type { Sql } from '../../subgraphs/kit/room/database/sql.js';
import { createTestDatabase, pgSql, type TestDatabase } from '../support/pg-sql.js';

const registrar: Principal = {
  kind: 'PERSON',
  subject: 'wang',
  grants: [
    { id: 'grant_1', role: 'REGISTRAR', institutionId: 'inst_1', from: '2026-01-01T00:00:00Z', to: null },
  ],
  scopes: [],
};
const clock = new FakeClock();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(auditTables);
});
afterAll(async () => database[Symbol.asyncDispose]());

function trailOf(principal: Principal, requestId: string) {
  return createAuditTrail({ principal, requestId, clock, purpose: 'teaching' });
}

function rowsOf(requestId: string) {
  return database.transact((sql) =>
    sql.execute<Record<string, unknown>>('select * from audit_event where request_id = ? order by id', [
      requestId,
    ]),
  );
}

/** Counts the statements that go to the database. */
function counted(sql: Sql) {
  const statements: string[] = [];
  const counting: Sql = {
    execute: (statement, parameters) => {
      statements.push(statement);
      return sql.execute(statement, parameters);
    },
  };
  return { statements, counting };
}

test('a row says who did what to whom, in which role, why, and what it was before and after', async () => {
  const trail = trailOf(registrar, 'req-1');
  const before = { state: 'DRAFT' };
  trail.record({
    action: 'REVIEW_DEPOSIT',
    outcome: 'ALLOWED',
    subjectType: 'Deposit',
    subjectId: 'dep_1',
    learnerId: 'lrn_1',
    before,
    after: { state: 'ACCEPTED' },
    detail: { rule: 'model.md 3.12' },
  });
  const hash = contentHash(before);
  before.state = 'changed after it was recorded';
  await database.transact((sql) => trail.flush(sql));
  expect(await rowsOf('req-1')).toEqual([
    {
      id: expect.stringMatching(/^aud_/),
      at: clock.now(),
      actor: 'wang',
      roles: ['LEARNER', 'REGISTRAR'],
      grant_id: 'grant_1',
      purpose: 'teaching',
      action: 'REVIEW_DEPOSIT',
      subject_type: 'Deposit',
      subject_id: 'dep_1',
      learner_id: 'lrn_1',
      outcome: 'ALLOWED',
      before_hash: hash,
      after_hash: contentHash({ state: 'ACCEPTED' }),
      request_id: 'req-1',
      detail: { rule: 'model.md 3.12' },
      xact: expect.stringMatching(/^\d+$/),
    },
  ]);
});

test('the rows of a request go in one statement, and no rows in none', async () => {
  const trail = trailOf(registrar, 'req-2');
  await database.transact(async (sql) => {
    const { statements, counting } = counted(sql);
    expect(await trail.flush(counting)).toBe(0);
    expect(statements).toHaveLength(0);
    for (let i = 0; i < 50; i += 1) {
      trail.record({
        action: 'READ_DEPOSIT',
        outcome: 'ALLOWED',
        subjectType: 'Deposit',
        subjectId: `dep_${i}`,
      });
    }
    expect(await trail.flush(counting)).toBe(50);
    expect(statements).toHaveLength(1);
    expect(await trail.flush(counting)).toBe(0);
  });
  expect(await rowsOf('req-2')).toHaveLength(50);
});

test('after a rollback the reads and refusals are written and the changes that did not happen are not', async () => {
  const trail = trailOf(registrar, 'req-3');
  trail.record({ action: 'READ_LEARNER', outcome: 'ALLOWED', subjectType: 'Learner' });
  await database.transact((sql) => trail.flush(sql));
  trail.record({ action: 'CREATE_DEPOSIT', outcome: 'ALLOWED', subjectType: 'Deposit' });
  trail.record({ action: 'READ_ACCOUNT', outcome: 'ALLOWED', subjectType: 'Account' });
  trail.record({ action: 'CONSUME_CREDITS', outcome: 'DENIED', subjectType: 'Deposit' });
  const failing = database.transact(async (sql) => {
    await trail.flush(sql);
    throw new Error('the constraint at commit');
  });
  await expect(failing).rejects.toThrow('the constraint at commit');
  trail.rolledBack();
  await database.transact((sql) => trail.flush(sql));
  const actions = (await rowsOf('req-3')).map((row) => row['action']);
  expect(actions.sort()).toEqual(['CONSUME_CREDITS', 'READ_ACCOUNT', 'READ_LEARNER']);
});

test('a refused caller cannot keep itself out of the trail with characters that the store refuses', async () => {
  const trail = trailOf(anonymous, 'req-4');
  trail.record({
    action: 'READ_LEARNER',
    outcome: 'DENIED',
    subjectType: 'Learner',
    subjectId: 'a\0b\ud800c',
  });
  await database.transact((sql) => trail.flush(sql));
  const [row] = await rowsOf('req-4');
  expect(row).toMatchObject({ actor: 'anonymous', roles: [], subject_id: 'a\ufffdb\ufffdc', grant_id: null });
});

test('nobody changes, deletes or empties the trail, its owner and replication roles included', async () => {
  const client = await database.connect();
  await client.query('set session_replication_role = replica');
  for (const statement of [
    `update audit_event set actor = 'somebody else'`,
    `delete from audit_event`,
    `truncate audit_event`,
    `update audit_seal set hash = ''`,
    `delete from audit_seal`,
    `truncate audit_seal`,
  ]) {
    await expect(client.query(statement)).rejects.toThrow(/append-only/);
  }
});

test('a row cannot choose the transaction it belongs to', async () => {
  const client = await database.connect();
  const sql = pgSql(client);
  await sql.execute(
    `insert into audit_event (id, at, actor, roles, action, subject_type, outcome, request_id, xact)
     values ('aud_forged', now(), 'x', '{}', 'READ_LEARNER', 'Learner', 'ALLOWED', 'req-5', '3'::xid8)`,
  );
  const [row] = await rowsOf('req-5');
  expect(Number(row!['xact'])).toBeGreaterThan(3);
});
