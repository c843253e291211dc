import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isInStanding } from '../../subgraphs/institutions/memberships/standing.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import {
  admin,
  away,
  home,
  recordFoundingMember,
  secretariat,
  startInstitutions,
} from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
});
afterAll(async () => room[Symbol.asyncDispose]());

const members = async (args: string) => {
  const answer = await room.ask(
    anonymous,
    `{ members${args} { totalCount edges { node { name memberCode state joinedOn since until institution { id name } } } } }`,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data.members.edges.map((edge: { node: object }) => edge.node);
};

const verify = async (args: string) =>
  (
    await room.ask(
      anonymous,
      `{ verifyMembership(${args}) { asOf wasMember institutionId line { name state } } }`,
    )
  ).data.verifyMembership;

async function step(
  name: 'suspendMembership' | 'reinstateMembership',
  membershipId: string,
  version: number,
) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { data } = await room.ask(
    secretariat,
    `mutation ($input: ${type}!) { ${name}(input: $input) { membership { version } userErrors { code } } }`,
    { input: { membershipId, expectedVersion: version, reason: 'r' } },
  );
  expect(data[name].userErrors).toEqual([]);
}

const rename = (name: string, since: string) =>
  room.sql.query('update institution set name = $1, name_since = $2 where id = $3', [name, since, home]);

describe('the roster of members', () => {
  let membershipId: string;
  beforeAll(async () => {
    const { membership } = await recordFoundingMember(room, secretariat);
    membershipId = membership.id;
    await rename('Home University', '2024-03-01');
    await step('suspendMembership', membershipId, 1);
    room.clock.advance(3 * 86_400_000);
    await step('reinstateMembership', membershipId, 2);
  });

  test('states each member under the name and in the state that it had on the date asked about', async () => {
    expect(await members('(asOf: "2019-12-31")')).toEqual([]);
    expect(await members('(asOf: "2020-01-01")')).toEqual([
      {
        name: home,
        memberCode: 'NXU',
        state: 'ACTIVE',
        joinedOn: '2020-01-01',
        since: '2020-01-01',
        until: '2026-01-15',
        institution: { id: home, name: 'Home University' },
      },
    ]);
    expect(await members('(asOf: "2024-02-29")')).toMatchObject([{ name: home, state: 'ACTIVE' }]);
    expect(await members('(asOf: "2024-03-01")')).toMatchObject([{ name: 'Home University' }]);
    expect(await members('(asOf: "2026-01-15")')).toMatchObject([
      { state: 'SUSPENDED', until: '2026-01-18' },
    ]);
    expect(await members('(asOf: "2026-01-18")')).toMatchObject([{ state: 'ACTIVE', until: null }]);
    expect(await members('')).toEqual(await members('(asOf: "2026-01-18")'));
  });

  test('is filtered by what held on that date, and ordered', async () => {
    expect(await members('(asOf: "2026-01-16", filter: { states: [ACTIVE] })')).toEqual([]);
    expect(await members('(asOf: "2022-01-01", filter: { search: "Home University" })')).toEqual([]);
    for (const filter of ['search: "Univ"', 'search: "NX"', 'kinds: [HIGHER_EDUCATION]', 'states: [ACTIVE]'])
      expect(await members(`(filter: { ${filter} }, orderBy: NAME_ASC)`)).toHaveLength(1);
    for (const filter of ['search: "%"', 'kinds: [ENTERPRISE]', 'provinces: ["宁夏"]'])
      expect(await members(`(filter: { ${filter} }, orderBy: JOINED_ON_ASC)`)).toEqual([]);
  });

  test('vouches for nobody on a day that has not come', async () => {
    for (const field of [
      'members(asOf: "2026-01-19") { edges { node { name } } }',
      'verifyMembership(memberCode: "NXU", asOf: "2099-01-01") { wasMember }',
    ]) {
      const { data, errors } = await room.ask(anonymous, `{ answer: ${field} }`);
      expect([data?.answer ?? null, errors?.[0]?.extensions?.code]).toEqual([null, 'INPUT_INVALID']);
    }
  });

  test('tells two dates apart in one request', async () => {
    const { data } = await room.ask(
      anonymous,
      `{ then: members(asOf: "2020-01-01") { edges { node { name } } } now: members { edges { node { name } } } }`,
    );
    expect([data.then.edges[0].node.name, data.now.edges[0].node.name]).toEqual([home, 'Home University']);
  });

  test('verifies whether an institution was a member on a date, by code and by institution, for everybody', async () => {
    expect(await verify('memberCode: "NXU", asOf: "2020-05-01"')).toEqual({
      asOf: '2020-05-01',
      wasMember: true,
      institutionId: home,
      line: { name: home, state: 'ACTIVE' },
    });
    expect(await verify('memberCode: "NXU", asOf: "2019-05-01"')).toMatchObject({
      wasMember: false,
      line: null,
    });
    expect(await verify(`institutionId: "${home}", asOf: "2026-01-16"`)).toMatchObject({
      wasMember: true,
      line: { name: 'Home University', state: 'SUSPENDED' },
    });
    expect(await verify(`institutionId: "${away}"`)).toMatchObject({ wasMember: false, line: null });
    expect(await verify('memberCode: "NOBODY"')).toBeNull();
    expect(await verify('institutionId: "inst_nobody"')).toBeNull();
  });

  test('has no member any more once a membership has ended, and still tells that there was one', async () => {
    await room.sql.query('begin');
    // How a membership ends is the business of exits; here one that has ended is enough.
    await room.sql.query('alter table membership disable trigger membership_guard');
    await room.sql.query(
      `update membership set state = 'EXITED', exit_ground = 'VOLUNTARY', state_since = '2026-01-19T00:00:00Z'`,
    );
    const { rows } = await room.sql.query(
      `select state, valid_from::text, valid_to::text from membership_period order by id`,
    );
    await room.sql.query('rollback');
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['ACTIVE', '2020-01-01', '2026-01-15'],
      ['SUSPENDED', '2026-01-15', '2026-01-18'],
      ['ACTIVE', '2026-01-18', '2026-01-19'],
      ['EXITED', '2026-01-19', null],
    ]);
  });

  test('gives a badge with its date to a member in good standing and to nobody else', async () => {
    const badge = async (id: string) =>
      (
        await room.ask(
          admin,
          `{ institution(id: "${id}") { publicBadge { textZh textEn memberSince asOf verification { operation memberCode asOf } } } }`,
        )
      ).data.institution.publicBadge;
    expect(await badge(home)).toEqual({
      textZh: 'Home University自2020年1月1日起为学习成果互认联盟成员（成员代码NXU，截至2026年1月18日有效）。',
      textEn:
        'Home University has been a member of the Alliance for Mutual Recognition of Learning Outcomes since 2020-01-01 (member code NXU, true as of 2026-01-18).',
      memberSince: '2020-01-01',
      asOf: '2026-01-18',
      verification: { operation: 'VerifyMembership', memberCode: 'NXU', asOf: '2026-01-18' },
    });
    expect(await badge(away)).toBeNull();
    await step('suspendMembership', membershipId, 3);
    expect(await badge(home)).toBeNull();
    await step('reinstateMembership', membershipId, 4);
    expect(await badge(home)).not.toBeNull();
  });
});

test('good standing is the same for one membership, for its row and for its interval in the history', async () => {
  const passed = [
    ['ACTIVE', null],
    ['EXIT_PROPOSED', 'ACTIVE'],
    ['SUSPENDED', null],
    ['EXIT_PROPOSED', 'SUSPENDED'],
    ['RUN_OFF', null],
    ['EXITED', null],
    ['MERGED', null],
  ] as const;
  await room.sql.query('begin');
  await room.sql.query('alter table membership disable trigger membership_guard');
  for (const [state, stateBeforeExit] of passed) {
    await room.sql.query(
      `update membership set state = $1, state_before_exit = $2, state_since = state_since + interval '1 day',
         exit_ground = case when $1 in ('RUN_OFF', 'EXITED') then 'VOLUNTARY' end,
         successor_id = case when $1 = 'MERGED' then $4 end
       where institution_id = $3`,
      [state, stateBeforeExit, home, away],
    );
    const { rows } = await room.sql.query(
      `select membership.in_standing as of_row, line.in_standing as of_line from membership
       join roster_line line using (institution_id) where institution_id = $1 and line.valid_to is null`,
      [home],
    );
    const expected = isInStanding({ state, stateBeforeExit });
    expect([state, rows[0]]).toEqual([state, { of_row: expected, of_line: expected }]);
  }
  await room.sql.query('rollback');
});

describe('the history behind the roster', () => {
  const asService = async (statement: string) => {
    const client = await room.connectAsApp();
    await client.query(`select set_config('app.kind', 'SERVICE', false)`);
    return client.query(statement);
  };

  test.each([
    `insert into institution_name (institution_id, name) values ('${home}', 'Another')`,
    `insert into membership_period (institution_id, state, member_code, joined_on, valid_from)
       values ('${away}', 'ACTIVE', 'AWAY', '2020-01-01', '2020-01-01')`,
    `update membership_period set valid_to = '2019-01-01'`,
    `update institution_name set name = 'Another'`,
  ])('is written by nobody directly: %s', async (statement) => {
    await expect(asService(statement)).rejects.toMatchObject({ code: '23514' });
    await expect(room.sql.query(statement)).rejects.toMatchObject({ code: '23514' });
  });

  test.each(['institution_name', 'membership_period'])('is deleted from %s by nobody', async (table) => {
    expect((await asService(`delete from ${table}`)).rowCount).toBe(0);
    await expect(room.sql.query(`delete from ${table}`)).rejects.toMatchObject({ code: '23514' });
  });

  test('has no gap and no overlap when a name changes many times at once, and several times on one day', async () => {
    const clients = await Promise.all([1, 2, 3, 4].map(() => room.connectAsApp()));
    for (const client of clients) await client.query(`select set_config('app.kind', 'SERVICE', false)`);
    await Promise.all(
      clients.map(async (client, one) => {
        for (const two of [1, 2, 3])
          await client.query('update institution set name = $1 where id = $2', [`Name ${one}.${two}`, away]);
      }),
    );
    const { rows } = await room.sql.query(
      `select valid_from::text as from, valid_to::text as to, lag(valid_to::text) over (order by id) as before
       from institution_name where institution_id = $1 order by id`,
      [away],
    );
    expect(rows).toHaveLength(13);
    rows.slice(1).forEach((row) => expect(row.from).toBe(row.before));
    expect(rows.filter((row) => row.to === null)).toHaveLength(1);
  });

  test('lets a change of a day before the last one shorten nothing that was true', async () => {
    await rename('Latest', '2025-09-01');
    await rename('Earlier', '2025-03-01');
    const names = await room.sql.query(
      `select name, valid_from::text as from, valid_to::text as to from institution_name
       where institution_id = $1 order by id desc limit 3`,
      [home],
    );
    expect(names.rows).toEqual([
      { name: 'Earlier', from: '2025-09-01', to: null },
      { name: 'Latest', from: '2025-09-01', to: '2025-09-01' },
      { name: 'Home University', from: '2024-03-01', to: '2025-09-01' },
    ]);
  });
});
