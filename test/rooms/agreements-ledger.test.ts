import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { agreementsModule } from '../../subgraphs/agreements/agreements.module.js';
import { enterConsumption, type LedgerEntry } from '../../subgraphs/agreements/ledger/consumption-ledger.js';
import { applyDepositEvent } from '../../subgraphs/agreements/ledger/deposit-events.js';
import { pgSql } from '../support/pg-sql.js';
import { person, startRoomOnPostgres, type RoomOnPostgres } from './room-on-postgres.js';

const at = new Date('2026-01-15T08:00:00Z');
const learner = person('demo-learner');

describe('the consumption ledger', () => {
  let house: RoomOnPostgres;
  beforeAll(async () => {
    house = await startRoomOnPostgres(agreementsModule);
  });
  afterAll(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  /** A transaction of the application's role as this room's service, on a connection of its own. */
  async function asService<T>(work: (client: pg.Client) => Promise<T>, client?: pg.Client): Promise<T> {
    const own = client ?? (await house.connectAsApp());
    await own.query('begin');
    try {
      await own.query(`select set_config('app.kind', 'SERVICE', true)`);
      const result = await work(own);
      await own.query('commit');
      return result;
    } catch (error) {
      await own.query('rollback');
      throw error;
    }
  }
  const event = (type: string, depositId: string, version: number) => ({
    id: `evt_${depositId}_${version}`,
    seq: version,
    type,
    aggregateType: 'Deposit',
    aggregateId: depositId,
    version,
    occurredAt: at.toISOString(),
    payload: {
      depositId,
      learnerId: 'lrn_1',
      ownerSubject: 'demo-learner',
      issuerId: 'inst_a',
      category: 'ACADEMIC',
      credits: { amount: '3.5', scheme: 'CN-16' },
    },
  });
  const tell = (type: string, id: string, version: number) =>
    asService((client) => applyDepositEvent(event(type, id, version), pgSql(client)));
  const write = (entry: Omit<LedgerEntry, 'enteredBy'>, client?: pg.Client) =>
    asService(
      (own) => enterConsumption(pgSql(own), { ...entry, enteredBy: 'service:agreements' }, at),
      client,
    );
  const balance = async (id: string) =>
    (
      await house.sql.query(
        'select reserved::float8, consumed::float8, revoked_at from deposit_balance where id = $1',
        [id],
      )
    ).rows[0];

  test('a banked deposit opens a balance once, however often it is told', async () => {
    await tell('DepositBanked', 'dep_1', 2);
    await tell('DepositBanked', 'dep_1', 2);
    expect(await balance('dep_1')).toEqual({ reserved: 0, consumed: 0, revoked_at: null });
  });

  test('a reservation becomes consumption, and a reversal gives it back', async () => {
    await write({ depositId: 'dep_1', applicationNo: 'A1', kind: 'RESERVE', amount: '2' });
    await write({ depositId: 'dep_1', applicationNo: 'A1', kind: 'CONSUME', amount: '2' });
    expect(await balance('dep_1')).toMatchObject({ reserved: 0, consumed: 2 });
    const tooMuch = write({ depositId: 'dep_1', applicationNo: 'A2', kind: 'RESERVE', amount: '2' });
    await expect(tooMuch).rejects.toMatchObject({
      code: 'CREDITS_EXCEEDED',
      parameters: { remaining: '1.5', wanted: '2' },
    });
    await write({ depositId: 'dep_1', applicationNo: 'A1', kind: 'REVERSE', amount: '2' });
    expect(await balance('dep_1')).toMatchObject({ reserved: 0, consumed: 0 });
  });

  test('what is not reserved cannot be consumed, released or reversed', async () => {
    for (const kind of ['CONSUME', 'RELEASE', 'REVERSE'] as const) {
      await expect(
        write({ depositId: 'dep_1', applicationNo: 'A9', kind, amount: '1' }),
      ).rejects.toMatchObject({
        code: '23514',
      });
    }
    await write({ depositId: 'dep_1', applicationNo: 'A3', kind: 'RESERVE', amount: '1' });
    await write({ depositId: 'dep_1', applicationNo: 'A3', kind: 'RELEASE', amount: '1' });
    await expect(
      write({ depositId: 'dep_1', applicationNo: 'A3', kind: 'CONSUME', amount: '1' }),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('twenty parallel reservations of one credit on 3.5 leave exactly three', async () => {
    await tell('DepositBanked', 'dep_2', 2);
    const clients = await Promise.all(Array.from({ length: 20 }, () => house.connectAsApp()));
    const attempts = await Promise.allSettled(
      clients.map((client, index) =>
        write({ depositId: 'dep_2', applicationNo: `P${index}`, kind: 'RESERVE', amount: '1' }, client),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await balance('dep_2')).toMatchObject({ reserved: 3 });
    const entries = await house.sql.query(
      `select count(*)::int as n from consumption_entry where deposit_id = 'dep_2'`,
    );
    expect(entries.rows[0].n).toBe(3);
  });

  test('the database alone refuses too, when parallel entries are written past the service', async () => {
    await tell('DepositBanked', 'dep_3', 2);
    const clients = await Promise.all(Array.from({ length: 12 }, () => house.connectAsApp()));
    const attempts = await Promise.allSettled(
      clients.map((client, index) =>
        asService(
          (own) =>
            own.query(
              `insert into consumption_entry (id, deposit_id, application_no, kind, amount, entered_by, created_at)
               values ($1, 'dep_3', $1, 'RESERVE', 1, 'x', now())`,
              [`raw${index}`],
            ),
          client,
        ),
      ),
    );
    const refused = attempts.filter((attempt) => attempt.status === 'rejected');
    expect(refused).toHaveLength(9);
    for (const attempt of refused)
      expect(attempt.reason).toMatchObject({ constraint: 'deposit_balance_covered' });
    expect(await balance('dep_3')).toMatchObject({ reserved: 3 });
  });

  test('entries and balances are changed by entries only', async () => {
    await expect(house.sql.query(`update consumption_entry set amount = 0.1`)).rejects.toMatchObject({
      code: '23514',
    });
    await expect(house.sql.query(`delete from consumption_entry`)).rejects.toMatchObject({ code: '23514' });
    await expect(house.sql.query(`update deposit_balance set reserved = 0`)).rejects.toMatchObject({
      code: '23514',
    });
    await expect(house.sql.query(`update deposit_balance set credit_amount = 99`)).rejects.toMatchObject({
      code: '23514',
    });
    await expect(asService((client) => client.query('delete from consumption_entry'))).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('a revoked deposit cannot be reserved, and says that nothing is left', async () => {
    await tell('DepositBanked', 'dep_4', 2);
    await tell('DepositRevoked', 'dep_4', 3);
    await tell('DepositBanked', 'dep_4', 2);
    await expect(
      write({ depositId: 'dep_4', applicationNo: 'A1', kind: 'RESERVE', amount: '1' }),
    ).rejects.toMatchObject({ code: 'DEPOSIT_NOT_BANKED' });
  });

  const remaining = `query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on Deposit { consumed { amount scheme } remaining { amount scheme } } } }`;
  const credits = { amount: '3.5', scheme: 'CN-16' };

  test('what remains is shown beside the credits that learners sent, and never without them', async () => {
    const r = [
      { __typename: 'Deposit', id: 'dep_2', credits },
      { __typename: 'Deposit', id: 'dep_4', credits },
      { __typename: 'Deposit', id: 'dep_2', credits: null },
    ];
    const answer = await house.ask(learner, remaining, { r });
    expect(answer.data._entities).toEqual([
      { consumed: { amount: '0', scheme: 'CN-16' }, remaining: { amount: '0.5', scheme: 'CN-16' } },
      { consumed: { amount: '0', scheme: 'CN-16' }, remaining: { amount: '0', scheme: 'CN-16' } },
      { consumed: null, remaining: null },
    ]);
    const codes = answer.errors?.map(({ extensions }) => extensions?.['code']);
    expect(codes).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
  });

  test('balances of others are invisible in the database as well', async () => {
    const app = await house.connectAsApp();
    await app.query('begin');
    await app.query(
      `select set_config('app.kind', 'PERSON', true), set_config('app.subject', 'somebody', true)`,
    );
    const seen = await app.query('select count(*)::int as n from deposit_balance');
    const entries = await app.query('select count(*)::int as n from consumption_entry');
    await app.query('rollback');
    expect([seen.rows[0].n, entries.rows[0].n]).toEqual([0, 0]);
  });
});
