import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  contributionComponents,
  scoreContributions,
} from '../../subgraphs/institutions/contributions/score-contributions.js';
import { stableId } from '../../subgraphs/kit/base/ids.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  away,
  home,
  pastTheRoom,
  startSecretariat,
  step,
  stranger,
  supervisor,
} from './institutions-secretariat.js';
import { endOfJob, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startSecretariat();
});
afterAll(async () => room?.[Symbol.asyncDispose]());

const publishScheme = (effectiveFrom: string, weights: object[], by: Principal = secretariat) =>
  step(
    room,
    by,
    'publishContributionScheme',
    { effectiveFrom, weights, idempotencyKey: idempotencyKey() },
    'contributionScheme { id }',
  );
const record = (institutionId: string, component: string, quantity: string, period = 2025) =>
  step(
    room,
    secretariat,
    'recordContribution',
    {
      institutionId,
      period,
      component,
      quantity,
      evidence: '会议签到',
      uploadIds: [],
      idempotencyKey: idempotencyKey(),
    },
    'contributionEntry { id }',
  );
async function compute(period: number) {
  const answer = await step(
    room,
    secretariat,
    'computeContributions',
    { period, idempotencyKey: idempotencyKey() },
    'contributionComputation { id }',
  );
  if (answer.contributionComputation === null) return answer;
  const { id } = answer.contributionComputation;
  const question = 'query ($id: ID!) { contributionComputation(id: $id) { scored job { state errorCode } } }';
  return endOfJob(
    room.wakeBus,
    id,
    async () => (await room.ask(secretariat, question, { id })).data.contributionComputation,
  );
}
const ranking = async (by: Principal, period = 2025) =>
  (
    await room.ask(
      by,
      `{ contributionRanking(period: ${period}) { edges { node { points institution { name } components { component quantity points } } } } }`,
    )
  ).data.contributionRanking.edges.map(({ node }: { node: object }) => node);
const publish = (period: number) =>
  step(room, secretariat, 'publishContributions', { period }, 'contributionPublication { scored }');

test('points are the exact sum of quantities times weights, up to the limit', () => {
  const cents = fc.integer({ min: -100_000, max: 100_000 });
  const quantity = fc.record({ component: fc.constantFrom(...contributionComponents), cents });
  const weight = fc.record({
    component: fc.constantFrom(...contributionComponents),
    cents: fc.nat(100_000),
    most: fc.option(fc.nat(100_000)),
  });
  const decimal = (value: number) =>
    `${value < 0 ? '-' : ''}${Math.trunc(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
  fc.assert(
    fc.property(
      fc.uniqueArray(weight, { selector: (one) => one.component }),
      fc.array(quantity),
      (weights, quantities) => {
        const score = scoreContributions(
          weights.map(({ component, cents: worth, most }) => ({
            component,
            weight: decimal(worth),
            mostUnits: most === null ? null : decimal(most),
          })),
          quantities.map((one) => ({ component: one.component, quantity: decimal(one.cents) })),
        );
        const tenThousandths = weights.reduce((sum, { component, cents: worth, most }) => {
          const found = quantities
            .filter((one) => one.component === component)
            .reduce((total, one) => total + BigInt(one.cents), 0n);
          const capped = most !== null && found > BigInt(most) ? BigInt(most) : found;
          return sum + (capped < 0n ? 0n : capped) * BigInt(worth);
        }, 0n);
        const [whole = '0', part = ''] = score.points.split('.');
        expect(BigInt(whole) * 10_000n + BigInt(part.padEnd(4, '0'))).toBe(tenThousandths);
      },
    ),
  );
});

test('without a scheme nothing is computed, and without scores nothing published', async () => {
  expect((await compute(2024)).job).toMatchObject({
    state: 'FAILED',
    errorCode: 'CONTRIBUTION_SCHEME_MISSING',
  });
  expect((await publish(2024)).userErrors).toEqual([{ code: 'CONTRIBUTIONS_MISSING' }]);
});

test('a scheme is the secretariat’s, names each component once, and has its own day', async () => {
  const weights = [
    { component: 'MEETINGS_ATTENDED', weight: '1.5', mostUnits: '4' },
    { component: 'ALLIANCE_ACTIVITIES', weight: '2' },
  ];
  expect((await publishScheme('2025-01-01', weights, admin)).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  expect((await publishScheme('2025-01-01', [...weights, ...weights])).userErrors).toEqual([
    { code: 'INPUT_INVALID' },
  ]);
  expect((await publishScheme('2025-01-01', [{ component: 'OTHER', weight: '-1' }])).userErrors).toEqual([
    { code: 'INPUT_INVALID' },
  ]);
  expect((await publishScheme('2025-01-01', weights)).userErrors).toEqual([]);
  expect((await publishScheme('2025-01-01', weights)).userErrors).toEqual([
    { code: 'CONTRIBUTION_SCHEME_DATE_TAKEN' },
  ]);
  await publishScheme('2026-01-01', [{ component: 'OTHER', weight: '9' }]);
  const { data } = await room.ask(admin, '{ contributionSchemes { effectiveFrom } }');
  expect(data.contributionSchemes).toEqual([
    { effectiveFrom: '2026-01-01' },
    { effectiveFrom: '2025-01-01' },
  ]);
});

test('the ranking follows recorded contributions and held activities, by the scheme of its year', async () => {
  await room.sql.query(
    `insert into member_activity (id, institution_id, kind, occurred_on, title, source, event_id, subject_type,
       subject_id, recorded_by, created_at) values
       ('act_1', $1, 'ALLIANCE_ACTIVITY', '2025-05-02', 't', 'institutions', 'e1', 'ActivityRequest', 'a', 's', now()),
       ('act_2', $1, 'ALLIANCE_ACTIVITY', '2024-12-31', 't', 'institutions', 'e2', 'ActivityRequest', 'b', 's', now()),
       ('act_3', $1, 'ALLIANCE_ACTIVITY', '2025-06-01', 't', 'institutions', 'e3', 'Meeting', 'm', 's', now())`,
    [away],
  );
  expect((await record(home, 'MEETINGS_ATTENDED', '0')).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  expect((await record('inst_nou', 'OTHER', '1')).userErrors).toEqual([{ code: 'INSTITUTION_NOT_MEMBER' }]);
  await record(away, 'MEETINGS_ATTENDED', '9');
  await record(away, 'MEETINGS_ATTENDED', '-0.5');
  await record(home, 'MEETINGS_ATTENDED', '1');
  expect(await compute(2025)).toMatchObject({ scored: 2, job: { state: 'SUCCEEDED' } });
  expect(await ranking(supervisor)).toEqual([
    {
      points: '8',
      institution: { name: '他乡学院' },
      components: [
        { component: 'MEETINGS_ATTENDED', quantity: '8.5', points: '6' },
        { component: 'ALLIANCE_ACTIVITIES', quantity: '1', points: '2' },
      ],
    },
    expect.objectContaining({ points: '1.5', institution: { name: '家园大学' } }),
  ]);
  room.clock.advance(1_000);
  await record(home, 'MEETINGS_ATTENDED', '1');
  expect((await publish(2025)).userErrors).toEqual([{ code: 'CONTRIBUTIONS_OUTDATED' }]);
  room.clock.advance(1_000);
  await compute(2025);
  expect((await ranking(supervisor))[1]).toMatchObject({ points: '3' });
});

test('a year counts from its beginning and is published after its end', async () => {
  expect((await record(home, 'OTHER', '1', 2027)).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  expect((await compute(2027)).userErrors).toEqual([{ code: 'INPUT_INVALID' }]);
  await compute(2026);
  expect((await publish(2026)).userErrors).toEqual([{ code: 'CONTRIBUTIONS_YEAR_NOT_OVER' }]);
});

test('meetings count by their attendance, each once, present or represented', async () => {
  const council = stableId('Body', 'COUNCIL');
  for (const [subject, from, to] of [
    ['p1', '2024-06-01', '2025-05-01'],
    ['p2', '2025-05-01', '2026-06-01'],
  ]) {
    await room.sql.query(
      `insert into seat (id, body_id, institution_id, subject, holder_name, office, valid_from, valid_to, state,
         appointed_by, created_at)
       values ($1, $2, $3, $1, '代表', 'MEMBER', $4, $5, 'HELD', 's', now())`,
      [subject, council, home, from, to],
    );
  }
  // The first lies on 1 January 2025 in Shanghai, the last on 1 January 2026.
  const meetings = [
    ['m1', '2024-12-31T16:00:00Z', 'CALLED', ['PRESENT', 'REPRESENTED']],
    ['m2', '2025-05-01T01:00:00Z', 'CALLED', ['ABSENT', 'REPRESENTED']],
    ['m3', '2025-06-01T01:00:00Z', 'CALLED', ['ABSENT', 'ABSENT']],
    ['m4', '2025-07-01T01:00:00Z', 'CANCELLED', ['PRESENT', 'PRESENT']],
    ['m5', '2025-12-31T16:00:00Z', 'CALLED', ['PRESENT', 'PRESENT']],
  ] as const;
  for (const [id, startsAt, state, presences] of meetings) {
    await room.sql.query(
      `insert into meeting (id, body_id, kind, title_zh, title_en, state, state_since, starts_at, place, seats,
         invited_subjects, opened_by, created_at)
       values ($1, $2, 'ORDINARY', '会议', 'Meeting', $3, now(), $4, '银川', 2, '{p1,p2}', 's', now())`,
      [id, council, state, startsAt],
    );
    for (const [index, presence] of presences.entries()) {
      await room.sql.query(
        `insert into attendance (id, meeting_id, seat_id, body_id, institution_id, presence, represented_by,
           recorded_by, created_at)
         values ($1, $2, $3, $4, $5, $6, case $6 when 'REPRESENTED' then '代理人' end, 's', now())`,
        [`${id}${index}`, id, `p${index + 1}`, council, home, presence],
      );
    }
  }
  await compute(2025);
  // Two were recorded by hand before, two were attended.
  expect((await ranking(supervisor))[1]).toMatchObject({
    institution: { name: '家园大学' },
    components: [{ component: 'MEETINGS_ATTENDED', quantity: '4', points: '6' }, expect.anything()],
  });
});

test('of publishing, recording and computing a year at once nothing is published that leaves something out', async () => {
  room.clock.advance(366 * 86_400_000);
  await record(home, 'OTHER', '1', 2026);
  room.clock.advance(1_000);
  await compute(2026);
  room.clock.advance(1_000);
  await Promise.all([publish(2026), ...Array.from({ length: 4 }, () => record(away, 'OTHER', '1', 2026))]);
  const { rows } = await room.sql.query(
    `select count(*)::int as late from contribution_entry entry where period = 2026 and exists (
       select 1 from contribution_score score where score.period = 2026 and published_at is not null
         and score.computed_at < entry.created_at)`,
  );
  expect(rows).toEqual([{ late: 0 }]);
});

test('members see the scores once they are published, and then nothing changes any more', async () => {
  expect(await ranking(admin)).toEqual([]);
  expect((await publish(2025)).contributionPublication).toEqual({ scored: 2 });
  expect(await ranking(admin)).toHaveLength(2);
  expect((await publish(2025)).userErrors).toEqual([{ code: 'CONTRIBUTIONS_FROZEN' }]);
  expect((await compute(2025)).userErrors).toEqual([{ code: 'CONTRIBUTIONS_FROZEN' }]);
  expect((await record(home, 'MEETINGS_ATTENDED', '1')).userErrors).toEqual([
    { code: 'CONTRIBUTIONS_FROZEN' },
  ]);
  const service = { kind: 'SERVICE', subject: 'service:institutions', grants: '' };
  await expect(
    pastTheRoom(room, service, 'update contribution_score set points = 99 where period = 2025'),
  ).rejects.toMatchObject({ constraint: 'contributions_frozen' });
  const official = { kind: 'PERSON', subject: 'sec', grants: 'SECRETARIAT@' };
  await expect(
    pastTheRoom(
      room,
      official,
      `insert into contribution_entry values ('c', $1, 2025, 'OTHER', 1, 'e', '[]', 'sec', now())`,
      [home],
    ),
  ).rejects.toMatchObject({ constraint: 'contributions_frozen' });
});

test('what was recorded of a member is seen by it and not by another, and only grows', async () => {
  const entries = async (by: Principal) =>
    (await room.ask(by, '{ contributionEntries(period: 2025) { totalCount } }')).data.contributionEntries
      .totalCount;
  expect(await entries(admin)).toBe(2);
  expect(await entries(stranger)).toBe(2);
  expect(await entries(supervisor)).toBe(4);
  await expect(room.sql.query('update contribution_entry set quantity = 5')).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
  await expect(room.sql.query(`update contribution_scheme set weights = '[]'`)).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
});
