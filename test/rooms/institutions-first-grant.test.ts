import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { giveFirstGrant } from '../../subgraphs/institutions/grants/first-grant.js';
import { createTestDatabase } from '../support/pg-sql.js';

const table = `create table role_grant (id text primary key, subject text, role text, valid_from timestamptz,
  valid_to timestamptz, given_by text, created_at timestamptz)`;

describe('the first grant of the secretariat', () => {
  test('is given by the operator only while nobody holds one, by any number of processes at once', async () => {
    await using database = await createTestDatabase([table]);
    const clock = new FakeClock();
    const client = await database.connect();
    const holders = async () =>
      (await client.query('select subject from role_grant order by created_at, id')).rows.map(
        ({ subject }) => subject as string,
      );
    const give = (subject: string | undefined) =>
      database.transact((sql) => giveFirstGrant(sql, subject, clock));
    await give(undefined);
    expect(await holders()).toEqual([]);
    await Promise.all(Array.from({ length: 6 }, () => give('first')));
    expect(await holders()).toEqual(['first']);
    await give('intruder');
    expect(await holders()).toEqual(['first']);
    clock.advance(1000);
    await client.query('update role_grant set valid_to = $1', [clock.now()]);
    await give('second');
    expect(await holders()).toEqual(['first', 'second']);
  });
});
