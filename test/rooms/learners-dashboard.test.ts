import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { foldTally } from '../../subgraphs/kit/room/figures/fold-tally.js';
import { learnersModule } from '../../subgraphs/learners/learners.module.js';
import { pgSql } from '../support/pg-sql.js';
import { askDashboard, statementsAbout } from './dashboard-question.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from './room-on-postgres.js';

const supervisor = person('demo-supervisor', 'SUPERVISOR');
const registrar = person('demo-registrar', 'REGISTRAR@inst_a');

const selections = `accounts { total { value suppressed } byState { state accounts { value suppressed } } }
  deposits { total byState { state deposits }
    byCategory { category deposits credits { scheme amount } } byAwardYear { year deposits } }`;

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startRoomOnPostgres(learnersModule);
});
afterAll(async () => room?.[Symbol.asyncDispose]());

/** Puts rows where the bank keeps them: `count` of one kind. */
async function deposits(
  count: number,
  row: { issuer: string; state?: string; category?: string; scheme?: string; at?: string; awarded?: string },
  on: Pick<pg.Client, 'query'> = room.sql,
): Promise<void> {
  const { issuer, state = 'VALIDATED', category = 'ACADEMIC', scheme = 'CN-16' } = row;
  await on.query(
    `insert into deposit (id, issuer_id, student_number, native_key, attempt, title, category, credit_amount,
       credit_scheme, source_freshness, state, state_entered_at, entered_by, reviewed_by, reason, awarded_on, created_at)
     select gen_random_uuid()::text, $1, '1', gen_random_uuid()::text, '1', '课程', $2, 2.5, $3, 'LIVE', $4, now(), 'a',
       case when $4 <> 'VALIDATED' then 'b' end, case when $4 = 'REVOKED' then 'r' end, $6::date, $5::timestamptz
     from generate_series(1, ${count})`,
    [issuer, category, scheme, state, row.at ?? '2026-03-05T00:00:00Z', row.awarded ?? '2025-06-30'],
  );
}

let people = 0;
async function accounts(count: number, institution: string, state: string, at = '2026-02-01T00:00:00Z') {
  people += count;
  await room.sql.query(
    `with person as (
       insert into learner (id, subject, legal_name, created_at)
       select 'lrn_' || n, 'person-' || n, '某某', now() from generate_series($4::int, $5::int) n returning id, subject)
     insert into account (id, learner_id, owner_subject, institution_id, state, state_entered_at, created_at)
     select 'acc_' || id, id, subject, $1, $2, now(), $3::timestamptz from person`,
    [institution, state, at, people - count + 1, people],
  );
}

const dashboard = (ids: string[] | null, fields: string, as?: Principal) =>
  askDashboard(room, ids, fields, as);
const figuresOf = async (ids: string[] | null, fields: string) =>
  (await dashboard(ids, fields)).data._entities[0];

describe('the figures of learners on a dashboard', () => {
  beforeAll(async () => {
    await deposits(30, { issuer: 'inst_a', state: 'HELD' });
    await deposits(12, { issuer: 'inst_a', scheme: 'ECTS', category: 'VOCATIONAL', awarded: '2003-07-01' });
    await deposits(7, { issuer: 'inst_b', at: '2026-01-31T16:00:00Z' });
    await accounts(25, 'inst_a', 'ACTIVE');
    await accounts(4, 'inst_a', 'FROZEN');
    await accounts(12, 'inst_b', 'ACTIVE', '2026-03-31T15:59:59Z');
    await accounts(3, 'inst_c', 'ACTIVE');
  });

  test('count deposits by what became of them, and never add credits of different schemes', async () => {
    const { deposits: all } = await figuresOf(null, selections);
    expect(all).toEqual({
      total: 49,
      byState: [
        { state: 'HELD', deposits: 30 },
        { state: 'VALIDATED', deposits: 19 },
      ],
      byCategory: [],
      byAwardYear: [],
    });
    await room.sql.query(
      `update deposit set state = 'REVOKED', reason = 'r', revoked_by = 'b' where state = 'HELD'`,
    );
    await deposits(3, { issuer: 'inst_a', state: 'HELD' });
    expect((await figuresOf(['inst_a'], selections)).deposits.byState).toEqual([
      { state: 'HELD', deposits: 3 },
      { state: 'REVOKED', deposits: 30 },
      { state: 'VALIDATED', deposits: 12 },
    ]);
  });

  test('count people from ten on only, and hide so much more that nobody can subtract', async () => {
    const { accounts: own } = await figuresOf(['inst_a'], selections);
    expect(own.total).toEqual({ value: 20, suppressed: false });
    // All less the frozen ones would tell of four people; so the active ones are hidden too.
    for (const { accounts: shown } of own.byState) expect(shown).toEqual({ value: null, suppressed: true });
    const { accounts: three } = await figuresOf(['inst_c'], selections);
    expect(three.total).toEqual({ value: null, suppressed: true });
  });

  test('cost one statement, whatever is selected together', async () => {
    const log = await statementsAbout('_tally', () => figuresOf(null, selections));
    expect(log).toHaveLength(1);
  });

  test('are for the secretariat and supervisors only, by the right of the field and in the database', async () => {
    expect((await dashboard(null, selections, supervisor)).errors).toBeUndefined();
    const app = await room.connectAsApp();
    await app.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.grants', 'REGISTRAR@inst_a', false)`,
    );
    expect((await app.query('select * from deposit_tally')).rows).toEqual([]);
    await expect(
      app.query(`insert into deposit_tally values ('STATE', 'inst_a', '{BANKED}', 1000, 0)`),
    ).rejects.toThrow(/row-level security/);
    const { data } = await dashboard(null, selections, registrar);
    expect(data._entities[0].deposits.total).toBe(0);
  });
});

describe('rankings', () => {
  const ranking = (ids: string[] | null, args: string) =>
    figuresOf(
      ids,
      `depositRanking(${args}) { totalCount pageInfo { hasNextPage endCursor }
      edges { node { rank value institution { id } } } }`,
    );

  test('page by keyset in one statement, with equal ranks for equal figures and a place for who has none', async () => {
    const ids = ['inst_a', 'inst_b', 'inst_none', 'inst_zero'];
    const first = (await ranking(ids, 'by: ALL, order: LOWEST, first: 2')).depositRanking;
    expect(first.edges.map(({ node }: { node: object }) => node)).toEqual([
      { rank: 1, value: 0, institution: { id: 'inst_none' } },
      { rank: 1, value: 0, institution: { id: 'inst_zero' } },
    ]);
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    const args = `by: ALL, order: LOWEST, first: 2, after: "${first.pageInfo.endCursor}"`;
    const log = await statementsAbout('_tally', async () => {
      const { edges, pageInfo } = (await ranking(ids, args)).depositRanking;
      expect(edges[0].node).toEqual({ rank: 3, value: 7, institution: { id: 'inst_b' } });
      expect(edges[1].node.institution.id).toBe('inst_a');
      expect(pageInfo.hasNextPage).toBe(false);
    });
    expect(log).toHaveLength(1);
  });

  test('know without a filter only institutions that have something', async () => {
    const { edges } = (await ranking(null, 'by: ALL')).depositRanking;
    expect(edges.map(({ node }: { node: { institution: object } }) => node.institution)).toEqual([
      { id: 'inst_a' },
      { id: 'inst_b' },
    ]);
  });

  test('refuse a cursor of another ranking', async () => {
    const { pageInfo } = (await ranking(null, 'by: ALL, first: 1')).depositRanking;
    const { errors } = await dashboard(
      null,
      `depositRanking(by: BANKED, after: "${pageInfo.endCursor}") { edges { cursor } }`,
    );
    expect(errors?.[0]?.extensions?.['code']).toBe('CURSOR_INVALID');
  });

  test('of people leave out institutions with fewer than ten', async () => {
    const { accountRanking } = await figuresOf(
      ['inst_a', 'inst_b', 'inst_c', 'inst_none'],
      'accountRanking(by: ACTIVE) { totalCount edges { node { value institution { id } } } }',
    );
    expect(accountRanking.totalCount).toBe(3);
    expect(
      accountRanking.edges.map(({ node }: { node: { institution: { id: string } } }) => node.institution.id),
    ).toEqual(['inst_a', 'inst_b', 'inst_none']);
  });
});

describe('series', () => {
  test('count by the calendar of Asia/Shanghai, with zeros where nothing happened', async () => {
    const { depositSeries } = await figuresOf(
      ['inst_b'],
      'depositSeries(of: ALL, from: "2026-01-01", to: "2026-04-01", every: MONTH) { from to value }',
    );
    // 16:00 UTC on 31 January is the first of February in Shanghai.
    expect(depositSeries).toEqual([
      { from: '2026-01-01', to: '2026-02-01', value: 0 },
      { from: '2026-02-01', to: '2026-03-01', value: 7 },
      { from: '2026-03-01', to: '2026-04-01', value: 0 },
    ]);
  });

  test('hide a month with few people, and one more, so that the sum tells nothing', async () => {
    const { accountSeries } = await figuresOf(
      null,
      'accountSeries(of: ALL, from: "2026-01-01", to: "2026-07-01", every: QUARTER) { accounts { value suppressed } }',
    );
    expect(accountSeries).toEqual([
      { accounts: { value: 40, suppressed: false } },
      { accounts: { value: 0, suppressed: false } },
    ]);
  });

  test('are refused where they begin within a month', async () => {
    const { errors } = await dashboard(
      null,
      'depositSeries(of: ALL, from: "2026-01-15", to: "2026-04-01", every: MONTH) { value }',
    );
    expect(errors?.[0]?.extensions?.['code']).toBe('SERIES_NOT_WHOLE_MONTHS');
  });
});

describe('the tally', () => {
  const raw = `select 'STATE' as figure, issuer_id as institution_id, array[state, category, credit_scheme] as keys,
      count(*)::text as rows, trim_scale(sum(credit_amount))::text as amount from deposit group by 2, 3 order by 2, 3`;
  const kept = `select figure, institution_id, keys, sum(rows)::text as rows, trim_scale(sum(amount))::text as amount
    from deposit_tally where figure = 'STATE' group by 1, 2, 3 having sum(rows) <> 0 order by 2, 3`;
  const both = async () => [(await room.sql.query(raw)).rows, (await room.sql.query(kept)).rows];

  test('equals the count of the rows after many changes at once, before, while and after it is folded', async () => {
    const workers = await Promise.all([1, 2, 3, 4].map(() => room.connectAsApp()));
    await Promise.all(
      workers.map((worker) => worker.query(`select set_config('app.kind', 'SERVICE', false)`)),
    );
    const moves = ['HELD', 'BANKED', 'REVOKED'];
    let round = 0;
    const change = async (worker: (typeof workers)[number]) => {
      for (let step = 0; step < 15; step += 1) {
        round += 1;
        const state = round % 2 === 0 ? 'VALIDATED' : 'HELD';
        await deposits(round % 5, { issuer: `inst_${round % 3}`, state }, worker);
        await worker.query(
          `update deposit set state = $1, state_entered_at = now(), reviewed_by = 'b', reason = 'r',
             learner_id = coalesce(learner_id, (select min(id) from learner)),
             owner_subject = coalesce(owner_subject, (select min(subject) from learner))
           where id in (select id from deposit where state not in ('REVOKED', 'REJECTED') order by random() limit 3
             for update skip locked)`,
          [moves[round % 3]],
        );
      }
    };
    const folding = (async () => {
      const client = await room.connectAsApp();
      await client.query(`select set_config('app.kind', 'SERVICE', false)`);
      for (let time = 0; time < 10; time += 1) await foldTally(pgSql(client), 'deposit');
    })();
    await Promise.all([...workers.map(change), folding]);
    const [counted, tallied] = await both();
    expect(tallied).toEqual(counted);

    const folder = workers[0]!;
    while ((await foldTally(pgSql(folder), 'deposit')) > 0);
    expect((await both())[1]).toEqual(counted);
    const { rows } = await room.sql.query(
      'select 1 from deposit_tally group by figure, institution_id, keys having count(*) > 1',
    );
    expect(rows).toEqual([]);
  });

  test('is undone with the transaction that moved the rows', async () => {
    const [before] = await both();
    await room.sql.query('begin');
    await deposits(5, { issuer: 'inst_a' });
    await room.sql.query('rollback');
    expect(await both()).toEqual([before, before]);
  });
});
