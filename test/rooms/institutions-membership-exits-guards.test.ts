import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import { secretariat, startExits, type Exits, type Member, type Shown } from './institutions-exits.js';

let house: Exits;
beforeAll(async () => {
  house = await startExits();
});
afterAll(async () => house?.[Symbol.asyncDispose]());

const codes = (payload: Shown) => payload.userErrors.map(({ code }: { code: string }) => code);
const moved = (state: string, member: Member, extra = '') =>
  house.sql.query(`update membership set state = '${state}' ${extra} where id = '${member.membershipId}'`);

test('no statement ends a membership without a decided exit that names its motion', async () => {
  const member = await house.member();
  const steps = { constraint: 'membership_steps' };
  await expect(moved('RUN_OFF', member, `, exit_ground = 'VOLUNTARY'`)).rejects.toMatchObject(steps);
  await expect(moved('EXITED', member, `, exit_ground = 'VOLUNTARY'`)).rejects.toMatchObject(steps);
  await expect(moved('EXIT_PROPOSED', member, `, state_before_exit = 'ACTIVE'`)).rejects.toMatchObject(steps);
  const asked = await house.askToLeave(member);
  const ended = `, exit_ground = 'VOLUNTARY', state_before_exit = null`;
  await expect(moved('RUN_OFF', member, ended)).rejects.toMatchObject(steps);
  await expect(moved('EXITED', member, ended)).rejects.toMatchObject(steps);
  await expect(moved('ACTIVE', member, ', state_before_exit = null')).rejects.toMatchObject(steps);
  await expect(
    house.sql.query(`update membership_exit set state = 'RUN_OFF', run_off_since = now() where id = $1`, [
      asked.id,
    ]),
  ).rejects.toMatchObject({ constraint: 'membership_exit_by_motion' });
  await house.decide(asked, true);
  await expect(moved('EXITED', member)).rejects.toMatchObject(steps);
  await expect(moved('ACTIVE', member, ', exit_ground = null')).rejects.toMatchObject(steps);
});

test('a membership begins active, and what ended stays', async () => {
  const member = await house.member();
  await expect(
    house.sql.query(
      `insert into membership select 'mem_new', 'inst_new', 'NEW', 'RUN_OFF', now(), '2020-01-01', '1', 1, now()`,
    ),
  ).rejects.toMatchObject({ constraint: 'membership_steps' });
  const asked = await house.askToLeave(member);
  await house.decide(asked, true);
  await house.complete({ id: asked.id, version: 2 });
  const steps = { constraint: 'membership_steps' };
  await expect(moved('ACTIVE', member, ', exit_ground = null')).rejects.toMatchObject(steps);
  await expect(moved('SUSPENDED', member, ', exit_ground = null')).rejects.toMatchObject(steps);
  const stays = { constraint: 'membership_stays' };
  await expect(moved('EXITED', member, `, member_code = 'ZZ'`)).rejects.toMatchObject(stays);
  await expect(house.sql.query('delete from membership')).rejects.toMatchObject(stays);
  const fixed = { constraint: 'membership_exit_fixed' };
  await expect(house.sql.query(`update membership_exit set motion_no = 'M-0'`)).rejects.toMatchObject(fixed);
  await expect(house.sql.query(`update membership_exit set ground = 'INACTIVITY'`)).rejects.toMatchObject(
    fixed,
  );
  await expect(house.sql.query('delete from membership_exit')).rejects.toMatchObject(fixed);
});

test('an exit is decided by its own closed motion only, whoever writes it', async () => {
  const asked = await house.askToLeave(await house.member());
  const other = await house.askToLeave(await house.member());
  await house.decide(other, true);
  const { rows } = await house.sql.query('select motion_id, motion_no from membership_exit where id = $1', [
    other.id,
  ]);
  const { motion } = await house.openExit(asked);
  const decided = (motionId: string, motionNo: string) =>
    house.sql.query(
      `update membership_exit set state = 'RUN_OFF', run_off_since = now(), decided_at = now(), motion_id = $2,
       motion_no = $3 where id = $1`,
      [asked.id, motionId, motionNo],
    );
  const foreign = rows[0] as { motion_id: string; motion_no: string };
  const unheard = { constraint: 'membership_exit_decided_by_motion' };
  await expect(decided(foreign.motion_id, foreign.motion_no)).rejects.toMatchObject(unheard);
  await expect(decided(motion.id, motion.motionNo)).rejects.toMatchObject(unheard);
  await expect(decided('mot_none', 'MOT-0')).rejects.toMatchObject(unheard);
});

test('an administrator lifts no suspension and proposes no exit of others past the room', async () => {
  const member = await house.member();
  const { institutionId, membershipId, admin } = member;
  await expect(
    house.sqlAs(admin, `update membership set state = 'SUSPENDED' where id = '${membershipId}'`),
  ).rejects.toMatchObject({ constraint: 'membership_steps' });
  await expect(
    house.sqlAs(admin, `update membership set member_code = 'ZZ' where id = '${membershipId}'`),
  ).rejects.toMatchObject({ constraint: 'membership_stays' });
  const other = await house.member();
  await expect(
    house.sqlAs(
      admin,
      `update membership set state = 'MERGED', successor_id = '${other.institutionId}' where id = '${membershipId}'`,
    ),
  ).rejects.toMatchObject({ constraint: 'membership_steps' });
  const foreign = `update membership set member_code = 'ZZ' where id = '${other.membershipId}'`;
  expect((await house.sqlAs(admin, foreign)).rowCount).toBe(0);
  await house.askToLeave(member);
  await house.askToLeave(other);
  const seen = await house.sqlAs(admin, 'select institution_id from membership_exit');
  expect(seen.rows).toEqual([{ institution_id: institutionId }]);
  expect((await house.sqlAs(anonymous, 'select 1 from membership_exit')).rowCount).toBe(0);
  await expect(
    house.sqlAs(
      admin,
      `update membership_exit set state = 'RUN_OFF', motion_id = 'mot_x',
      motion_no = 'x', decided_at = now(), run_off_since = now() where institution_id = '${institutionId}'`,
    ),
  ).rejects.toMatchObject({ constraint: 'membership_exit_decided_by_motion' });
});

test('what a membership was before its exit was proposed cannot be rewritten meanwhile', async () => {
  const member = await house.member();
  const { membershipId } = member;
  await house.send(secretariat, 'suspendMembership', { membershipId, expectedVersion: 1, reason: '整改' });
  await house.askToLeave(member, 2);
  await expect(
    house.sql.query(`update membership set state_before_exit = 'ACTIVE' where id = $1`, [membershipId]),
  ).rejects.toMatchObject({ constraint: 'membership_stays' });
});

test('of two exits proposed at once one is proposed', async () => {
  const { membershipId, admin } = await house.member();
  const input = () => ({ membershipId, expectedVersion: 1, reason: 'r', idempotencyKey: house.key() });
  const answers = await Promise.all([
    house.send(admin, 'requestVoluntaryExit', input()),
    house.send(secretariat, 'proposeInactivityExit', input()),
    house.send(admin, 'requestVoluntaryExit', input()),
  ]);
  expect(answers.filter(({ exit }) => exit !== null)).toHaveLength(1);
  expect(answers.flatMap(codes)).toEqual(['VERSION_CONFLICT', 'VERSION_CONFLICT']);
  const { rows } = await house.sql.query('select 1 from membership_exit where membership_id = $1', [
    membershipId,
  ]);
  expect(rows).toHaveLength(1);
});

test('of a decision and a withdrawal at once one wins, and membership and exit agree', async () => {
  for (let round = 0; round < 6; round += 1) {
    const member = await house.member();
    const asked = await house.askToLeave(member);
    const back = { exitId: asked.id, expectedVersion: 1, reason: 'r' };
    const count = await house.voted(asked, true);
    const [decided, withdrawn] = await Promise.all([count(), house.send(member.admin, 'withdrawExit', back)]);
    const { state } = await house.membership(member);
    expect(codes(decided)).toEqual([]);
    const isWithdrawn = codes(withdrawn).length === 0;
    if (!isWithdrawn) expect(codes(withdrawn)).toEqual(['VERSION_CONFLICT']);
    const { rows } = await house.sql.query('select state from membership_exit where id = $1', [asked.id]);
    expect([rows[0].state, state]).toEqual(isWithdrawn ? ['WITHDRAWN', 'ACTIVE'] : ['RUN_OFF', 'RUN_OFF']);
  }
});

test('what waits because of an exit is told to the inbox once: by the exit, not by the membership', async () => {
  const member = await house.member();
  const asked = await house.askToLeave(member);
  await house.decide(asked, true);
  const { rows } = await house.sql.query(
    `select payload ->> 'type' as type, payload ->> 'state' as state, payload -> 'waitsFor' as waits from outbox_event
     where type = 'WorkChanged' and aggregate_id in ($1, $2) order by seq`,
    [member.membershipId, asked.id],
  );
  const waiting = (role: string) => [{ role, institutionId: null, subject: null }];
  expect(rows).toEqual([
    { type: 'Membership', state: 'EXIT_PROPOSED', waits: [] },
    { type: 'MembershipExit', state: 'PROPOSED', waits: waiting('COUNCIL_MEMBER') },
    { type: 'Membership', state: 'RUN_OFF', waits: [] },
    { type: 'MembershipExit', state: 'RUN_OFF', waits: waiting('SECRETARIAT') },
  ]);
});
