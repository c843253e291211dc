import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  colleague,
  pastTheRoom,
  startSecretariat,
  step,
  stranger,
  supervisor,
  upload,
} from './institutions-secretariat.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
let documentId: string;
beforeAll(async () => {
  room = await startSecretariat();
  documentId = await approvedDocument();
});
afterAll(async () => room?.[Symbol.asyncDispose]());

const shown = 'fundEntry { id state version kind amount correctsId }';
const record = (more: object, by: Principal = secretariat) =>
  step(
    room,
    by,
    'recordFundEntry',
    {
      kind: 'INCOME',
      purpose: 'RESEARCH',
      amount: '100',
      occurredOn: '2026-01-10',
      description: '捐赠',
      idempotencyKey: idempotencyKey(),
      ...more,
    },
    shown,
  );
const spend = (amount: string, more: object = {}) => record({ kind: 'EXPENSE', amount, documentId, ...more });
const decide = (name: string, fundEntryId: string, by: Principal = colleague) =>
  step(room, by, name, { fundEntryId, expectedVersion: 1 }, shown);
const correct = (fundEntryId: string) =>
  step(
    room,
    secretariat,
    'correctFundEntry',
    { fundEntryId, reason: '重复登记', idempotencyKey: idempotencyKey() },
    shown,
  );
const balances = async () =>
  (await room.ask(supervisor, '{ fundBalances { purpose balance } }')).data.fundBalances;
const balanceOf = async (purpose: string) =>
  (await balances()).find((one: { purpose: string }) => one.purpose === purpose)?.balance;

async function newDocument(): Promise<string> {
  const input = {
    kind: 'NOTICE',
    title: '经费使用批复',
    audience: 'COUNCIL',
    uploadId: await upload(room, secretariat, '批复'),
    idempotencyKey: idempotencyKey(),
  };
  const answer = await step(
    room,
    secretariat,
    'createSecretariatDocument',
    input,
    'secretariatDocument { id }',
  );
  return answer.secretariatDocument.id;
}
async function approvedDocument(): Promise<string> {
  const id = await newDocument();
  const on = { secretariatDocumentId: id };
  const submission = { ...on, expectedVersion: 1, approvers: ['sec-2'], idempotencyKey: idempotencyKey() };
  await step(room, secretariat, 'submitSecretariatDocument', submission, '');
  await step(room, colleague, 'approveSecretariatDocument', { ...on, expectedVersion: 2 }, '');
  return id;
}

test('an entry counts once a second person of the secretariat has confirmed it', async () => {
  expect((await record({}, admin)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await record({ amount: '0.00' })).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  expect((await record({ occurredOn: '2026-01-16' })).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  const { fundEntry } = await record({ amount: '100.30' });
  expect(await balances()).toEqual([]);
  expect((await decide('confirmFundEntry', fundEntry.id, secretariat)).userErrors).toEqual([
    { code: 'ENTRY_SAME_PERSON' },
  ]);
  expect((await decide('confirmFundEntry', fundEntry.id)).fundEntry.state).toBe('CONFIRMED');
  expect(await balances()).toEqual([{ purpose: 'RESEARCH', balance: '100.3' }]);
  const { fundEntry: wrong } = await record({});
  expect((await decide('rejectFundEntry', wrong.id)).fundEntry.state).toBe('REJECTED');
  expect(await balanceOf('RESEARCH')).toBe('100.3');
});

test('an expense rests on an approved document and on money that is there', async () => {
  expect((await spend('1', { documentId: undefined })).userErrors).toEqual([
    { code: 'FUND_DOCUMENT_NOT_APPROVED' },
  ]);
  expect((await spend('1', { documentId: await newDocument() })).userErrors).toEqual([
    { code: 'FUND_DOCUMENT_NOT_APPROVED' },
  ]);
  const { fundEntry: tooMuch } = await spend('100.31');
  expect((await decide('confirmFundEntry', tooMuch.id)).userErrors).toEqual([{ code: 'FUND_OVERSPENT' }]);
  const { fundEntry: elsewhere } = await spend('1', { purpose: 'TRAINING' });
  expect((await decide('confirmFundEntry', elsewhere.id)).userErrors).toEqual([{ code: 'FUND_OVERSPENT' }]);
  const { fundEntry } = await spend('0.30');
  expect((await decide('confirmFundEntry', fundEntry.id)).userErrors).toEqual([]);
  expect(await balanceOf('RESEARCH')).toBe('100');
});

test('of ten expenses confirmed at once only what the purpose holds is spent', async () => {
  const recorded = await Promise.all(Array.from({ length: 10 }, () => spend('30')));
  const answers = await Promise.all(
    recorded.map(({ fundEntry }) => decide('confirmFundEntry', fundEntry.id)),
  );
  const taken = answers.filter(({ userErrors }) => userErrors.length === 0);
  expect(taken).toHaveLength(3);
  for (const { userErrors } of answers.filter((answer) => !taken.includes(answer))) {
    expect(userErrors).toEqual([{ code: 'FUND_OVERSPENT' }]);
  }
  expect(await balanceOf('RESEARCH')).toBe('10');
});

test('a wrong entry is taken back once, by its exact opposite, and by two people', async () => {
  const { fundEntry } = await record({ amount: '5' });
  expect((await correct(fundEntry.id)).userErrors).toEqual([{ code: 'ACTION_NOT_ALLOWED' }]);
  await decide('confirmFundEntry', fundEntry.id);
  const counter = await correct(fundEntry.id);
  expect(counter.fundEntry).toMatchObject({ kind: 'EXPENSE', amount: '5', correctsId: fundEntry.id });
  expect((await correct(fundEntry.id)).userErrors).toEqual([{ code: 'FUND_CORRECTED_BEFORE' }]);
  await decide('confirmFundEntry', counter.fundEntry.id);
  expect(await balanceOf('RESEARCH')).toBe('10');
  expect((await correct(counter.fundEntry.id)).userErrors).toEqual([{ code: 'ENTRY_FIXED' }]);
});

test('the report of a year leads from its opening to its closing, by purpose', async () => {
  const { fundEntry } = await record({ purpose: 'EVENTS', amount: '7.5', occurredOn: '2025-12-31' });
  await decide('confirmFundEntry', fundEntry.id);
  const report = async (year: number, by: Principal = admin) =>
    (
      await room.ask(
        by,
        `{ fundReport(year: ${year}) { purposes { purpose opening income expense closing } } }`,
      )
    ).data.fundReport.purposes;
  expect(await report(2025)).toEqual([
    { purpose: 'EVENTS', opening: '0', income: '7.5', expense: '0', closing: '7.5' },
  ]);
  expect(await report(2026)).toEqual([
    { purpose: 'EVENTS', opening: '7.5', income: '0', expense: '0', closing: '7.5' },
    { purpose: 'RESEARCH', opening: '0', income: '105.3', expense: '95.3', closing: '10' },
  ]);
  expect(await report(2027, stranger)).toEqual([
    { purpose: 'EVENTS', opening: '7.5', income: '0', expense: '0', closing: '7.5' },
    { purpose: 'RESEARCH', opening: '10', income: '0', expense: '0', closing: '10' },
  ]);
});

test('whatever is confirmed, the guarded balance is the exact sum of the ledger and never negative', async () => {
  let run = 0;
  const move = fc.record({
    kind: fc.constantFrom('INCOME', 'EXPENSE'),
    cents: fc.integer({ min: 1, max: 5_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 6 }), async (moves) => {
      const purpose = `RUN_${(run += 1)}`;
      let expected = 0;
      for (const { kind, cents } of moves) {
        const amount = `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        const { fundEntry } = await record({ kind, purpose, amount, documentId });
        const { userErrors } = await decide('confirmFundEntry', fundEntry.id);
        const next = expected + (kind === 'INCOME' ? cents : -cents);
        expect(userErrors).toEqual(next < 0 ? [{ code: 'FUND_OVERSPENT' }] : []);
        expected = next < 0 ? expected : next;
      }
      const { rows } = await room.sql.query(
        `select coalesce((select balance from fund_balance where purpose = $1), 0) * 100 = $2 as guarded,
           (select coalesce(sum(case kind when 'INCOME' then amount else -amount end), 0)
            from fund_entry where purpose = $1 and state = 'CONFIRMED') * 100 = $2 as summed`,
        [purpose, expected],
      );
      expect(rows).toEqual([{ guarded: true, summed: true }]);
    }),
    { numRuns: 8 },
  );
});

test('the database itself guards the ledger when the service is bypassed', async () => {
  const { fundEntry } = await spend('1');
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  const tryTo = (statement: string, ...values: unknown[]) => pastTheRoom(room, official, statement, values);
  const confirmAs = (subject: string, more = '') =>
    tryTo(
      `update fund_entry set state = 'CONFIRMED', decided_by = $2 ${more} where id = $1`,
      fundEntry.id,
      subject,
    );
  await expect(confirmAs('sec')).rejects.toMatchObject({ constraint: 'fund_entry_two_people' });
  await expect(confirmAs('sec-2', ', amount = 2')).rejects.toMatchObject({ constraint: 'entry_fixed' });
  await expect(tryTo(`update fund_balance set balance = 1000000`)).rejects.toMatchObject({
    constraint: 'entry_fixed',
  });
  const insert = (state: string, kind: string) =>
    tryTo(
      `insert into fund_entry (id, kind, purpose, amount, occurred_on, description, state, state_since, recorded_by,
         decided_by, created_at) values ('f', $1, 'RESEARCH', 1, '2026-01-01', 'd', $2, now(), 'sec', $3, now())`,
      kind,
      state,
      state === 'CONFIRMED' ? 'sec-2' : null,
    );
  await expect(insert('CONFIRMED', 'INCOME')).rejects.toMatchObject({ constraint: 'entry_fixed' });
  await expect(insert('RECORDED', 'EXPENSE')).rejects.toMatchObject({ constraint: 'fund_entry_documented' });
  const inAnothersName = { code: '42501' };
  await expect(confirmAs('sec-2')).rejects.toMatchObject(inAnothersName);
  await expect(
    tryTo(
      `insert into fund_entry (id, kind, purpose, amount, occurred_on, description, state, state_since, recorded_by,
         created_at) values ('f', 'INCOME', 'RESEARCH', 1, '2026-01-01', 'd', 'RECORDED', now(), 'sec-2', now())`,
    ),
  ).rejects.toMatchObject(inAnothersName);
  await expect(room.sql.query('delete from fund_entry')).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
});

test('members see what was spent, not what is only recorded; people without a role see nothing', async () => {
  const states = async (by: Principal) => [
    ...new Set(
      (
        await room.ask(by, '{ fundEntries(first: 100) { edges { node { state } } } }')
      ).data.fundEntries.edges.map(({ node }: { node: { state: string } }) => node.state),
    ),
  ];
  expect(await states(admin)).toEqual(['CONFIRMED']);
  expect((await states(supervisor)).sort()).toEqual(['CONFIRMED', 'RECORDED', 'REJECTED']);
  expect(await states(person('learner'))).toEqual([]);
  const wall = { kind: 'PERSON', subject: 'learner', grants: '' };
  expect((await pastTheRoom(room, wall, 'select 1 from fund_entry')).rowCount).toBe(0);
  expect((await pastTheRoom(room, wall, 'select 1 from fund_balance')).rowCount).toBe(0);
});
