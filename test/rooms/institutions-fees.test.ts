import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  away,
  closeMotion,
  colleague,
  councillor,
  home,
  pastTheRoom,
  startSecretariat,
  step,
  stranger,
} from './institutions-secretariat.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startSecretariat();
});
afterAll(async () => room?.[Symbol.asyncDispose]());

const day = 24 * 3_600_000;
const propose = (more: object = {}, by: Principal = secretariat) =>
  step(
    room,
    by,
    'proposeFeeSchedule',
    {
      title: '2027年会费标准',
      amounts: [{ memberKind: 'HIGHER_EDUCATION', amount: '1000.10' }],
      effectiveFrom: '2026-02-01',
      idempotencyKey: idempotencyKey(),
      ...more,
    },
    'feeSchedule { id state version effectiveFrom }',
  );
const issue = (year: number, by: Principal = secretariat) =>
  step(room, by, 'issueInvoices', { year }, 'invoiceIssue { issued total }');
const shown = 'invoiceEntry { id state version invoice { state paid waived outstanding } }';
const enter = (name: string, invoiceId: string, amount: string, by: Principal = secretariat) =>
  step(
    room,
    by,
    name,
    { invoiceId, amount, occurredOn: '2026-01-16', reference: '银行回单', idempotencyKey: idempotencyKey() },
    shown,
  );
const decide = (name: string, invoiceEntryId: string, by: Principal = colleague) =>
  step(room, by, name, { invoiceEntryId, expectedVersion: 1 }, shown);
/** Records and confirms, by two people. */
async function settle(name: string, invoiceId: string, amount: string) {
  const { invoiceEntry } = await enter(name, invoiceId, amount);
  return decide('confirmInvoiceEntry', invoiceEntry.id);
}
const invoiceOf = async (institutionId: string, year = 2027) =>
  (
    await room.ask(
      secretariat,
      `{ invoices(filter: { institutionId: "${institutionId}", year: ${year} }) { edges { node { id amount state version } } } }`,
    )
  ).data.invoices.edges[0]?.node;
const feesHeld = async () =>
  (await room.ask(secretariat, '{ fundBalances { purpose balance } }')).data.fundBalances;

test('there are no fees until the standing council adopts a schedule, and none acts back', async () => {
  expect((await issue(2027)).userErrors).toEqual([{ code: 'FEE_SCHEDULE_MISSING' }]);
  expect((await propose({}, admin)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await propose({ effectiveFrom: '2026-01-15' })).userErrors).toEqual([
    { code: 'FEE_SCHEDULE_RETROACTIVE' },
  ]);
  const { feeSchedule } = await propose();
  // The council decides after the day that was proposed: it counts from the day after the decision.
  room.clock.advance(30 * day);
  expect(await closeMotion(room, 'ADOPT_FEE_SCHEDULE', feeSchedule.id, true, councillor)).toBe('');
  expect(await closeMotion(room, 'ADOPT_FEE_SCHEDULE', feeSchedule.id, true)).toBe('ACTION_NOT_ALLOWED');
  const asOf = async (date: string) =>
    (
      await room.ask(
        admin,
        `{ feeSchedule(asOf: "${date}") { effectiveFrom amounts { memberKind amount } } }`,
      )
    ).data.feeSchedule;
  expect(await asOf('2026-02-14')).toBeNull();
  expect(await asOf('2026-02-15')).toEqual({
    effectiveFrom: '2026-02-15',
    amounts: [{ memberKind: 'HIGHER_EDUCATION', amount: '1000.1' }],
  });
  expect((await issue(2026)).userErrors).toEqual([{ code: 'FEE_SCHEDULE_MISSING' }]);
});

test('a schedule that is rejected or withdrawn counts for nothing, and an adopted one never changes', async () => {
  const { feeSchedule: rejected } = await propose({ effectiveFrom: '2026-06-01' });
  expect(await closeMotion(room, 'ADOPT_FEE_SCHEDULE', rejected.id, false)).toBe('');
  const { feeSchedule: withdrawn } = await propose({ effectiveFrom: '2026-06-01' });
  const input = { feeScheduleId: withdrawn.id, expectedVersion: 1 };
  expect(
    (await step(room, secretariat, 'withdrawFeeSchedule', input, 'feeSchedule { state }')).feeSchedule.state,
  ).toBe('WITHDRAWN');
  expect(await closeMotion(room, 'ADOPT_FEE_SCHEDULE', withdrawn.id, true)).toBe('ACTION_NOT_ALLOWED');
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  await expect(
    pastTheRoom(room, official, `update fee_schedule set amounts = '[]' where state = 'ADOPTED'`),
  ).rejects.toMatchObject({ constraint: 'fee_schedule_fixed' });
  const { data } = await room.ask(admin, '{ feeSchedules { state } }');
  expect(data.feeSchedules).toEqual([{ state: 'ADOPTED' }]);
});

test('invoices are issued once for a member and a year, however many issue them at once', async () => {
  expect((await issue(2027, admin)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await issue(2072)).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  const answers = await Promise.all([issue(2027), issue(2027, colleague), issue(2027)]);
  const issued = answers.map(({ invoiceIssue }) => invoiceIssue.issued);
  expect(issued.reduce((sum, one) => sum + one, 0)).toBe(2);
  expect((await issue(2027)).invoiceIssue).toEqual({ issued: 0, total: 2 });
  const { rows } = await room.sql.query(
    `select count(*)::int as n from outbox_event where type = 'WorkChanged' and aggregate_type = 'Invoice'`,
  );
  expect(rows[0].n).toBe(2);
});

test('part payments settle an invoice to the cent, each confirmed by a second person', async () => {
  const { id, amount } = await invoiceOf(home);
  expect(amount).toBe('1000.1');
  expect((await enter('recordPayment', id, '1', admin)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await enter('recordPayment', id, '1000.11')).userErrors).toEqual([{ code: 'INVOICE_OVERPAID' }]);
  expect((await enter('recordPayment', id, '0.001')).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  const { invoiceEntry } = await enter('recordPayment', id, '400.05');
  expect(invoiceEntry.invoice).toEqual({ state: 'OPEN', paid: '0', waived: '0', outstanding: '1000.1' });
  expect((await decide('confirmInvoiceEntry', invoiceEntry.id, secretariat)).userErrors).toEqual([
    { code: 'ENTRY_SAME_PERSON' },
  ]);
  const confirmed = await decide('confirmInvoiceEntry', invoiceEntry.id);
  expect(confirmed.invoiceEntry.invoice).toMatchObject({ paid: '400.05', outstanding: '600.05' });
  expect((await settle('waiveInvoice', id, '100.05')).invoiceEntry.invoice.outstanding).toBe('500');
  expect((await settle('recordPayment', id, '500')).invoiceEntry.invoice).toEqual({
    state: 'SETTLED',
    paid: '900.05',
    waived: '100.05',
    outstanding: '0',
  });
  expect((await enter('recordPayment', id, '0.01')).userErrors).toEqual([{ code: 'INVOICE_OVERPAID' }]);
  expect(await feesHeld()).toEqual([{ purpose: 'FEES', balance: '900.05' }]);
});

test('a refund opens the invoice again, is never more than was paid, and leaves the funds', async () => {
  const { id } = await invoiceOf(home);
  expect((await enter('recordRefund', id, '900.06')).userErrors).toEqual([
    { code: 'INVOICE_REFUND_EXCEEDED' },
  ]);
  const refunded = await settle('recordRefund', id, '100.05');
  expect(refunded.invoiceEntry.invoice).toMatchObject({ state: 'OPEN', paid: '800', outstanding: '100.05' });
  expect(await feesHeld()).toEqual([{ purpose: 'FEES', balance: '800' }]);
});

test('parallel payments never come to more than is due', async () => {
  const { id } = await invoiceOf(away);
  const recorded = await Promise.all(Array.from({ length: 6 }, () => enter('recordPayment', id, '300')));
  const answers = await Promise.all(
    recorded.map(({ invoiceEntry }) => decide('confirmInvoiceEntry', invoiceEntry.id)),
  );
  const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'OK').sort();
  expect(codes).toEqual(['INVOICE_OVERPAID', 'INVOICE_OVERPAID', 'INVOICE_OVERPAID', 'OK', 'OK', 'OK']);
  const { rows } = await room.sql.query('select paid::text from invoice where id = $1', [id]);
  expect(rows[0].paid).toBe('900.00');
});

test('what is rejected never counts, and nothing that was recorded changes', async () => {
  const { id } = await invoiceOf(away);
  const { invoiceEntry } = await enter('recordPayment', id, '100.1');
  expect((await decide('rejectInvoiceEntry', invoiceEntry.id)).invoiceEntry).toMatchObject({
    state: 'REJECTED',
    invoice: { paid: '900' },
  });
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  const tryTo = (statement: string) => pastTheRoom(room, official, statement);
  const fixed = { constraint: 'entry_fixed' };
  await expect(tryTo(`update invoice_entry set amount = 1`)).rejects.toMatchObject(fixed);
  await expect(tryTo(`update invoice set paid = amount`)).rejects.toMatchObject(fixed);
  await expect(
    tryTo(`update invoice_entry set state = 'CONFIRMED' where state = 'REJECTED'`),
  ).rejects.toMatchObject(fixed);
  await expect(
    tryTo(`update invoice_entry set state = 'CONFIRMED', decided_by = recorded_by where state = 'RECORDED'`),
  ).rejects.toMatchObject({ constraint: 'invoice_entry_two_people' });
  await expect(room.sql.query('delete from invoice')).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
});

test('behind the room no invoice asks for more than the council adopted, nor begins as paid', async () => {
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  const insert = (amount: string, paid: string) =>
    pastTheRoom(
      room,
      official,
      `insert into invoice (id, invoice_no, institution_id, year, fee_schedule_id, amount, paid, state, state_since,
         created_at)
       select 'i', 'INV-X', $1, 2028, id, $2::numeric, $3::numeric, 'OPEN', now(), now()
       from fee_schedule where state = 'ADOPTED'`,
      [home, amount, paid],
    );
  await expect(insert('1000.11', '0')).rejects.toMatchObject({ constraint: 'invoice_of_schedule' });
  await expect(insert('1000.10', '5')).rejects.toMatchObject({ constraint: 'invoice_of_schedule' });
  expect((await insert('1000.10', '0')).rowCount).toBe(1);
});

test('behind the room a booked fee is not taken back past its invoice', async () => {
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  await expect(
    pastTheRoom(
      room,
      official,
      `insert into fund_entry (id, kind, purpose, amount, occurred_on, description, corrects_id, state, state_since,
         recorded_by, created_at)
       select 'f', 'EXPENSE', purpose, amount, occurred_on, 'd', id, 'RECORDED', now(), 'sec', now()
       from fund_entry where invoice_entry_id is not null and kind = 'INCOME' limit 1`,
    ),
  ).rejects.toMatchObject({ constraint: 'entry_fixed' });
});

test('a suspended member gets no invoice until it is reinstated', async () => {
  room.clock.advance(365 * day);
  const { rows } = await room.sql.query('select id, version from membership where institution_id = $1', [
    away,
  ]);
  const on = { membershipId: rows[0].id, reason: '未履行义务' };
  const move = (name: string, expectedVersion: number) =>
    step(room, secretariat, name, { ...on, expectedVersion }, 'membership { state version }');
  const { membership } = await move('suspendMembership', rows[0].version);
  expect((await issue(2028)).invoiceIssue).toEqual({ issued: 1, total: 1 });
  await move('reinstateMembership', membership.version);
  expect((await issue(2028)).invoiceIssue).toEqual({ issued: 1, total: 2 });
});

test('a member sees its own invoice with its entries, and no other', async () => {
  const question =
    '{ invoices(filter: { year: 2027 }) { edges { node { institutionId entries { kind state } } } } }';
  const { data } = await room.ask(stranger, question);
  expect(
    data.invoices.edges.map(({ node }: { node: { institutionId: string } }) => node.institutionId),
  ).toEqual([away]);
  expect(data.invoices.edges[0].node.entries).toHaveLength(7);
  const { id } = await invoiceOf(home);
  expect(
    (await room.ask(stranger, 'query ($id: ID!) { invoice(id: $id) { id } }', { id })).data.invoice,
  ).toBeNull();
  const wall = { kind: 'PERSON', subject: 'x', grants: `INSTITUTION_ADMIN@${away}` };
  expect((await pastTheRoom(room, wall, 'select distinct institution_id from invoice_entry')).rows).toEqual([
    { institution_id: away },
  ]);
});
