import { expect, test } from '@jest/globals';
import {
  activate,
  applicant,
  approved,
  concluded,
  council,
  events,
  idempotencyKey,
  room,
  secretariat,
  send,
  useAdmissionHouse,
  type Tree,
} from './admission-house.js';
import { closeMotion, openMotion, step as call, vote as castBallot } from './governance-room.js';
import { person } from './room-on-postgres.js';

useAdmissionHouse();

const rowsOf = async (statement: string, ...parameters: unknown[]) =>
  (await room.sql.query(statement, parameters)).rows;
const membershipOf = async (institutionId: string): Promise<Tree> =>
  (await rowsOf('select * from membership where institution_id = $1', institutionId))[0];

/** Asks, for a member, that it may leave, and lets the standing council agree. */
async function leave(institutionId: string): Promise<Tree> {
  const { id, version } = await membershipOf(institutionId);
  const admin = person('applicant', `INSTITUTION_ADMIN@${institutionId}`);
  const { exit } = await call(room, admin, 'requestVoluntaryExit', 'exit { id }', {
    membershipId: id,
    expectedVersion: version,
    reason: '办学调整',
    idempotencyKey: idempotencyKey(),
  });
  const { motion } = await openMotion(room, council, 'STANDING_COUNCIL', {
    kind: 'EXIT_MEMBER',
    subjectId: exit.id,
  });
  await castBallot(room, council, motion.id, 'YES');
  await closeMotion(room, motion.id);
  return exit;
}

async function complete(exit: Tree): Promise<void> {
  const { userErrors } = await call(room, secretariat, 'completeExit', 'exit { state }', {
    exitId: exit.id,
    expectedVersion: 2,
  });
  expect(userErrors).toEqual([]);
}

/** A member that was admitted by a case and has left. */
async function former(memberCode = 'BACK'): Promise<{ first: Tree; institutionId: string }> {
  const { row: first } = await activate(await approved(), { memberCode });
  await complete(await leave(first.institutionId));
  return { first, institutionId: first.institutionId };
}

test('who has left comes back by a new case that names the old one, and its history keeps both', async () => {
  const { first, institutionId } = await former();
  room.clock.advance(40 * 86_400_000);
  const again = await approved({ institutionId });
  expect(again.previousCaseNo).toBe(first.caseNo);
  const { row } = await activate(again, { memberCode: 'BACK' });
  expect(row).toMatchObject({ state: 'ACTIVATED', membershipId: first.membershipId });
  expect(await membershipOf(institutionId)).toMatchObject({ state: 'ACTIVE', exit_ground: null });
  expect(
    await rowsOf(
      `select state, joined_on::text, valid_from::text, valid_to::text from membership_period
       where institution_id = $1 and valid_to is distinct from valid_from order by id`,
      institutionId,
    ),
  ).toEqual([
    { state: 'EXITED', joined_on: '2026-01-15', valid_from: '2026-01-15', valid_to: '2026-02-24' },
    { state: 'ACTIVE', joined_on: '2026-02-24', valid_from: '2026-02-24', valid_to: null },
  ]);
  expect(await events('MemberAdmitted', institutionId)).toMatchObject([
    { joinedOn: '2026-01-15' },
    { joinedOn: '2026-02-24' },
  ]);
  expect((await events('MembershipChanged', institutionId)).at(-1)).toMatchObject({ state: 'ACTIVE' });
  expect(
    await rowsOf('select 1 from council_filing where membership_id = $1', row.membershipId),
  ).toHaveLength(2);

  // Its second exit needs a completion of its own: that of the first one is no excuse.
  await leave(institutionId);
  await expect(
    room.sql.query(`update membership set state = 'EXITED' where institution_id = $1`, [institutionId]),
  ).rejects.toMatchObject({ constraint: 'membership_steps' });
  const { data } = await room.ask(
    secretariat,
    `{ institution(id: "${institutionId}") { membership { state exit { state } } } }`,
  );
  expect(data.institution.membership).toEqual({ state: 'RUN_OFF', exit: { state: 'RUN_OFF' } });
});

test('nobody comes back while the run-off lasts, nor by a case from before the exit, nor by a statement alone', async () => {
  const { row: first } = await activate(await approved(), { memberCode: 'ONCE' });
  const { institutionId } = first;
  const exit = await leave(institutionId);
  const early = { institutionId, idempotencyKey: idempotencyKey() };
  expect((await send(applicant, 'openMembershipCase', early)).codes).toEqual(['MEMBER_EXISTS']);
  await complete(exit);
  const back = `update membership set state = 'ACTIVE', exit_ground = null where institution_id = $1`;
  const steps = { constraint: 'membership_steps' };
  await expect(room.sql.query(back, [institutionId])).rejects.toMatchObject(steps);
  const { after } = await concluded(['PASS', 'PASS', 'PASS'], { institutionId });
  await expect(room.sql.query(back, [institutionId])).rejects.toMatchObject(steps);
  expect((await activate(after)).codes).toEqual(['ACTION_NOT_ALLOWED']);
});

test('however many press the button at once, the member is back once', async () => {
  const { institutionId } = await former('TWICE');
  const again = await approved({ institutionId });
  const answers = await Promise.all([1, 2, 3].map(() => activate(again, { memberCode: 'TWICE' })));
  expect(answers.flatMap(({ codes }) => codes)).toEqual(['VERSION_CONFLICT', 'VERSION_CONFLICT']);
  const open = { institutionId, idempotencyKey: idempotencyKey() };
  expect((await send(applicant, 'openMembershipCase', open)).codes).toEqual(['MEMBER_EXISTS']);
});
