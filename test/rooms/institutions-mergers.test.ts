import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import { secretariat, startExits, type Exits, type Member, type Shown } from './institutions-exits.js';

let house: Exits;
beforeAll(async () => {
  house = await startExits();
});
afterAll(async () => house?.[Symbol.asyncDispose]());

const codes = (payload: Shown) => payload.userErrors.map(({ code }: { code: string }) => code);
const merge = (member: Member, into: { institutionId: string }, by = secretariat) =>
  house.send(by, 'mergeMembership', {
    membershipId: member.membershipId,
    expectedVersion: 1,
    successorId: into.institutionId,
    reason: '教育部批准合并',
  });
const successor = async ({ institutionId }: Member) =>
  (await house.ask(secretariat, `{ institution(id: "${institutionId}") { successor { id } } }`)).data
    .institution.successor?.id ?? null;

/** What the gateway learns of a person: ROLE@institution of every grant, and the epoch. */
async function grantsOf(subject: string) {
  const { data } = await house.ask(
    servicePrincipal('gateway'),
    'query ($subject: String!) { principalGrants(subject: $subject) { epoch grants { role institutionId } } }',
    { subject },
  );
  const { epoch, grants } = data.principalGrants;
  return {
    epoch: Number(epoch),
    held: grants.map(({ role, institutionId }: Shown) => `${role}@${institutionId}`).sort(),
  };
}

const giveGrant = (subject: string, role: string, institutionId: string) =>
  house.ask(
    secretariat,
    'mutation ($input: GiveGrantInput!) { giveGrant(input: $input) { grant { id version } userErrors { code } } }',
    { input: { subject, role, institutionId, idempotencyKey: house.key() } },
  );

test('a member is merged into an active one, and chains lead to the one that acts today', async () => {
  const [first, second, third] = [await house.member(), await house.member(), await house.member()];
  expect(await successor(first)).toBeNull();
  expect((await merge(first, second)).membership.state).toBe('MERGED');
  expect(await successor(first)).toBe(second.institutionId);
  expect((await merge(second, third)).membership.state).toBe('MERGED');
  expect([await successor(first), await successor(second)]).toEqual([
    third.institutionId,
    third.institutionId,
  ]);
  const { rows } = await house.sql.query(
    `select payload ->> 'state' as state, payload ->> 'successorId' as successor from outbox_event
     where type = 'MembershipChanged' and aggregate_id = $1`,
    [first.institutionId],
  );
  expect(rows).toEqual([{ state: 'MERGED', successor: second.institutionId }]);
  expect(await house.membership(first)).toMatchObject({ inStanding: false, exitGround: null });
});

test('the officials of the successor act for what was merged into it, and what they may ends with their grant', async () => {
  const [old, middle, now] = [await house.member(), await house.member(), await house.member()];
  await giveGrant('registrar', 'REGISTRAR', now.institutionId);
  await giveGrant('teacher', 'TEACHER', now.institutionId);
  const before = await grantsOf('registrar');
  const woken: string[] = [];
  const unsubscribe = house.wakeBus.subscribe(({ type, id }) => type === 'GrantEpoch' && woken.push(id));
  await merge(old, middle);
  await merge(middle, now);
  unsubscribe();
  const after = await grantsOf('registrar');
  expect(after.held).toEqual(
    [old, middle, now].map(({ institutionId }) => `REGISTRAR@${institutionId}`).sort(),
  );
  expect(after.epoch).toBeGreaterThan(before.epoch);
  expect(woken).toEqual(['registrar']);
  expect((await grantsOf('teacher')).held).toEqual([`TEACHER@${now.institutionId}`]);
  await house.sql.query(
    `update role_grant set valid_to = valid_from, version = version + 1 where subject = 'registrar'`,
  );
  const ended = await grantsOf('registrar');
  expect(ended.held).toEqual([]);
  expect(ended.epoch).toBeGreaterThan(after.epoch);
});

test('the successor is another member, active at that moment', async () => {
  const [member, suspended] = [await house.member(), await house.member()];
  const { membershipId } = suspended;
  await house.send(secretariat, 'suspendMembership', { membershipId, expectedVersion: 1, reason: 'r' });
  for (const into of [suspended, member, { institutionId: 'inst_none' }]) {
    expect(codes(await merge(member, into))).toEqual(['SUCCESSOR_NOT_ACTIVE']);
  }
  expect(codes(await merge(member, suspended, member.admin))).toEqual(['ACTION_FORBIDDEN']);
  expect(await house.membership(member)).toMatchObject({ state: 'ACTIVE', version: 1 });
});

test('mergers in a circle at once give one merger, and no statement closes a circle', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [one, other] = [await house.member(), await house.member()];
    const answers = await Promise.all([merge(one, other), merge(other, one)]);
    expect(answers.flatMap(codes)).toHaveLength(1);
    const states = [(await house.membership(one)).state, (await house.membership(other)).state];
    expect(states.toSorted()).toEqual(['ACTIVE', 'MERGED']);
  }
  const [gone, kept] = [await house.member(), await house.member()];
  await merge(gone, kept);
  const merged = (member: Member, into: Member) =>
    house.sql.query(`update membership set state = 'MERGED', successor_id = $2 where id = $1`, [
      member.membershipId,
      into.institutionId,
    ]);
  await expect(merged(kept, gone)).rejects.toMatchObject({ constraint: 'membership_steps' });
  await expect(merged(kept, kept)).rejects.toMatchObject({ code: '23514' });
  await expect(
    house.sql.query('update membership set successor_id = institution_id where id = $1', [gone.membershipId]),
  ).rejects.toMatchObject({ constraint: 'membership_stays' });
});
