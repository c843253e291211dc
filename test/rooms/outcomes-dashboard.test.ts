import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { outcomesModule } from '../../subgraphs/outcomes/outcomes.module.js';
import { askDashboard, statementsAbout } from './dashboard-question.js';
import { startRoomOnPostgres, type RoomOnPostgres } from './room-on-postgres.js';

describe('the figures of the catalog on a dashboard', () => {
  let room: RoomOnPostgres;
  beforeAll(async () => {
    room = await startRoomOnPostgres(outcomesModule);
    const outcomes = (
      count: number,
      issuer: string,
      state: string,
      kind: string,
      level: number | null,
      since: string,
    ) =>
      room.sql.query(
        `insert into learning_outcome (id, outcome_code, edition, title, kind, level, issuer_id, state, state_since,
           recognised_from, appeals, proposed_by, created_at)
         select gen_random_uuid()::text, gen_random_uuid()::text, 1, '成果', $1, $2, $3, $4, $5::timestamptz,
           '2003-07-01', 0, 'a', '2026-01-10T00:00:00Z' from generate_series(1, ${count})`,
        [kind, level, issuer, state, since],
      );
    await outcomes(5, 'inst_a', 'CERTIFIED', 'COURSE', 6, '2026-02-10T00:00:00Z');
    await outcomes(2, 'inst_b', 'CERTIFIED', 'CERTIFICATE', null, '2026-03-31T16:00:00Z');
    await outcomes(3, 'inst_b', 'EXPERT_REVIEW', 'COURSE', 5, '2026-03-01T00:00:00Z');
    await room.sql.query(
      `insert into course (id, institution_id, code, name, hours, credits, credit_scheme, valid_from, valid_to, source,
         created_at)
       select 'crs_' || n, 'inst_a', 'K' || n, '课程', 32, 2, 'CN-16', '2020-01-01',
         case when n > 3 then date '2024-01-01' end, 'TEST', now() from generate_series(1, 5) n`,
    );
    await room.sql.query(
      `insert into course_offering (id, institution_id, course_id, academic_year, term, class_key, hours, credits,
         credit_scheme, created_at)
       select 'coff_' || n, 'inst_a', 'crs_1', case when n < 3 then '2024-2025' else '2025-2026' end, 1, 'C' || n, 32, 2,
         'CN-16', now() from generate_series(1, 5) n`,
    );
  });
  afterAll(async () => room?.[Symbol.asyncDispose]());

  const figuresOf = async (ids: string[] | null, fields: string) =>
    (await askDashboard(room, ids, fields)).data._entities[0];

  test('count outcomes, courses and classes in one statement', async () => {
    const fields = `outcomes { total byState { state outcomes } byKind { kind outcomes } byLevel { level outcomes }
      courses offeringsByYear { academicYear offerings } }`;
    const sent = await statementsAbout('_tally', async () => {
      expect((await figuresOf(null, fields)).outcomes).toEqual({
        total: 10,
        byState: [
          { state: 'CERTIFIED', outcomes: 7 },
          { state: 'EXPERT_REVIEW', outcomes: 3 },
        ],
        byKind: [
          { kind: 'CERTIFICATE', outcomes: 2 },
          { kind: 'COURSE', outcomes: 5 },
        ],
        byLevel: [
          { level: null, outcomes: 2 },
          { level: 6, outcomes: 5 },
        ],
        courses: 3,
        offeringsByYear: [
          { academicYear: '2025-2026', offerings: 3 },
          { academicYear: '2024-2025', offerings: 2 },
        ],
      });
    });
    expect(sent).toHaveLength(1);
    expect((await figuresOf(['inst_b'], fields)).outcomes).toMatchObject({ total: 5, courses: 0 });
  });

  test('follow an outcome that moves on', async () => {
    await room.sql.query(
      `update learning_outcome set state = 'REJECTED' where id in (
         select id from learning_outcome where state = 'EXPERT_REVIEW' limit 1)`,
    );
    const { outcomes } = await figuresOf(['inst_b'], 'outcomes { byState { state outcomes } }');
    expect(outcomes.byState).toContainEqual({ state: 'EXPERT_REVIEW', outcomes: 2 });
    expect(outcomes.byState).toContainEqual({ state: 'REJECTED', outcomes: 1 });
  });

  test('rank institutions, those without any last', async () => {
    const { outcomeRanking } = await figuresOf(
      ['inst_a', 'inst_b', 'inst_c'],
      'outcomeRanking(by: CERTIFIED) { edges { node { rank value institution { id } } } }',
    );
    expect(outcomeRanking.edges.map(({ node }: { node: object }) => node)).toEqual([
      { rank: 1, value: 5, institution: { id: 'inst_a' } },
      { rank: 2, value: 2, institution: { id: 'inst_b' } },
      { rank: 3, value: 0, institution: { id: 'inst_c' } },
    ]);
  });

  test('count what was certified by the month of the decision, in Shanghai', async () => {
    const series = 'from: "2026-01-01", to: "2026-05-01", every: MONTH) { value }';
    const { certified, all } = await figuresOf(
      null,
      `certified: outcomeSeries(of: CERTIFIED, ${series} all: outcomeSeries(of: ALL, ${series}`,
    );
    expect(certified.map(({ value }: { value: number }) => value)).toEqual([0, 5, 0, 2]);
    expect(all.map(({ value }: { value: number }) => value)).toEqual([10, 0, 0, 0]);
  });
});
