import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { agreementsModule } from '../../subgraphs/agreements/agreements.module.js';
import { stateOn } from '../../subgraphs/agreements/agreements/agreement-state.js';
import { askDashboard, statementsAbout } from './dashboard-question.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from './room-on-postgres.js';

// The room's clock stands on 2026-01-15.
const today = '2026-01-15';
const dates = ['2025-06-01', '2026-01-14', '2026-01-15', '2026-01-16', '2026-04-15', '2026-04-16'];

describe('the figures of agreements on a dashboard', () => {
  let room: RoomOnPostgres;
  let made = 0;
  const agreement = async (
    parties: string[],
    row: Partial<Record<'state' | 'respondBy' | 'from' | 'to' | 'ends', string>>,
  ) => {
    made += 1;
    const content = { id: `agr_${made}`, hash: `sha256:${String(made).padStart(64, '0')}` };
    await room.sql.query('begin');
    await room.sql.query(
      `insert into agreement_version (agreement_id, content_version, party_ids, content, content_hash,
         proposed_by_institution_id, proposed_by, created_at) values ($1, 1, $2, '{}', $3, $4, 'a', now())`,
      [content.id, parties, content.hash, parties[0]],
    );
    await room.sql.query(
      `insert into agreement (id, agreement_no, content_version, content_hash, content, party_ids, state,
         state_entered_at, respond_by, effective_from, effective_to, terminates_on, created_at)
       values ($1, $1, 1, $2, '{}', $3, $4, now(), $5, $6, $7, $8, '2025-12-31T16:00:00Z')`,
      [
        content.id,
        content.hash,
        parties,
        row.state ?? 'SIGNED',
        row.respondBy ?? '2025-01-01',
        row.from ?? '2025-01-01',
        row.to ?? null,
        row.ends ?? null,
      ],
    );
    await room.sql.query('commit');
  };
  beforeAll(async () => {
    room = await startRoomOnPostgres(agreementsModule);
    for (const state of ['PROPOSED', 'COUNTERED', 'APPROVED', 'REJECTED']) {
      for (const respondBy of dates)
        await agreement(['inst_a', 'inst_b'], { state, respondBy, from: '2026-02-01' });
    }
    for (const from of dates) {
      for (const ends of [undefined, ...dates]) {
        await agreement(['inst_a', 'inst_c'], { from, ...(ends === undefined ? {} : { ends }) });
        if (ends === undefined || ends > from) {
          await agreement(['inst_b', 'inst_c', 'inst_a'], {
            from,
            ...(ends === undefined ? {} : { to: ends }),
          });
        }
      }
    }
    await room.sql.query(
      `insert into deposit_balance (id, learner_id, owner_subject, issuer_id, category, credit_amount, credit_scheme,
         deposit_version, created_at)
       select 'dep_' || n, 'lrn_1', 's', 'inst_a', 'ACADEMIC', 3.5, case when n < 3 then 'CN-16' else 'ECTS' end, 1, now()
       from generate_series(1, 4) n`,
    );
    await room.sql.query(
      `insert into consumption_entry (id, deposit_id, application_no, kind, amount, entered_by, created_at)
       select 'cons_' || n, 'dep_' || n, 'CA-1', 'RESERVE', 1.5, 'a', now() from generate_series(1, 3) n`,
    );
  });
  afterAll(async () => room?.[Symbol.asyncDispose]());

  const figuresOf = async (ids: string[] | null, fields: string) =>
    (await askDashboard(room, ids, fields)).data._entities[0];
  const fields = `agreements { total byState { state agreements } expiringSoon pairsConnected
    consumption { scheme deposits consumed reserved } }`;

  test('agree with the rule that says what the state of an agreement is on a day', async () => {
    const { rows } = await room.sql.query(
      `select state, respond_by::text as "respondBy", effective_from::text as "effectiveFrom",
         effective_to::text as "effectiveTo", terminates_on::text as "terminatesOn" from agreement`,
    );
    const states = Object.fromEntries(
      [...Map.groupBy(rows, (row) => stateOn(row, today))].map(([state, own]) => [state, own.length]),
    );
    const { agreements } = await figuresOf(null, fields);
    const shown = agreements.byState.map((one: { state: string; agreements: number }) => [
      one.state,
      one.agreements,
    ]);
    expect(Object.fromEntries(shown)).toEqual(states);
    expect(agreements.total).toBe(rows.length);
    const soon = rows.filter((row) => {
      const ends = [row.effectiveTo, row.terminatesOn].filter((end) => end !== null).sort()[0];
      return stateOn(row, today) === 'EFFECTIVE' && ends !== undefined && ends <= '2026-04-15';
    });
    expect(agreements.expiringSoon).toBe(soon.length);
    expect(agreements.pairsConnected).toBe(3);
  });

  test('tell what conversions use, per scheme, and nothing of whose it is', async () => {
    const sent = await statementsAbout('consumption_totals', async () => {
      const { agreements } = await figuresOf(['inst_a'], fields);
      expect(agreements.consumption).toEqual([
        { scheme: 'CN-16', deposits: 2, consumed: '0', reserved: '3' },
        { scheme: 'ECTS', deposits: 1, consumed: '0', reserved: '1.5' },
      ]);
    });
    expect(sent).toHaveLength(1);
    expect((await figuresOf(['inst_b'], fields)).agreements.consumption).toEqual([]);
  });

  test('rank the institutions that were asked for and no party beside them', async () => {
    const ranking = 'agreementRanking(by: ALL) { edges { node { rank value institution { id } } } }';
    const named = (await figuresOf(['inst_b', 'inst_z'], ranking)).agreementRanking.edges;
    expect(named.map(({ node }: { node: { institution: object } }) => node.institution)).toEqual([
      { id: 'inst_b' },
      { id: 'inst_z' },
    ]);
    expect(named[1].node).toMatchObject({ rank: 2, value: 0 });
    const all = (await figuresOf(null, ranking)).agreementRanking.edges;
    expect(all[0].node.institution).toEqual({ id: 'inst_a' });
    expect(all).toHaveLength(3);
  });

  test('follow proposals over time in the calendar of Shanghai', async () => {
    const { agreementSeries } = await figuresOf(
      null,
      'agreementSeries(of: ALL, from: "2025-12-31", to: "2026-02-01", every: MONTH) { from to value }',
    );
    expect(agreementSeries).toEqual([
      { from: '2025-12-31', to: '2026-01-01', value: 0 },
      { from: '2026-01-01', to: '2026-02-01', value: made },
    ]);
  });

  test('show a registrar no figures of others', async () => {
    const { data } = await askDashboard(room, null, fields, person('demo-registrar', 'REGISTRAR@inst_z'));
    expect(
      data._entities[0].agreements.byState.every((one: { state: string }) => one.state !== 'PROPOSED'),
    ).toBe(true);
  });
});
