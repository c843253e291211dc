import { describe, expect, test } from '@jest/globals';
import {
  activate,
  activation,
  applicant,
  approved,
  association,
  concluded,
  council,
  decideMotion,
  done,
  draft,
  events,
  idempotencyKey,
  newCreditCode,
  room,
  secretariat,
  seen,
  send,
  step,
  stranger,
  submitted,
  useAdmissionHouse,
} from './admission-house.js';
import { person } from './room-on-postgres.js';

useAdmissionHouse();

/** Past the guard of regulations: how an edition is adopted is the business of its motion. */
const pastRegulations = (statement: string) =>
  room.sql.query(`alter table regulation disable trigger regulation_guard; ${statement};
    alter table regulation enable trigger regulation_guard`);

const rowsOf = async (statement: string, ...parameters: unknown[]) =>
  (await room.sql.query(statement, parameters)).rows;

describe('the standing council', () => {
  test('approves a passed case by its motion, whose number and instant are kept', async () => {
    const { after } = await concluded(['PASS', 'PASS', 'PASS']);
    expect(await seen(council, after.id)).toMatchObject({
      state: 'REVIEW_PASSED',
      contact: null,
      reviews: [],
    });
    expect(await decideMotion(after.id, true)).toMatchObject({
      motion: { state: 'CARRIED' },
      userErrors: [],
    });
    const decided = await seen(secretariat, after.id);
    expect(decided).toMatchObject({
      state: 'APPROVED',
      motionNo: expect.stringMatching(/^MOT-2026-/),
      approvedAt: room.clock.now().toISOString(),
    });
    expect(decided.timeline.at(-1)).toMatchObject({
      action: 'approveMembershipCase',
      role: 'STANDING_COUNCIL',
    });
    expect(await decideMotion(after.id, true)).toMatchObject({
      userErrors: [{ code: 'MEMBERSHIP_CASE_NOT_PASSED' }],
    });
  });

  test('refuses a passed case by a motion that is not carried, for good', async () => {
    const { after } = await concluded(['PASS', 'PASS', 'PASS']);
    await decideMotion(after.id, false);
    const refused = await seen(applicant, after.id);
    expect(refused).toMatchObject({ state: 'REFUSED', approvedAt: null, dueOn: null });
    expect((await activate(refused)).codes).toEqual(['ACTION_NOT_ALLOWED']);
    const again = await draft({ institutionId: after.institutionId });
    expect(again.previousCaseNo).toBe(after.caseNo);
  });

  test('alone opens motions about cases, and decides on a case once', async () => {
    const { after } = await concluded(['PASS', 'PASS', 'PASS']);
    expect(await decideMotion(after.id, true, stranger)).toMatchObject({
      userErrors: [{ code: 'ACTION_FORBIDDEN' }],
    });
    const outcome = await Promise.all([decideMotion(after.id, true), decideMotion(after.id, false)]);
    expect(outcome.filter(({ motion }) => motion !== null)).toHaveLength(1);
  });
});

describe('the activation of a membership', () => {
  test('of an institution on no list makes it all at once: institution, membership, filing, grant, event', async () => {
    const creditCode = newCreditCode();
    const at = await approved({ creditCode }, applicant, association);
    const { row } = await activate(at, { memberCode: 'NXVEA' });
    expect(row).toMatchObject({
      state: 'ACTIVATED',
      institution: { id: at.institutionId, name: association.name, kind: 'ASSOCIATION' },
      creditCode,
      activatedAt: room.clock.now().toISOString(),
    });
    expect(
      await rowsOf('select credit_code, country from institution where id = $1', at.institutionId),
    ).toEqual([{ credit_code: creditCode, country: 'CN' }]);
    const [membership] = await rowsOf('select * from membership where id = $1', row.membershipId);
    expect(membership).toMatchObject({
      member_code: 'NXVEA',
      state: 'ACTIVE',
      charter_version: '2016-07-15',
    });
    expect(await events('MemberAdmitted', at.institutionId)).toMatchObject([{ memberCode: 'NXVEA' }]);
    expect(
      await rowsOf('select case_id, state from council_filing where membership_id = $1', row.membershipId),
    ).toEqual([{ case_id: at.id, state: 'PENDING' }]);
    const grants = await rowsOf(
      'select subject, role from role_grant where institution_id = $1',
      at.institutionId,
    );
    expect(grants).toEqual([{ subject: 'applicant', role: 'INSTITUTION_ADMIN' }]);
  });

  test('wakes the gateway, which then knows the new administrator', async () => {
    const at = await approved();
    const woken: string[] = [];
    const stop = room.wakeBus.subscribe(({ type, id }) => void woken.push(`${type} ${id}`));
    await done(secretariat, 'activateMembership', activation(at));
    stop();
    expect(woken).toEqual(
      expect.arrayContaining(['GrantEpoch applicant', `Institution ${at.institutionId}`]),
    );
  });

  test('asks for the charter in force, which the applicant may accept after the approval', async () => {
    const at = await approved();
    await pastRegulations(
      `insert into regulation (id, code, edition, title_zh, title_en, articles, content_hash, effective_from, state,
         state_since, adopted_on, drafted_by, created_at)
       select 'reg_amended', code, '2026-01-01', title_zh, title_en, articles, content_hash, '2026-01-01', state,
         state_since, '2025-12-01', drafted_by, created_at from regulation`,
    );
    const amended = await activate(at);
    expect(amended.userErrors).toMatchObject([{ code: 'CHARTER_NOT_IN_FORCE' }]);
    expect(amended.userErrors[0].message).toContain('2016-07-15');
    expect(
      (await send(stranger, 'acceptMembershipCharter', step(at, { charterVersion: 'x' }))).codes,
    ).toEqual(['NOT_FOUND']);
    const accepted = await done(
      applicant,
      'acceptMembershipCharter',
      step(at, { charterVersion: '2026-01-01' }),
    );
    expect((await activate(accepted)).row.state).toBe('ACTIVATED');
    const current = await approved({}, applicant, { acceptCharterVersion: '2026-01-01' });
    await expect(
      room.sql.query(
        `update membership_case set state = 'ACTIVATED', activated_at = $2, charter_version = '2016-07-15',
           charter_in_force = '2016-07-15', membership_id = (select id from membership limit 1) where id = $1`,
        [current.id, room.clock.now()],
      ),
    ).rejects.toThrow('the charter in force is 2026-01-01');
    await pastRegulations(
      `update regulation set state = 'WITHDRAWN', adopted_on = null where id = 'reg_amended'`,
    );
  });

  test('is the secretariat’s, of another person than the applicant, with a code nobody has', async () => {
    const insider = person('insider', 'SECRETARIAT');
    const at = await approved({}, insider);
    for (const [who, code] of [
      [insider, 'MEMBERSHIP_CASE_SAME_PERSON'],
      [council, 'ACTION_FORBIDDEN'],
      [stranger, 'NOT_FOUND'],
    ] as const)
      expect((await send(who, 'activateMembership', activation(at))).codes).toEqual([code]);
    expect((await activate(at, { memberCode: 'NXU' })).codes).toEqual(['MEMBER_CODE_TAKEN']);
    expect((await activate(at, { memberCode: '小' })).codes).toEqual(['INPUT_INVALID']);
    expect(await rowsOf('select 1 from council_filing where case_id = $1', at.id)).toEqual([]);
    expect((await activate(at)).row.state).toBe('ACTIVATED');
  });

  test('happens once, however many press the button at once', async () => {
    const at = await approved();
    const answers = await Promise.all([1, 2, 3, 4].map(() => activate(at)));
    expect(answers.flatMap(({ codes: refused }) => refused)).toEqual([
      'VERSION_CONFLICT',
      'VERSION_CONFLICT',
      'VERSION_CONFLICT',
    ]);
    expect(await rowsOf('select 1 from membership where institution_id = $1', at.institutionId)).toHaveLength(
      1,
    );
    expect(await rowsOf('select 1 from council_filing where case_id = $1', at.id)).toHaveLength(1);
  });
});

describe('the database', () => {
  test('takes one open case of an institution, whoever submits at the same instant', async () => {
    const { institutionId } = await draft();
    const drafts = [];
    for (const who of ['a', 'b', 'c']) drafts.push(await draft({ institutionId }, person(who)));
    const answers = await Promise.all(
      drafts.map((one, place) =>
        send(
          person('abc'.charAt(place)),
          'submitMembershipCase',
          step(one, { idempotencyKey: idempotencyKey() }),
        ),
      ),
    );
    expect(answers.flatMap(({ codes: refused }) => refused)).toEqual([
      'MEMBERSHIP_CASE_OPEN',
      'MEMBERSHIP_CASE_OPEN',
    ]);
    expect(
      (await send(person('d'), 'openMembershipCase', { institutionId, idempotencyKey: idempotencyKey() }))
        .codes,
    ).toEqual([]);
  });

  test('gives every case a number of its own, counted in the legal year', async () => {
    const institutions = [];
    for (let place = 0; place < 10; place += 1) institutions.push((await draft()).institutionId);
    const opened = await Promise.all(
      institutions.map((institutionId, place) =>
        send(person(`p${place}`), 'openMembershipCase', { institutionId, idempotencyKey: idempotencyKey() }),
      ),
    );
    const numbers = opened.map(({ row }) => Number(row.caseNo.slice(8)));
    expect(Math.max(...numbers) - Math.min(...numbers)).toBe(9);
    expect(new Set(numbers).size).toBe(10);
    const untilNewYear = new Date('2026-12-31T16:00:00Z').getTime() - room.clock.now().getTime();
    room.clock.advance(untilNewYear);
    expect((await draft()).caseNo).toBe('MC-2027-0001');
  });

  test('refuses what no service would do: a leap, an approval without a motion, a change of whose case it is', async () => {
    const { id } = await submitted();
    const forced = (change: string) =>
      room.sql.query(`update membership_case set ${change} where id = $1`, [id]);
    await expect(forced(`state = 'ACTIVATED'`)).rejects.toThrow('never goes from SUBMITTED to ACTIVATED');
    await expect(forced(`state = 'APPROVED'`)).rejects.toThrow('never goes');
    await expect(forced(`applicant = 'somebody'`)).rejects.toThrow('never changes');
    await expect(room.sql.query('delete from membership_case where id = $1', [id])).rejects.toThrow('kept');
    await expect(
      room.sql.query(`update membership_case_step set remark = 'x' where case_id = $1`, [id]),
    ).rejects.toThrow('kept');
    const { after } = await concluded(['PASS', 'PASS', 'PASS']);
    await expect(
      room.sql.query(
        `update membership_case set state = 'APPROVED', approved_at = now(), approved_by = 'STANDING_COUNCIL' where id = $1`,
        [after.id],
      ),
    ).rejects.toThrow('membership_case_approved');
  });

  test('shows a case to nobody who comes past the room, and lets no applicant decide or put an institution on the roster', async () => {
    const { id } = await submitted();
    const client = await room.connectAsApp();
    for (const table of [
      'membership_case',
      'membership_case_step',
      'case_review',
      'expert',
      'council_filing',
    ])
      expect((await client.query(`select 1 from ${table}`)).rowCount).toBe(0);
    const as = (subject: string, grants: string) =>
      client.query(
        `select set_config('app.kind', 'PERSON', false), set_config('app.subject', $1, false), set_config('app.grants', $2, false)`,
        [subject, grants],
      );
    await as('stranger', 'COUNCIL_MEMBER@');
    expect((await client.query('select 1 from membership_case where id = $1', [id])).rowCount).toBe(0);
    const changed = await client.query(`update membership_case set name = 'x' where id = $1`, [id]);
    expect(changed.rowCount).toBe(0);
    const { after } = await concluded(['PASS', 'PASS', 'PASS']);
    await as('applicant', '');
    const approving = `update membership_case set state = 'APPROVED', approved_at = now(), approved_by = 'REVIEW' where id = $1`;
    await expect(client.query(approving, [after.id])).rejects.toThrow('decides nothing');
    await as('stranger', 'INSTITUTION_ADMIN@inst_home');
    const listed = client.query(
      `insert into institution (id, name, kind, source, created_at)
       values ('inst_forged', 'x', 'ENTERPRISE', 't', now())`,
    );
    await expect(listed).rejects.toThrow('row-level security');
  });
});
