import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { at, delegate, give, grantsOf, revoke } from './institutions-grants-kit.js';
import { admin, away, home, secretariat, startInstitutions } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startInstitutions(home, away);
});
afterAll(async () => room[Symbol.asyncDispose]());

const day = 86_400_000;
const refused = (code: string) => ({ grant: null, userErrors: [{ code }] });

/** A registrar of home with a grant of a month. */
async function registrar(subject: string, more: object = {}): Promise<{ id: string; by: Principal }> {
  const { grant } = await give(room, admin, {
    subject,
    institutionId: home,
    to: at(room, 30 * day),
    ...more,
  });
  return { id: grant.id, by: person(subject, `REGISTRAR@${home}`) };
}

describe('a grant is delegated', () => {
  test('by its holder: the same role and institution, inside its interval, for a purpose', async () => {
    const own = await registrar('holder');
    const { grant } = await delegate(room, own.by, {
      grantId: own.id,
      subject: 'stand-in',
      to: at(room, day),
    });
    expect(grant).toMatchObject({
      role: 'REGISTRAR',
      institutionId: home,
      delegatedFromId: own.id,
      version: 1,
    });
    expect((await grantsOf(room, 'stand-in')).grants).toMatchObject([{ id: grant.id }]);
    const { data } = await room.ask(
      own.by,
      '{ viewer { delegationsGiven { id purpose } delegationsReceived { id } } }',
    );
    expect(data.viewer).toEqual({
      delegationsGiven: [{ id: grant.id, purpose: 'leave' }],
      delegationsReceived: [],
    });
    const other = await room.ask(person('stand-in'), '{ viewer { delegationsReceived { id givenBy } } }');
    expect(other.data.viewer.delegationsReceived).toEqual([{ id: grant.id, givenBy: 'holder' }]);
  });

  test('by nobody else, not to oneself, and not beyond its own interval', async () => {
    const own = await registrar('careful');
    const input = { grantId: own.id, subject: 'somebody', to: at(room, day) };
    expect(await delegate(room, admin, input)).toEqual(refused('ACTION_FORBIDDEN'));
    expect(await delegate(room, person('stranger'), input)).toEqual(refused('NOT_FOUND'));
    expect(await delegate(room, own.by, { ...input, subject: 'careful' })).toEqual(
      refused('GRANT_TO_ONESELF'),
    );
    expect(await delegate(room, own.by, { ...input, to: at(room, 31 * day) })).toEqual(
      refused('GRANT_OUTSIDE_INTERVAL'),
    );
    expect(await delegate(room, own.by, { ...input, from: at(room, -day) })).toEqual(
      refused('GRANT_OUTSIDE_INTERVAL'),
    );
    expect(await delegate(room, own.by, { ...input, from: input.to })).toEqual(refused('INTERVAL_EMPTY'));
    expect(await delegate(room, own.by, { ...input, purpose: ' ' })).toEqual(refused('INPUT_INVALID'));
  });

  test('once more only where the first holder allowed it, and never a third time', async () => {
    const own = await registrar('first');
    const to = at(room, day);
    const plain = await delegate(room, own.by, { grantId: own.id, subject: 'second-plain', to });
    expect(
      await delegate(room, person('second-plain'), { grantId: plain.grant.id, subject: 'third', to }),
    ).toEqual(refused('GRANT_NOT_DELEGABLE'));
    const free = await delegate(room, own.by, { grantId: own.id, subject: 'second', delegable: true, to });
    const again = { grantId: free.grant.id, subject: 'third', to };
    expect(await delegate(room, person('second'), { ...again, delegable: true })).toEqual(
      refused('GRANT_NOT_DELEGABLE'),
    );
    const third = await delegate(room, person('second'), again);
    expect(third.userErrors).toEqual([]);
    expect(await delegate(room, person('third'), { grantId: third.grant.id, subject: 'fourth', to })).toEqual(
      refused('GRANT_NOT_DELEGABLE'),
    );
  });

  test('never when it is a role of the alliance', async () => {
    for (const role of ['EXPERT', 'COUNCIL_MEMBER', 'CERTIFICATION_CENTRE', 'SUPERVISOR', 'SECRETARIAT']) {
      const { grant } = await give(room, secretariat, { subject: `holds-${role}`, role });
      const input = { grantId: grant.id, subject: 'other', to: at(room, day) };
      expect(await delegate(room, person(`holds-${role}`, role), input)).toEqual(
        refused('GRANT_NOT_DELEGABLE'),
      );
    }
  });
});

describe('what was delegated ends with the grant it came from', () => {
  async function chain(name: string) {
    const own = await registrar(`${name}-1`);
    const to = at(room, day);
    const second = await delegate(room, own.by, {
      grantId: own.id,
      subject: `${name}-2`,
      delegable: true,
      to,
    });
    const third = await delegate(room, person(`${name}-2`), {
      grantId: second.grant.id,
      subject: `${name}-3`,
      to,
    });
    return { own, second: second.grant, third: third.grant };
  }

  test('all the way down, in one transaction, and every session is told', async () => {
    const { own } = await chain('whole');
    const woken: string[] = [];
    const leave = room.wakeBus.subscribe(({ type, id }) => void (type === 'GrantEpoch' && woken.push(id)));
    expect((await revoke(room, admin, own.id)).userErrors).toEqual([]);
    leave();
    for (const subject of ['whole-1', 'whole-2', 'whole-3']) {
      expect((await grantsOf(room, subject)).grants).toEqual([]);
      expect(woken).toContain(subject);
    }
  });

  test('when whoever delegated it takes it back, and their own grant stays', async () => {
    const { own, second, third } = await chain('back');
    expect(await revoke(room, person('back-3'), second.id)).toEqual(refused('NOT_FOUND'));
    expect((await revoke(room, own.by, second.id)).grant).toMatchObject({ version: 2 });
    expect((await grantsOf(room, 'back-3')).grants).toEqual([]);
    expect((await grantsOf(room, 'back-1')).grants).toHaveLength(1);
    const answer = await revoke(room, person('back-2'), third.id, 2);
    expect(answer.userErrors).toEqual([{ code: 'GRANT_ENDED' }]);
  });

  test('also when it is being delegated at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const own = await registrar(`race-${round}`);
      const to = at(room, day);
      await Promise.all([
        delegate(room, own.by, { grantId: own.id, subject: `raced-${round}`, to }),
        revoke(room, admin, own.id),
      ]);
      expect((await grantsOf(room, `raced-${round}`)).grants).toEqual([]);
    }
  });

  test('also when the service is bypassed: the database cuts it and refuses what would outlive it', async () => {
    const { own, second } = await chain('bypass');
    const refuses = (statement: string, constraint: string) =>
      expect(room.sql.query(statement)).rejects.toMatchObject({ constraint });
    await refuses(
      `update role_grant set valid_to = valid_to + interval '40 days' where id = '${second.id}'`,
      'role_grant_inside',
    );
    const copied = (changes: Record<string, string>) => {
      const columns = ['id', 'subject', 'role', 'institution_id', 'valid_from', 'valid_to', 'given_by'];
      const rest = ['created_at', 'delegated_from', 'purpose'];
      const values = [...columns, ...rest].map((column) => changes[column] ?? column);
      return `insert into role_grant (${[...columns, ...rest].join(', ')})
        select ${values.join(', ')} from role_grant where id = '${second.id}'`;
    };
    await refuses(copied({ id: `'grant_x'`, role: `'TEACHER'` }), 'role_grant_delegation');
    await refuses(copied({ id: `'grant_x'`, institution_id: `'${away}'` }), 'role_grant_delegation');
    await refuses(copied({ id: `'grant_x'`, given_by: `'me'` }), 'role_grant_delegation');
    await refuses(copied({ id: `'grant_x'`, valid_to: 'null' }), 'role_grant_inside');
    await refuses(`update role_grant set subject = 'me' where id = '${own.id}'`, 'role_grant_fixed');
    await refuses(`delete from role_grant where id = '${second.id}'`, 'role_grant_kept');
    await room.sql.query(`update role_grant set valid_to = valid_from where id = '${own.id}'`);
    expect((await grantsOf(room, 'bypass-2')).grants).toEqual([]);
    expect((await grantsOf(room, 'bypass-3')).grants).toEqual([]);
  });
});

test('a stand-in for an administrator makes no administrators, themselves for instance', async () => {
  const { grant } = await give(room, secretariat, {
    subject: 'boss',
    role: 'INSTITUTION_ADMIN',
    institutionId: home,
  });
  const own = person('boss', `INSTITUTION_ADMIN@${home}`);
  const lent = await delegate(room, own, { grantId: grant.id, subject: 'deputy', to: at(room, day) });
  const deputy: Principal = {
    ...person('deputy'),
    grants: (await grantsOf(room, 'deputy')).grants.map((held) => ({
      id: held.id,
      role: 'INSTITUTION_ADMIN',
      institutionId: home,
      from: '2020-01-01T00:00:00Z',
      to: null,
      delegatedFromId: grant.id,
    })),
  };
  const input = { subject: 'deputy', role: 'INSTITUTION_ADMIN', institutionId: home };
  expect(lent.userErrors).toEqual([]);
  expect(await give(room, deputy, input)).toEqual(refused('GRANT_DELEGATED_ONLY'));
});
