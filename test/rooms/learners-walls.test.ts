import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  elsewhere,
  learner,
  number,
  openAccount,
  registrar,
  result,
  startLearnersHouse,
  stranger,
  type LearnersHouse,
  type Versioned,
} from './learners-house.js';
import { person } from './room-on-postgres.js';

describe('who sees what in the learners room', () => {
  let house: LearnersHouse;
  let banked: Versioned;
  beforeAll(async () => {
    house = await startLearnersHouse();
    const opened = await house.ask(learner, openAccount, house.opening());
    await house.link('2018001');
    await house.link('2018002');
    await house.verify(opened.data.openAccount.account);
    for (const key of [result.nativeKey, '2018001|K2', '2018001|K3']) {
      const deposit = await house.enter(key);
      await house.approve(deposit);
      banked ??= deposit;
    }
  });
  afterAll(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  test('others see a learner only where a proved record ties them together, masked and audited', async () => {
    const id = (await house.ask(learner, '{ me { id } }')).data.me.id as string;
    const query = `{ learner(id: "${id}") { legalName deposits { edges { node { id } } } identities { maskedNumber } } }`;
    const official = await house.ask(registrar, query);
    expect(official.data.learner.legalName).toBe('陈**');
    expect((await house.ask(elsewhere, query)).data.learner).toBeNull();
    expect((await house.ask(person('sec', 'SECRETARIAT'), query)).data.learner).toBeNull();
    const trail = await house.sql.query(
      `select actor, action, outcome from audit_event where subject_id = $1 and action = 'READ_LEARNER' order by at, id`,
      [id],
    );
    expect(trail.rows).toEqual([
      { actor: 'demo-registrar', action: 'READ_LEARNER', outcome: 'ALLOWED' },
      { actor: 'other-registrar', action: 'READ_LEARNER', outcome: 'DENIED' },
      { actor: 'sec', action: 'READ_LEARNER', outcome: 'DENIED' },
    ]);
    const own = await house.sql.query(
      `select 1 from audit_event where actor = 'demo-learner' and action like 'READ%' and outcome = 'ALLOWED'`,
    );
    expect(own.rowCount).toBe(0);
  });

  test('many deposits of one learner read in one request make one audit row', async () => {
    const before = await house.sql.query(
      `select count(*)::int as n from audit_event where action = 'READ_DEPOSIT'`,
    );
    const list = await house.ask(
      registrar,
      '{ deposits(filter: { state: BANKED }) { edges { node { id } } } }',
    );
    expect(list.data.deposits.edges.length).toBeGreaterThan(2);
    const after = await house.sql.query(
      `select count(*)::int as n from audit_event where action = 'READ_DEPOSIT'`,
    );
    expect(after.rows[0].n - before.rows[0].n).toBe(1);
  });

  test('the database refuses to change what a deposit says, or to delete anything', async () => {
    for (const change of [`credit_amount = 9`, `grade = '100'`, `learner_id = null, owner_subject = null`]) {
      await expect(
        house.sql.query(`update deposit set ${change} where id = $1`, [banked.id]),
      ).rejects.toMatchObject({
        code: '23514',
      });
    }
    await expect(house.sql.query(`update learner set attended_ids = '{inst_x}'`)).rejects.toMatchObject({
      code: '23514',
    });
    for (const table of ['deposit', 'account', 'person_identity', 'student_record_link', 'learner']) {
      await expect(house.sql.query(`delete from ${table}`)).rejects.toMatchObject({ code: '23514' });
    }
  });

  test('row-level security hides held deposits and foreign rows from a statement that came past the policy', async () => {
    house.school.results = [{ ...result, nativeKey: '2018007|K1' }];
    await house.approve(await house.enter('2018007|K1', '2018007'));
    const app = await house.connectAsApp();
    const count = async (kind: string, subject: string, grants: string) => {
      await app.query('begin');
      for (const [name, value] of Object.entries({ kind, subject, grants })) {
        await app.query('select set_config($1, $2, true)', [`app.${name}`, value]);
      }
      const found = await app.query(
        `select (select count(*)::int from deposit where state = 'HELD') as held, (select count(*)::int from deposit) as deposits,
          (select count(*)::int from learner) as learners, (select count(*)::int from person_identity) as identities`,
      );
      await app.query('rollback');
      return found.rows[0];
    };
    expect(await count('', '', '')).toEqual({ held: 0, deposits: 0, learners: 0, identities: 0 });
    expect(await count('PERSON', 'other', 'REGISTRAR@inst_other')).toEqual({
      held: 0,
      deposits: 0,
      learners: 0,
      identities: 0,
    });
    expect(await count('PERSON', 'demo-learner', '')).toMatchObject({ held: 0, learners: 1, identities: 1 });
    expect(await count('PERSON', 'x', 'REGISTRAR@inst_nxu')).toMatchObject({ held: 1, learners: 1 });
  });

  test('figures of an institution name no learners below ten', async () => {
    const answer = await house.ask(
      stranger,
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { depositSummary { deposits learners credits { amount scheme } } } } }`,
      {
        r: [
          { __typename: 'Institution', id: 'inst_nxu' },
          { __typename: 'Institution', id: 'inst_none' },
        ],
      },
    );
    const [some, none] = answer.data._entities;
    expect(some.depositSummary).toMatchObject({ learners: null, credits: [{ scheme: 'CN-16' }] });
    expect(none.depositSummary).toEqual({ deposits: 0, learners: null, credits: [] });
  });

  test('references from other rooms obey the same policy', async () => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Deposit { title } ... on StudentRecord { learner { id } } ... on CourseResult { deposit { id } } } }`;
    const r = [
      { __typename: 'Deposit', id: banked.id },
      { __typename: 'StudentRecord', institutionId: 'inst_nxu', studentNumber: '2018001' },
      { __typename: 'CourseResult', institutionId: 'inst_nxu', nativeKey: result.nativeKey },
    ];
    const own = await house.ask(learner, query, { r });
    expect(own.data._entities[0]).toEqual({ title: '程序设计' });
    expect(own.data._entities[1].learner).not.toBeNull();
    expect(own.data._entities[2]).toEqual({ deposit: { id: banked.id } });
    const foreign = await house.ask(stranger, query, { r });
    expect(foreign.data._entities).toEqual([null, { learner: null }, { deposit: null }]);
  });

  test('services learn whose records are whose, and only the proved ones', async () => {
    const query = '{ studentRecordLinks(subject: "demo-learner") { institutionId studentNumber } }';
    const answer = await house.ask(servicePrincipal('records'), query);
    expect(answer.data.studentRecordLinks).toEqual([
      { institutionId: 'inst_nxu', studentNumber: '2018001' },
      { institutionId: 'inst_nxu', studentNumber: '2018002' },
    ]);
  });

  test('an identity number is nowhere in the clear: not in tables, events, the trail, answers or logs', async () => {
    const tables = await house.sql.query(
      `select table_name from information_schema.tables where table_schema = 'learners' and table_type = 'BASE TABLE'`,
    );
    for (const { table_name: table } of tables.rows) {
      const found = await house.sql.query(`select 1 from "${table}" as row where row::text like $1`, [
        `%${number}%`,
      ]);
      expect({ table, rows: found.rowCount }).toEqual({ table, rows: 0 });
    }
    expect(house.logged()).not.toContain(number);
    expect(house.logged()).not.toContain('陈思远');
  });
});
