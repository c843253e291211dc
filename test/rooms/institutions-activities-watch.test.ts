import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  inactivityEvidence,
  type InactivityEvidence,
} from '../../subgraphs/institutions/activities/inactivity-evidence.js';
import { findInactivity } from '../../subgraphs/institutions/membership-exits/inactivity-rule.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { pgSql } from '../support/pg-sql.js';
import { held } from './institutions-activities-kit.js';
import {
  admin,
  away,
  home,
  idempotencyKey,
  recordFoundingMember,
  secretariat,
  startInstitutions,
} from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

const mayBeProposed = (found: InactivityEvidence, at: Date): boolean => {
  try {
    findInactivity(found, at);
    return true;
  } catch {
    return false;
  }
};

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away, 'inst_young');
  room.clock.advance(Date.parse('2030-01-01T00:00:00Z') - room.clock.now().getTime());
  await recordFoundingMember(room, secretariat, { joinedOn: '2016-07-15' });
  await recordFoundingMember(room, secretariat, {
    institutionId: away,
    memberCode: 'AWAY',
    joinedOn: '2016-07-15',
  });
  await recordFoundingMember(room, secretariat, {
    institutionId: 'inst_young',
    memberCode: 'YOUNG',
    joinedOn: '2024-03-01',
  });
});
afterAll(async () => room[Symbol.asyncDispose]());
beforeEach(async () => {
  await room.sql.query('truncate member_activity');
});

const candidates = async (asOf?: string, page: object = {}, by: Principal = secretariat) => {
  const { data, errors } = await room.ask(
    by,
    `query ($asOf: Date, $first: Int, $after: String) {
       inactivityCandidates(asOf: $asOf, first: $first, after: $after) {
         totalCount pageInfo { hasNextPage endCursor }
         edges { node { institutionId memberCode evidence {
           activeSince lastActivityOn kinds { kind lastOccurredOn countInWindow } years { year kind count }
         } } }
       }
     }`,
    { asOf, ...page },
  );
  return { ...data.inactivityCandidates, code: errors?.[0]?.extensions?.['code'] };
};
const codes = async (asOf: string) =>
  (await candidates(asOf)).edges.map(({ node }: { node: { memberCode: string } }) => node.memberCode);

describe('the window of art. 21.1 is half-open', () => {
  test.each([
    ['on the first day of the window it counts', '2023-06-16', '2026-06-15', false],
    ['on the day three years before it does not', '2023-06-15', '2026-06-15', true],
    ['on the day itself it counts', '2026-06-15', '2026-06-15', false],
    ['on the day after it does not yet', '2026-06-16', '2026-06-15', true],
    ['on 29 February it counts until 28 February', '2024-02-29', '2027-02-28', false],
    ['on 29 February it is over on 1 March', '2024-02-29', '2027-03-01', true],
    ['three years before 29 February end with 28 February', '2025-02-28', '2028-02-29', true],
    ['and begin with 1 March', '2025-03-01', '2028-02-29', false],
  ])('%s', async (_, occurredOn, asOf, isCandidate) => {
    await held(room, [home], occurredOn);
    expect((await codes(asOf)).includes('NXU')).toBe(isCandidate);
  });
});

describe('a candidate', () => {
  test('is an active member of three years without a break, without any counted activity', async () => {
    expect(await codes('2027-02-28')).toEqual(['AWAY', 'NXU']);
    expect(await codes('2027-03-01')).toEqual(['AWAY', 'NXU', 'YOUNG']);
    await held(room, [away], '2026-12-01', 'RESOURCE');
    expect(await codes('2027-03-01')).toEqual(['NXU', 'YOUNG']);
  });

  test('is one again when what counted is taken back', async () => {
    await held(room, [home], '2026-12-01');
    expect(await codes('2027-01-01')).not.toContain('NXU');
    const { rows } = await room.sql.query(`select id from member_activity`);
    await room.ask(
      secretariat,
      `mutation ($input: RetractActivityInput!) { retractActivity(input: $input) { userErrors { code } } }`,
      {
        input: { activityId: (rows[0] as { id: string }).id, reason: 'r', idempotencyKey: idempotencyKey() },
      },
    );
    expect(await codes('2027-01-01')).toContain('NXU');
  });

  test('comes with the last activity of each kind and the counts by year', async () => {
    await held(room, [home], '2020-05-01', 'RESOURCE');
    await held(room, [home], '2021-05-01', 'RESOURCE');
    await held(room, [home], '2021-06-01', 'CONVERSION');
    const { edges } = await candidates('2026-01-01');
    expect(
      edges.find(({ node }: { node: { memberCode: string } }) => node.memberCode === 'NXU').node.evidence,
    ).toEqual({
      activeSince: '2016-07-15',
      lastActivityOn: '2021-06-01',
      kinds: [
        { kind: 'CONVERSION', lastOccurredOn: '2021-06-01', countInWindow: 0 },
        { kind: 'RESOURCE', lastOccurredOn: '2021-05-01', countInWindow: 0 },
      ],
      years: [
        { year: 2020, kind: 'RESOURCE', count: 1 },
        { year: 2021, kind: 'CONVERSION', count: 1 },
        { year: 2021, kind: 'RESOURCE', count: 1 },
      ],
    });
  });

  test('is listed page by page, for those who decide, and never for a day to come', async () => {
    const first = await candidates('2028-01-01', { first: 2 });
    expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([3, true]);
    const rest = await candidates('2028-01-01', { first: 2, after: first.pageInfo.endCursor });
    expect(rest.edges.map(({ node }: { node: { memberCode: string } }) => node.memberCode)).toEqual([
      'YOUNG',
    ]);
    expect((await candidates('2030-01-02')).code).toBe('ACTIVITY_IN_FUTURE');
    expect((await candidates('2028-01-01', {}, admin)).code).toBe('ACTION_FORBIDDEN');
  });

  test('loses nothing by being one', async () => {
    const members = 'select id, state, version from membership order by id';
    const before = (await room.sql.query(members)).rows;
    await candidates();
    room.clock.advance(86_400_000);
    await candidates();
    expect((await room.sql.query(members)).rows).toEqual(before);
  });
});

test('the evidence of many institutions is read in one statement, and only for those who may know', async () => {
  await held(room, [home, away], '2029-05-01');
  const query = '{ institutions { edges { node { id activityEvidence { isCandidate lastActivityOn } } } } }';
  const evidenceFor = async (by: Principal) =>
    Object.fromEntries(
      (await room.ask(by, query)).data.institutions.edges.map(
        ({ node }: { node: { id: string; activityEvidence: object } }) => [node.id, node.activityEvidence],
      ),
    ) as Record<string, object | null>;
  expect(await evidenceFor(secretariat)).toEqual({
    [home]: { isCandidate: false, lastActivityOn: '2029-05-01' },
    [away]: { isCandidate: false, lastActivityOn: '2029-05-01' },
    inst_young: { isCandidate: true, lastActivityOn: null },
  });
  const own = await evidenceFor(admin);
  expect([own[home], own[away]]).toEqual([{ isCandidate: false, lastActivityOn: '2029-05-01' }, null]);
  expect((await evidenceFor(person('q')))[home]).toBeNull();
});

test('the evidence for a proposal to exit says the same as the list', async () => {
  const dates = fc.date({
    min: new Date('2018-01-01T00:00:00Z'),
    max: new Date('2029-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  const days = dates.map((instant) => instant.toISOString().slice(0, 10));
  const threeYearsBefore = (day: string) => {
    const date = new Date(`${day}T00:00:00Z`);
    const month = date.getUTCMonth();
    date.setUTCFullYear(date.getUTCFullYear() - 3);
    if (date.getUTCMonth() !== month) date.setUTCDate(0);
    return date.toISOString().slice(0, 10);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(days, { maxLength: 6 }), days, async (activities, asOf) => {
      await room.sql.query('truncate member_activity');
      for (const day of activities) await held(room, [home], day);
      const found = await inactivityEvidence(pgSql(room.sql), home, new Date(`${asOf}T04:00:00Z`));
      const since = threeYearsBefore(asOf);
      const counted = activities.filter((day) => day > since && day <= asOf);
      expect(found.counts).toEqual({
        RESOURCE: 0,
        CONVERSION: 0,
        TRADE: activities.filter((day) => day <= asOf).length,
        ALLIANCE_ACTIVITY: 0,
      });
      const isProposable = mayBeProposed(found, new Date(`${asOf}T04:00:00Z`));
      const last = activities
        .filter((day) => day <= asOf)
        .toSorted()
        .at(-1);
      expect(found.lastActivityAt).toEqual(last === undefined ? null : new Date(`${last}T00:00:00+08:00`));
      const isCandidate = counted.length === 0 && '2016-07-15' <= since;
      expect([(await codes(asOf)).includes('NXU'), isProposable]).toEqual([isCandidate, isCandidate]);
    }),
    { numRuns: 30 },
  );
  await expect(inactivityEvidence(pgSql(room.sql), 'inst_none', new Date())).rejects.toMatchObject({
    code: 'INSTITUTION_NOT_MEMBER',
  });
});

test('a past day is judged by the states of that day, and a suspension of a day or more begins the years anew', async () => {
  const moved = (state: string, day: string) =>
    room.sql.query(
      `update membership set state = $1, state_since = $2::timestamptz where member_code = 'YOUNG'`,
      [state, `${day}T00:00:00Z`],
    );
  const activeSince = async (day: string) =>
    (await inactivityEvidence(pgSql(room.sql), 'inst_young', new Date(`${day}T04:00:00Z`))).memberSince;
  await moved('SUSPENDED', '2027-06-01');
  expect(await codes('2027-05-31')).toContain('YOUNG');
  expect(await codes('2027-06-01')).not.toContain('YOUNG');
  await moved('ACTIVE', '2027-07-01');
  expect(await codes('2027-05-31')).toContain('YOUNG');
  expect(await codes('2027-06-30')).not.toContain('YOUNG');
  expect(await codes('2029-12-31')).not.toContain('YOUNG');
  expect(await activeSince('2027-05-31')).toEqual(new Date('2024-03-01T00:00:00+08:00'));
  expect(await activeSince('2029-12-31')).toEqual(new Date('2027-07-01T00:00:00+08:00'));
  await moved('SUSPENDED', '2028-08-01');
  await moved('ACTIVE', '2028-08-01');
  expect(await activeSince('2029-12-31')).toEqual(new Date('2027-07-01T00:00:00+08:00'));
});
