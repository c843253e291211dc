import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
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

const outside = 'inst_outside';
const registrar = person('reg', `REGISTRAR@${home}`);
const awayRegistrar = person('awr', `REGISTRAR@${away}`);
const awayTeacher = person('awt', `TEACHER@${away}`);
const outsider = person('out', `REGISTRAR@${outside}`);
const everybody: Record<string, Principal> = {
  anonymous,
  admin,
  registrar,
  awayRegistrar,
  awayTeacher,
  outsider,
  secretariat,
};

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away, outside);
  await recordFoundingMember(room, secretariat);
  await recordFoundingMember(room, secretariat, { institutionId: away, memberCode: 'AWAY' });
});
afterAll(async () => room[Symbol.asyncDispose]());

const words = { titleZh: '质量年报', textZh: '2025 年', titleEn: 'Quality report', textEn: 'of 2025' };

async function change(by: Principal, mutation: string, input: object) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await room.ask(
    by,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
       dossierEntry { id version titleZh withdrawnAt } userErrors { code path } } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

const add = (by: Principal, input: object) =>
  change(by, 'addDossierEntry', {
    institutionId: home,
    topic: 'QUALITY_ASSURANCE',
    visibility: 'PUBLIC',
    ...words,
    idempotencyKey: idempotencyKey(),
    ...input,
  });

async function entries(by: Principal, args = '') {
  const { data, errors } = await room.ask(
    by,
    `query ($id: ID!) { institution(id: $id) { dossier { entries${args} { id titleZh visibility version } } } }`,
    { id: home },
  );
  expect(errors).toBeUndefined();
  return data.institution.dossier.entries as { id: string; titleZh: string; visibility: string }[];
}

/** The entries of home that the database lets somebody read who is past every policy of the room. */
async function behindThePolicy(principal: Principal) {
  const app = await room.connectAsApp();
  const grants = principal.grants
    .map(({ role, institutionId }) => `${role}@${institutionId ?? ''}`)
    .join(',');
  await app.query(`select set_config('app.kind', $1, false), set_config('app.grants', $2, false)`, [
    principal.kind,
    grants,
  ]);
  const { rows } = await app.query('select visibility from dossier_entry where withdrawn_at is null');
  return rows.map((row) => row.visibility as string).toSorted();
}

const readings = async () =>
  (
    await room.sql.query(
      `select actor, subject_id as subject, jsonb_array_length(detail -> 'entries') as n from audit_event
       where action = 'READ_DOSSIER' order by actor`,
    )
  ).rows;

describe('a dossier', () => {
  beforeAll(async () => {
    for (const visibility of ['PUBLIC', 'MEMBER', 'SECRETARIAT'])
      expect((await add(admin, { visibility, titleZh: visibility })).userErrors).toEqual([]);
  });

  const levels = {
    anonymous: ['PUBLIC'],
    admin: ['MEMBER', 'PUBLIC', 'SECRETARIAT'],
    registrar: ['MEMBER', 'PUBLIC', 'SECRETARIAT'],
    awayRegistrar: ['MEMBER', 'PUBLIC'],
    awayTeacher: ['PUBLIC'],
    outsider: ['PUBLIC'],
    secretariat: ['MEMBER', 'PUBLIC', 'SECRETARIAT'],
  };

  test.each(Object.entries(levels))('shows %s the entries %j, and the database agrees', async (who, seen) => {
    const shown = (await entries(everybody[who]!)).map(({ visibility }) => visibility).toSorted();
    expect(shown).toEqual(seen);
    expect(await behindThePolicy(everybody[who]!)).toEqual(seen);
  });

  test('shows what members show each other to no official of a suspended member', async () => {
    for (const [state, seen] of [
      ['SUSPENDED', ['PUBLIC']],
      ['RUN_OFF', ['PUBLIC']],
      ['EXIT_PROPOSED', ['MEMBER', 'PUBLIC']],
      ['ACTIVE', ['MEMBER', 'PUBLIC']],
    ] as const) {
      // The ways between the states have their guards and their tests; here only where a member stands is of interest.
      await room.sql.query('alter table membership disable trigger membership_guard');
      await room.sql.query(
        `update membership set state = $1, exit_ground = case $1 when 'RUN_OFF' then 'VOLUNTARY' end,
           state_before_exit = case $1 when 'EXIT_PROPOSED' then 'ACTIVE' end
         where institution_id = $2`,
        [state, away],
      );
      await room.sql.query('alter table membership enable trigger membership_guard');
      const shown = (await entries(awayRegistrar)).map(({ visibility }) => visibility).toSorted();
      expect([state, shown]).toEqual([state, seen]);
      expect(await behindThePolicy(awayRegistrar)).toEqual(seen);
    }
  });

  test('notes who of another institution read what is not public, once a request, and nobody else', async () => {
    const before = await readings();
    await entries(anonymous);
    await entries(admin);
    await entries(outsider);
    expect(await readings()).toEqual(before);
    await room.ask(
      awayRegistrar,
      `query ($id: ID!) { a: institution(id: $id) { dossier { entries { id } } } b: institution(id: $id) { dossier { entries { id } } } }`,
      { id: home },
    );
    const reading = { actor: 'awr', subject: home, n: 1 };
    expect(await readings()).toEqual([...before, reading].toSorted((a, b) => (a.actor < b.actor ? -1 : 1)));
  });

  test('has the history of names and of the membership', async () => {
    await room.sql.query(`update institution set name = 'Home', name_since = '2024-01-01' where id = $1`, [
      home,
    ]);
    const { data } = await room.ask(
      anonymous,
      `query ($id: ID!) { institution(id: $id) { dossier {
         names { name validFrom validTo } membershipHistory { state memberCode joinedOn validFrom validTo } } } }`,
      { id: home },
    );
    expect(data.institution.dossier).toEqual({
      names: [
        { name: 'Home', validFrom: '2024-01-01', validTo: null },
        { name: home, validFrom: null, validTo: '2024-01-01' },
      ],
      membershipHistory: [
        {
          state: 'ACTIVE',
          memberCode: 'NXU',
          joinedOn: '2020-01-01',
          validFrom: '2020-01-01',
          validTo: null,
        },
      ],
    });
  });
});

describe('an entry of a dossier', () => {
  test('is written by an administrator of the institution and by nobody else', async () => {
    for (const by of [registrar, awayRegistrar, secretariat, person('x', `INSTITUTION_ADMIN@${away}`)])
      expect((await add(by, {})).userErrors).toMatchObject([{ code: 'ACTION_FORBIDDEN' }]);
    const { dossierEntry } = await add(admin, {});
    const foreign = await change(person('x', `INSTITUTION_ADMIN@${away}`), 'updateDossierEntry', {
      entryId: dossierEntry.id,
      expectedVersion: 1,
      visibility: 'PUBLIC',
      ...words,
    });
    expect(foreign.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const app = await room.connectAsApp();
    await app.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.grants', 'INSTITUTION_ADMIN@${away}', false)`,
    );
    expect((await app.query(`update dossier_entry set title_zh = 'x'`)).rowCount).toBe(0);
  });

  test.each<[string, object, string]>([
    ['an empty title', { titleZh: ' ' }, 'titleZh'],
    ['a title that is too long', { titleZh: '长'.repeat(201) }, 'titleZh'],
    ['a text that is too long', { textZh: '长'.repeat(5_001) }, 'textZh'],
    ['a page that is not encrypted', { url: 'http://example.cn' }, 'url'],
    ['a link that is a script', { url: 'javascript:alert(1)' }, 'url'],
  ])('is refused with %s', async (_, input, field) => {
    expect((await add(admin, input)).userErrors).toEqual([{ code: 'INPUT_INVALID', path: ['input', field] }]);
  });

  test('keeps every version, and shows them to its institution and the secretariat', async () => {
    const { dossierEntry } = await add(admin, { titleZh: '一' });
    const entryId = dossierEntry.id;
    const next = { entryId, expectedVersion: 1, visibility: 'MEMBER', ...words, titleZh: '二' };
    const both = await Promise.all([
      change(admin, 'updateDossierEntry', next),
      change(admin, 'updateDossierEntry', next),
    ]);
    expect(both.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
    const taken = { entryId, expectedVersion: 2, reason: 'r' };
    const unexplained = await change(admin, 'withdrawDossierEntry', { ...taken, reason: ' ' });
    expect(unexplained.userErrors).toMatchObject([{ code: 'INPUT_INVALID', path: ['input', 'reason'] }]);
    expect((await change(admin, 'withdrawDossierEntry', taken)).dossierEntry).toMatchObject({ version: 3 });
    const late = { ...next, expectedVersion: 3 };
    expect((await change(admin, 'updateDossierEntry', late)).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    for (const by of [admin, awayRegistrar])
      expect((await entries(by)).map(({ id }) => id)).not.toContain(entryId);
    const versions = async (by: Principal) =>
      (
        await room.ask(
          by,
          `query ($id: ID!) { dossierEntryVersions(entryId: $id) { edges { node { version titleZh visibility withdrawn } } } }`,
          { id: entryId },
        )
      ).data.dossierEntryVersions.edges.map((edge: { node: object }) => Object.values(edge.node));
    expect(await versions(registrar)).toEqual([
      [3, '二', 'MEMBER', true],
      [2, '二', 'MEMBER', false],
      [1, '一', 'PUBLIC', false],
    ]);
    expect(await versions(secretariat)).toHaveLength(3);
    expect(await versions(awayRegistrar)).toEqual([]);
  });

  test('cannot be changed past its versions, nor can these be rewritten', async () => {
    const { dossierEntry } = await add(admin, {});
    for (const statement of [
      `update dossier_entry set title_zh = 'x' where id = '${dossierEntry.id}'`,
      `update dossier_entry set institution_id = '${away}', version = 2 where id = '${dossierEntry.id}'`,
    ])
      await expect(room.sql.query(statement)).rejects.toMatchObject({ code: '23514' });
    const app = await room.connectAsApp();
    for (const statement of [
      `delete from dossier_entry_version`,
      `update dossier_entry_version set version = 9`,
    ])
      await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('is refused beyond a hundred, also when two are added at once', async () => {
    const live = (await entries(admin)).length;
    for (let n = live; n < 99; n += 1) expect((await add(admin, {})).userErrors).toEqual([]);
    const last = await Promise.all([add(admin, {}), add(admin, {})]);
    expect(last.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ code: 'DOSSIER_FULL' }]);
    expect(await entries(admin, '(topics: [CONTACT])')).toEqual([]);
  });
});
