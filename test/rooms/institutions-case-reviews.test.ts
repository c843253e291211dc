import { describe, expect, test } from '@jest/globals';
import {
  applicant,
  concluded,
  done,
  events,
  idempotencyKey,
  opinionOn,
  poolExpert,
  reviewOf,
  room,
  secretariat,
  seen,
  send,
  step,
  stranger,
  submitted,
  underReview,
  useAdmissionHouse,
  vote,
  type Tree,
} from './admission-house.js';
import { person } from './room-on-postgres.js';

useAdmissionHouse();

const reason = { reason: '时间冲突' };
const onReview = (review: Tree, extra: object = {}) => ({
  caseReviewId: review.id,
  expectedVersion: review.version,
  ...extra,
});
const assign = (of: Tree, ...experts: Tree[]) =>
  send(secretariat, 'assignCaseExperts', step(of, { expertIds: experts.map(({ id }) => id) }));
const conclude = (of: Tree) =>
  send(secretariat, 'concludeCaseReview', step(of, { conclusion: '评审意见汇总' }));

/** Whether the secretariat is shown that it may conclude a case, and why not. */
const concludable = async (id: string) => {
  const { availableActions } = await seen(secretariat, id);
  const shown = availableActions.find(({ action }: Tree) => action === 'concludeCaseReview');
  return [shown.allowed, shown.reason];
};

describe('the review of an institution', () => {
  test('begins with the checklist of the day and is led by the secretariat, never by the applicant', async () => {
    const insider = person('insider', 'SECRETARIAT');
    const own = await submitted({}, insider);
    expect((await send(insider, 'beginCaseReview', step(own))).codes).toEqual([
      'MEMBERSHIP_CASE_SAME_PERSON',
    ]);
    expect((await send(applicant, 'beginCaseReview', step(await submitted()))).codes).toEqual([
      'ACTION_FORBIDDEN',
    ]);
    const begun = await done(secretariat, 'beginCaseReview', step(own));
    expect(begun.state).toBe('UNDER_REVIEW');
    expect(begun.checklist).toHaveLength(10);
    expect(begun.checklist[0]).toMatchObject({ code: 'LEGAL_PERSON', article: 'art. 20' });
  });

  test('takes an odd number of active experts, three at least, each once', async () => {
    const begun = await done(secretariat, 'beginCaseReview', step(await submitted()));
    const pool: Tree[] = [];
    while (pool.length < 4) pool.push((await poolExpert()).expert);
    const [one, two, three, four] = pool;
    expect((await assign(begun, one)).codes).toEqual(['EXPERT_NUMBER']);
    expect((await assign(begun, one, two, three, four)).codes).toEqual(['EXPERT_NUMBER']);
    expect((await assign(begun, one, two, { id: 'exp_unknown' })).codes).toEqual(['NOT_FOUND']);
    const retired = await done(secretariat, 'retireExpert', {
      expertId: four.id,
      expectedVersion: four.version,
      ...reason,
    });
    const idle = await assign(begun, one, two, retired);
    expect(idle.codes).toEqual(['EXPERT_NOT_ACTIVE']);
    expect(idle.userErrors[0].message).toContain(four.name);
    const { row } = await assign(begun, one, two, three);
    expect(row.reviews.map(({ state }: Tree) => state)).toEqual(['ASSIGNED', 'ASSIGNED', 'ASSIGNED']);
    const again = [one, (await poolExpert()).expert];
    expect((await assign(row, ...again)).codes).toEqual(['EXPERT_ASSIGNED']);
  });

  test('refuses experts with a conflict of interest by name, past the service too', async () => {
    const begun = await done(secretariat, 'beginCaseReview', step(await submitted()));
    const [bound, two, three] = [await poolExpert(), await poolExpert(), await poolExpert()];
    await done(bound.acting, 'declareConflict', {
      expertId: bound.expert.id,
      institutionId: begun.institutionId,
      reason: '兼职教授',
      idempotencyKey: idempotencyKey(),
    });
    const refused = await assign(begun, bound.expert, two.expert, three.expert);
    expect(refused.codes).toEqual(['EXPERT_CONFLICT']);
    expect(refused.userErrors[0].message).toContain(bound.expert.name);
    const forced = room.sql.query(
      `insert into case_review (id, case_id, case_no, applicant, expert_id, subject, state, state_since, created_at)
       values ('crev_forced', $1, $2, 'a', $3, 's', 'ASSIGNED', '2026-01-15T08:00:00Z', '2026-01-15T08:00:00Z')`,
      [begun.id, begun.caseNo, bound.expert.id],
    );
    await expect(forced).rejects.toThrow('conflict of interest');
  });

  test('keeps opinions apart until it is concluded, and from the applicant for good', async () => {
    const { reviewed, experts } = await underReview();
    const [first, second, third] = experts;
    await vote(reviewed, first!, 'PASS');
    const own = (await seen(first!.acting, reviewed.id)).reviews;
    expect(own).toMatchObject([{ state: 'GIVEN', vote: 'PASS', expert: { name: first!.expert.name } }]);
    expect((await seen(second!.acting, reviewed.id)).reviews).toMatchObject([{ state: 'ASSIGNED' }]);
    expect((await seen(applicant, reviewed.id)).reviews).toEqual([]);
    await vote(reviewed, second!, 'PASS');
    await vote(reviewed, third!, 'FAIL');
    await conclude(await seen(secretariat, reviewed.id));
    const shared = (await seen(first!.acting, reviewed.id)).reviews;
    expect(shared.map(({ vote: cast }: Tree) => cast)).toEqual(['PASS', 'PASS', 'FAIL']);
    expect(shared[1].expert).toBeNull();
    expect((await seen(applicant, reviewed.id)).reviews).toEqual([]);
    const client = await room.connectAsApp();
    await client.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.subject', 'applicant', false)`,
    );
    expect((await client.query('select 1 from membership_case where id = $1', [reviewed.id])).rowCount).toBe(
      1,
    );
    expect((await client.query('select 1 from case_review where case_id = $1', [reviewed.id])).rowCount).toBe(
      0,
    );
  });

  test('stays hidden from an applicant who works for the secretariat', async () => {
    const insider = person('insider', 'SECRETARIAT');
    const { reviewed, experts } = await underReview(3, {}, insider);
    expect((await seen(insider, reviewed.id)).reviews).toEqual([]);
    const review = await reviewOf(reviewed, experts[0]!.expert.id);
    expect((await send(insider, 'releaseCaseReview', onReview(review, reason))).codes).toEqual(['NOT_FOUND']);
  });

  test('lets an expert mark every item once, and change their mind until the conclusion', async () => {
    const { reviewed, experts } = await underReview();
    const [first] = experts;
    const review = await reviewOf(reviewed, first!.expert.id);
    const opinion = opinionOn(reviewed, 'FAIL');
    const key = () => ({ idempotencyKey: idempotencyKey() });
    const partial = { ...opinion, marks: opinion.marks.slice(1) };
    const refused = await send(
      first!.acting,
      'submitCaseOpinion',
      onReview(review, { ...partial, ...key() }),
    );
    expect(refused.userErrors).toMatchObject([{ code: 'MARKS_INCOMPLETE', path: ['input', 'marks'] }]);
    for (const who of [stranger, applicant, experts[1]!.acting])
      expect(
        (await send(who, 'submitCaseOpinion', onReview(review, { ...opinion, ...key() }))).codes,
      ).toEqual(['NOT_FOUND']);
    expect(
      (await send(secretariat, 'submitCaseOpinion', onReview(review, { ...opinion, ...key() }))).codes,
    ).toEqual(['ACTION_FORBIDDEN']);
    const given = await done(first!.acting, 'submitCaseOpinion', onReview(review, { ...opinion, ...key() }));
    expect(given).toMatchObject({ state: 'GIVEN', vote: 'FAIL', dueAt: null });
    expect(
      (await send(first!.acting, 'submitCaseOpinion', onReview(given, { ...opinion, ...key() }))).codes,
    ).toEqual(['ACTION_NOT_ALLOWED']);
    const changed = await done(
      first!.acting,
      'amendCaseOpinion',
      onReview(given, opinionOn(reviewed, 'PASS')),
    );
    expect(changed.vote).toBe('PASS');
    await vote(reviewed, experts[1]!, 'PASS');
    await vote(reviewed, experts[2]!, 'PASS');
    await conclude(await seen(secretariat, reviewed.id));
    const late = await reviewOf(reviewed, first!.expert.id);
    expect(
      (await send(first!.acting, 'amendCaseOpinion', onReview(late, opinionOn(reviewed, 'FAIL')))).codes,
    ).toEqual(['ACTION_NOT_ALLOWED']);
  });

  test('goes on with another expert where one declines or is released, but an opinion that was given counts', async () => {
    const { reviewed, experts } = await underReview();
    const [first, second, third] = experts;
    const declined = await done(
      first!.acting,
      'declineCaseReview',
      onReview(await reviewOf(reviewed, first!.expert.id), reason),
    );
    expect(declined.state).toBe('DECLINED');
    expect(await seen(first!.acting, reviewed.id)).toBeNull();
    await vote(reviewed, second!, 'PASS');
    const release = async (of: Tree) =>
      send(secretariat, 'releaseCaseReview', onReview(await reviewOf(reviewed, of.id), reason));
    expect((await release(second!.expert)).codes).toEqual(['OPINION_GIVEN']);
    expect((await release(third!.expert)).row.state).toBe('RELEASED');
    expect(await seen(third!.acting, reviewed.id)).toBeNull();
    const short = await conclude(await seen(secretariat, reviewed.id));
    expect(short.codes).toEqual(['EXPERT_NUMBER']);
    const added = [await poolExpert(), await poolExpert()];
    const { row } = await assign(await seen(secretariat, reviewed.id), ...added.map(({ expert }) => expert));
    for (const one of added) await vote(row, one, 'PASS');
    expect((await conclude(await seen(secretariat, reviewed.id))).row).toMatchObject({
      state: 'REVIEW_PASSED',
      votesPass: 3,
      votesFail: 0,
    });
  });

  test('does not count the vote of an expert whose bond came to light after it', async () => {
    const { reviewed, experts } = await underReview();
    for (const one of experts) await vote(reviewed, one, 'PASS');
    const [bound] = experts;
    await done(secretariat, 'declareConflict', {
      expertId: bound!.expert.id,
      institutionId: reviewed.institutionId,
      reason: '亲属任职',
      idempotencyKey: idempotencyKey(),
    });
    const current = await seen(secretariat, reviewed.id);
    expect((await conclude(current)).codes).toEqual(['EXPERT_CONFLICT']);
    const released = await reviewOf(reviewed, bound!.expert.id);
    expect((await done(secretariat, 'releaseCaseReview', onReview(released, reason))).state).toBe('RELEASED');
  });

  test('is concluded by the votes alone: by more than half, after all have voted, whoever writes the result', async () => {
    const { reviewed, experts } = await underReview();
    await vote(reviewed, experts[0]!, 'PASS');
    await vote(reviewed, experts[1]!, 'FAIL');
    const open = await conclude(await seen(secretariat, reviewed.id));
    expect(open.userErrors).toMatchObject([{ code: 'OPINIONS_OPEN', message: expect.stringContaining('1') }]);
    expect(await concludable(reviewed.id)).toEqual([false, 'OPINIONS_OPEN']);
    await vote(reviewed, experts[2]!, 'FAIL');
    expect(await concludable(reviewed.id)).toEqual([true, null]);
    const unassigned = await done(secretariat, 'beginCaseReview', step(await submitted()));
    expect(await concludable(unassigned.id)).toEqual([false, 'EXPERT_NUMBER']);
    const forged = room.sql.query(
      `update membership_case set state = 'REVIEW_PASSED', conclusion = 'x', votes_pass = 2, votes_fail = 1 where id = $1`,
      [reviewed.id],
    );
    await expect(forged).rejects.toThrow('not what the votes say');
    const { row } = await conclude(await seen(secretariat, reviewed.id));
    expect(row).toMatchObject({ state: 'REVIEW_FAILED', votesPass: 1, votesFail: 2, dueOn: null });
    expect(row.timeline.at(-1)).toMatchObject({ action: 'failCaseReview', role: 'REVIEW' });
    const { after } = await concluded(['PASS', 'FAIL', 'PASS', 'FAIL', 'PASS']);
    expect(after).toMatchObject({ state: 'REVIEW_PASSED', votesPass: 3, votesFail: 2 });
  });

  test('counts each vote once and all the same where votes and the conclusion meet', async () => {
    const { reviewed, experts } = await underReview();
    for (const one of experts) await vote(reviewed, one, 'FAIL');
    const current = await seen(secretariat, reviewed.id);
    const given = await reviewOf(reviewed, experts[0]!.expert.id);
    const [result, amended] = await Promise.all([
      conclude(current),
      send(experts[0]!.acting, 'amendCaseOpinion', onReview(given, opinionOn(reviewed, 'PASS'))),
      conclude(current),
    ]);
    expect(amended.codes).not.toContain('INTERNAL');
    const end = await seen(secretariat, reviewed.id);
    const cast = end.reviews.filter(({ vote: choice }: Tree) => choice === 'PASS').length;
    expect(end).toMatchObject({ state: 'REVIEW_FAILED', votesPass: cast, votesFail: 3 - cast });
    expect([[], ['VERSION_CONFLICT']]).toContainEqual(result.codes);
  });

  test('ends for its experts where the applicant withdraws at the instant at which one declines', async () => {
    const { reviewed, experts } = await underReview();
    const review = await reviewOf(reviewed, experts[0]!.expert.id);
    const [declined, withdrawn] = await Promise.all([
      send(experts[0]!.acting, 'declineCaseReview', onReview(review, reason)),
      send(applicant, 'withdrawMembershipCase', step(reviewed, reason)),
    ]);
    expect(withdrawn.codes).toEqual([]);
    expect([[], ['VERSION_CONFLICT'], ['ACTION_NOT_ALLOWED'], ['NOT_FOUND']]).toContainEqual(declined.codes);
    const { reviews } = await seen(secretariat, reviewed.id);
    const states = new Set(reviews.map(({ state }: Tree) => state));
    expect([...states].sort()).toEqual(declined.codes.length === 0 ? ['DECLINED', 'RELEASED'] : ['RELEASED']);
  });

  test('tells the inbox of each expert by subject, of the secretariat by role, and takes both back', async () => {
    const { after, experts } = await concluded(['PASS', 'PASS', 'PASS']);
    const review = await reviewOf(after, experts[0]!.expert.id);
    const work = await events('WorkChanged', review.id);
    expect(work[0]).toMatchObject({
      about: after.caseNo,
      waitsFor: [{ subject: experts[0]!.acting.subject, role: null }],
      actions: [{ action: 'submitCaseOpinion' }, { action: 'declineCaseReview' }],
    });
    expect(work.at(-1)).toMatchObject({ state: 'CONCLUDED', waitsFor: [] });
    const ofCase = await events('WorkChanged', after.id);
    expect(ofCase.every(({ notFor }) => notFor[0] === applicant.subject)).toBe(true);
    expect(ofCase.at(-1)).toMatchObject({ actions: [], dueAt: '2026-04-15T16:00:00.000Z' });
    const waiting = ofCase.map(({ state, waitsFor }) => [state, waitsFor.map(({ role }: Tree) => role)]);
    expect(waiting).toEqual([
      ['DRAFT', []],
      ['SUBMITTED', ['SECRETARIAT']],
      ['UNDER_REVIEW', ['SECRETARIAT']],
      ['UNDER_REVIEW', ['SECRETARIAT']],
      ['REVIEW_PASSED', ['COUNCIL_MEMBER']],
    ]);
  });
});
