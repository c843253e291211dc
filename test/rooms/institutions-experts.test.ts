import { describe, expect, test } from '@jest/globals';
import {
  applicant,
  council,
  done,
  events,
  home,
  homeAdmin,
  idempotencyKey,
  listInstitution,
  poolExpert,
  room,
  secretariat,
  send,
  stranger,
  submitted,
  underReview,
  useAdmissionHouse,
  type Tree,
} from './admission-house.js';
import { person } from './room-on-postgres.js';

useAdmissionHouse();

let people = 0;
const nomination = async (extra: object = {}) => ({
  nominatedBy: home,
  subject: `person-${(people += 1)}`,
  name: '沙枣',
  institutionId: home,
  fields: ['06', '01', '06'],
  expertise: '课程质量评估',
  idempotencyKey: idempotencyKey(),
  ...extra,
});
const nominate = async (extra?: object, by = homeAdmin) =>
  send(by, 'nominateExpert', await nomination(extra));
const onExpert = (of: Tree, extra: object = {}) => ({
  expertId: of.id,
  expectedVersion: of.version,
  ...extra,
});
const grantsOf = async (subject: string) =>
  (await room.sql.query('select role, valid_to from role_grant where subject = $1', [subject])).rows;

describe('the pool of experts', () => {
  test('is filled by members, through their administrators, each person once at a time', async () => {
    const { row } = await nominate();
    expect(row).toMatchObject({ state: 'NOMINATED', fields: ['01', '06'], nominatedBy: home });
    const twice = await nominate({ subject: `person-${people}` });
    expect(twice.userErrors).toMatchObject([{ code: 'EXPERT_EXISTS', path: ['input', 'subject'] }]);
    for (const who of [secretariat, stranger])
      expect((await nominate({}, who)).codes).toEqual(['ACTION_FORBIDDEN']);
    const outside = await listInstitution();
    const outsider = person('outsider', `INSTITUTION_ADMIN@${outside}`);
    expect((await nominate({ nominatedBy: outside }, outsider)).codes).toEqual(['INSTITUTION_NOT_MEMBER']);
    const standing = (state: string) =>
      room.sql.query(`update membership set state = '${state}' where institution_id = '${home}'`);
    await standing('SUSPENDED');
    expect((await nominate()).codes).toEqual(['MEMBER_NOT_IN_STANDING']);
    await standing('ACTIVE');
    expect((await nominate({ fields: ['99'] })).codes).toEqual(['INPUT_INVALID']);
    expect((await nominate({ institutionId: 'inst_unknown' })).codes).toEqual(['NOT_FOUND']);
  });

  test('takes one of two nominations of a person that come at once', async () => {
    const subject = 'wanted-by-two';
    const both = await Promise.all([nominate({ subject }), nominate({ subject })]);
    expect(both.flatMap(({ codes }) => codes)).toEqual(['EXPERT_EXISTS']);
  });

  test('makes a confirmed person an expert from now on, and ends that with the place in the pool', async () => {
    const { row } = await nominate();
    const subject = `person-${people}`;
    expect((await send(homeAdmin, 'confirmExpert', onExpert(row))).codes).toEqual(['NOT_FOUND']);
    const confirmed = await done(secretariat, 'confirmExpert', onExpert(row));
    expect(confirmed).toMatchObject({
      state: 'ACTIVE',
      activeFrom: '2026-01-15T08:00:00.000Z',
      activeTo: null,
    });
    expect(await grantsOf(subject)).toEqual([{ role: 'EXPERT', valid_to: null }]);
    room.clock.advance(1_000);
    const retired = await done(secretariat, 'retireExpert', onExpert(confirmed, { reason: '任期届满' }));
    expect(retired).toMatchObject({ state: 'RETIRED', activeTo: '2026-01-15T08:00:01.000Z' });
    expect(await grantsOf(subject)).toEqual([{ role: 'EXPERT', valid_to: new Date('2026-01-15T08:00:01Z') }]);
    expect((await nominate({ subject })).codes).toEqual([]);
  });

  test('lets a nomination be turned down, and tells the inbox without naming the person', async () => {
    const { row } = await nominate();
    expect(await events('WorkChanged', row.id)).toMatchObject([
      { about: 'ISCED-F 01, 06', waitsFor: [{ role: 'SECRETARIAT' }], dueAt: '2026-02-14T16:00:00.000Z' },
    ]);
    const declined = await done(secretariat, 'retireExpert', onExpert(row, { reason: '专业不符' }));
    expect(declined).toMatchObject({ state: 'RETIRED', activeFrom: null, activeTo: null });
    expect(await grantsOf(`person-${people}`)).toEqual([]);
    expect((await events('WorkChanged', row.id)).at(-1)).toMatchObject({ waitsFor: [] });
  });

  test('is read by the secretariat; members see whom they nominated, applicants and the council nobody', async () => {
    const { expert, acting } = await poolExpert();
    const query = 'query ($id: ID!) { expert(id: $id) { name openReviews } }';
    const read = async (who: typeof applicant) => (await room.ask(who, query, { id: expert.id })).data.expert;
    expect(await read(secretariat)).toEqual({ name: expert.name, openReviews: 0 });
    expect(await read(acting)).toEqual({ name: expert.name, openReviews: 0 });
    expect(await read(homeAdmin)).toEqual({ name: expert.name, openReviews: null });
    for (const who of [applicant, council, person('other', 'INSTITUTION_ADMIN@inst_other')])
      expect(await read(who)).toBeNull();
  });

  test('lists its experts with the reviews that wait for each', async () => {
    const { experts } = await underReview();
    const query = `query { experts(first: 100, filter: { state: ACTIVE, field: "06" }) {
      totalCount edges { node { id openReviews } } } }`;
    const { data } = await room.ask(secretariat, query);
    const load = new Map(data.experts.edges.map(({ node }: Tree) => [node.id, node.openReviews]));
    for (const { expert } of experts) expect(load.get(expert.id)).toBe(1);
  });
});

describe('a conflict of interest', () => {
  test('is declared by the expert or the secretariat, for an interval, once from a day', async () => {
    const { expert, acting } = await poolExpert();
    const { institutionId } = await submitted();
    const declare = (extra: object = {}, by = acting) =>
      send(by, 'declareConflict', {
        expertId: expert.id,
        institutionId,
        reason: '曾任顾问',
        from: '2026-01-01',
        to: '2027-01-01',
        idempotencyKey: idempotencyKey(),
        ...extra,
      });
    expect((await declare()).row.conflicts).toEqual([
      { institutionId, reason: '曾任顾问', from: '2026-01-01', to: '2027-01-01' },
    ]);
    expect((await declare({}, secretariat)).codes).toEqual(['CONFLICT_DECLARED']);
    expect((await declare({ from: '2026-02-01', to: '2026-02-01' })).codes).toEqual(['INTERVAL_EMPTY']);
    expect((await declare({ from: '2027-01-01', to: null }, homeAdmin)).codes).toEqual(['ACTION_FORBIDDEN']);
    const { acting: other } = await poolExpert();
    expect((await declare({ from: '2027-01-01' }, other)).codes).toEqual(['NOT_FOUND']);
    await expect(
      room.sql.query('delete from expert_conflict where expert_id = $1', [expert.id]),
    ).rejects.toThrow('kept');
  });
});
