import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { openAccount, registrar, startLearnersHouse, type LearnersHouse } from './learners-house.js';
import { person, type Answer } from './room-on-postgres.js';

const school = 'inst_nxu';
const open = { hostInstitutionId: school, validFrom: '2026-01-01T00:00:00Z', validTo: null };
const clerk = person('clerk', `SERVICE_POINT_CLERK@${school}/spt_1`);
const clerkElsewhere = person('clerk-2', `SERVICE_POINT_CLERK@${school}/spt_2`);
const clerkOfNowhere = person('clerk-3', `SERVICE_POINT_CLERK@${school}`);
const clerkOfAnother = person('clerk-4', 'SERVICE_POINT_CLERK@inst_other/spt_1');

let house: LearnersHouse;
beforeAll(async () => {
  house = await startLearnersHouse();
  house.servicePoints['spt_1'] = open;
  house.servicePoints['spt_2'] = open;
  house.servicePoints['spt_other'] = { ...open, hostInstitutionId: 'inst_other' };
  house.servicePoints['spt_closed'] = { ...open, validTo: '2026-01-15T08:00:00Z' };
  house.servicePoints['spt_later'] = { ...open, validFrom: '2026-01-15T08:00:00.001Z' };
});
afterAll(async () => house?.[Symbol.asyncDispose]());
afterEach(() => {
  house.members.isDown = false;
});

/** An adult's resident identity number of somebody else each time, with its check character (GB 11643). */
function identityNumber(serial: number): string {
  const digits = `11010519491231${String(serial).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  return digits + '10X98765432'.charAt(sum % 11);
}

let applicants = 100;
/** Somebody new applies for an account. */
async function apply(changes: object): Promise<Answer['data']> {
  applicants += 1;
  const input = house.opening({ identityNumber: identityNumber(applicants), ...changes });
  const answer = await house.ask(person(`applicant-${applicants}`), openAccount, input);
  return { ...answer.data?.openAccount, errors: answer.errors, number: identityNumber(applicants), input };
}

const waiting = async (by: Principal): Promise<string[]> => {
  const { data } = await house.ask(by, '{ accountsToVerify { edges { node { id servicePointId } } } }');
  return data.accountsToVerify.edges.map(({ node }: { node: { id: string } }) => node.id);
};

test('an account opened at a service point is seen and checked by its clerks, and by those of no other', async () => {
  const { account, number } = await apply({ servicePointId: 'spt_1' });
  const seen = { identityNumber: number };
  expect(await waiting(clerk)).toContain(account.id);
  expect(await waiting(registrar)).toContain(account.id);
  for (const other of [clerkElsewhere, clerkOfNowhere, clerkOfAnother]) {
    expect(await waiting(other)).toEqual([]);
    const refused = await house.verify(account, other, seen);
    expect(refused.data.verifyIdentity.userErrors).toEqual([{ code: 'NOT_FOUND', path: null }]);
  }
  expect((await house.verify(account, clerk, seen)).data.verifyIdentity.account.state).toBe('ACTIVE');
});

test('an account opened at the institution itself is no clerk’s', async () => {
  const { account } = await apply({});
  expect(await waiting(clerk)).not.toContain(account.id);
  expect(await waiting(registrar)).toContain(account.id);
});

test('the inbox is told of the clerks of the point, and of none where there is no point', async () => {
  const there = await apply({ servicePointId: 'spt_2' });
  const here = await apply({});
  const told = async (id: string) => {
    const { rows } = await house.sql.query(
      `select payload -> 'waitsFor' as waits from outbox_event where type = 'WorkChanged' and aggregate_id = $1
       order by seq desc limit 1`,
      [id],
    );
    return (rows[0].waits as { role: string; servicePointId?: string }[]).filter(
      ({ role }) => role === 'SERVICE_POINT_CLERK',
    );
  };
  expect(await told(there.account.id)).toMatchObject([{ institutionId: school, servicePointId: 'spt_2' }]);
  expect(await told(here.account.id)).toEqual([]);
});

test.each([
  ['spt_none', 'NOT_FOUND'],
  ['spt_other', 'NOT_FOUND'],
  ['spt_closed', 'SERVICE_POINT_CLOSED'],
  ['spt_later', 'SERVICE_POINT_CLOSED'],
])('no account is opened at %s', async (servicePointId, code) => {
  const { userErrors, account } = await apply({ servicePointId });
  expect([userErrors, account]).toEqual([[{ code, path: ['input', 'servicePointId'] }], null]);
});

test('while nobody can say whether a point is open none is chosen, and a repetition gets its answer', async () => {
  const { account, input } = await apply({ servicePointId: 'spt_1' });
  const applicant = person(`applicant-${applicants}`);
  house.members.isDown = true;
  expect((await apply({ servicePointId: 'spt_1' })).errors[0].extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  const again = await house.ask(applicant, openAccount, input);
  expect(again.data.openAccount.account.id).toBe(account.id);
});

test('past the service the database shows clerks their point only, and nobody moves an account to another', async () => {
  const { account } = await apply({ servicePointId: 'spt_1' });
  const app = await house.connectAsApp();
  const rows = async (table: string, points: string) => {
    await app.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.subject', 'clerk', false),
         set_config('app.grants', $1, false), set_config('app.service_points', $2, false)`,
      [`SERVICE_POINT_CLERK@${school}`, points],
    );
    const { rowCount } = await app.query(`select from ${table} where learner_id =
      (select learner_id from ${table} where ${table === 'account' ? `id = '${account.id}'` : 'true'} limit 1)`);
    return rowCount! > 0;
  };
  for (const table of ['account', 'person_identity']) {
    expect([table, await rows(table, `${school}/spt_1`)]).toEqual([table, true]);
    expect([table, await rows(table, `${school}/spt_9,inst_other/spt_1`)]).toEqual([table, false]);
    expect([table, await rows(table, '')]).toEqual([table, false]);
    await expect(
      house.sql.query(`update ${table} set service_point_id = 'spt_2' where service_point_id = 'spt_1'`),
    ).rejects.toMatchObject({ code: '23514', constraint: `${table}_point_fixed` });
  }
});
