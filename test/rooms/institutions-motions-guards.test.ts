import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appoint, closeMotion, codesOf, openMotion, sent, startGovernance, vote } from './governance-room.js';
import { secretariat } from './institutions-room.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

const size = 50;

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(size);
  for (let n = 1; n <= size; n += 1) await appoint(room, n, 'ASSEMBLY');
  for (let n = 1; n <= 3; n += 1) await appoint(room, n, 'COUNCIL');
});
afterAll(async () => room[Symbol.asyncDispose]());

const openIn = async (kind: string, input: object = {}): Promise<string> =>
  (await openMotion(room, secretariat, kind, input)).motion.id;
const ballots = async (table: string, motionId: string) =>
  (await room.sql.query(`select * from ${table} where motion_id = $1 order by id`, [motionId])).rows;

describe('at the same time', () => {
  test('fifty electors vote, and every vote counts once', async () => {
    const motionId = await openIn('ASSEMBLY');
    const answers = await Promise.all(
      Array.from({ length: size }, (_, index) =>
        vote(room, sent(index + 1), motionId, index % 5 === 0 ? 'NO' : 'YES'),
      ),
    );
    expect(answers.flatMap(codesOf)).toEqual([]);
    expect((await closeMotion(room, motionId)).motion.result).toMatchObject({ yes: 40, no: 10, abstain: 0 });
  });

  test('votes and the closing come in some order, and the stored result is that of the ballots before it', async () => {
    const motionId = await openIn('ASSEMBLY');
    for (let n = 1; n <= 26; n += 1) await vote(room, sent(n), motionId, 'YES');
    const rest = Array.from({ length: 24 }, (_, index) => vote(room, sent(27 + index), motionId, 'NO'));
    const closing = Promise.all(Array.from({ length: 3 }, () => closeMotion(room, motionId)));
    const late = (await Promise.all(rest)).flatMap(codesOf);
    await closing;
    expect(new Set(late)).toEqual(new Set(late.length === 0 ? [] : ['ACTION_NOT_ALLOWED']));
    // Where the votes were always faster, this one closes it; where not, it is refused.
    await closeMotion(room, motionId);
    const [stored] = (
      await room.sql.query('select state, voted, yes, no from motion where id = $1', [motionId])
    ).rows;
    const cast = await ballots('ballot', motionId);
    expect(stored).toEqual({ state: 'CARRIED', voted: cast.length, yes: 26, no: cast.length - 26 });
  });

  test('a motion is closed once', async () => {
    const motionId = await openIn('COUNCIL');
    for (const n of [1, 2, 3]) await vote(room, sent(n), motionId, 'YES');
    const answers = await Promise.all(Array.from({ length: 5 }, () => closeMotion(room, motionId)));
    expect(answers.filter((answer) => codesOf(answer).length === 0)).toHaveLength(1);
  });
});

describe('a secret motion', () => {
  test('says who voted and tells nobody what, in no table, trail or event, and is counted rightly', async () => {
    const motionId = await openIn('COUNCIL', { secret: true });
    await vote(room, sent(1), motionId, 'NO');
    await vote(room, sent(1), motionId, 'YES');
    await vote(room, sent(2), motionId, 'ABSTAIN');
    await vote(room, sent(3), motionId, 'YES');
    const { data } = await room.ask(
      secretariat,
      'query ($id: ID!) { motion(id: $id) { voted electors { edges { node { hasVoted choice } } } } }',
      { id: motionId },
    );
    expect(data.motion.voted).toBe(3);
    expect(data.motion.electors.edges).toEqual(
      Array.from({ length: 3 }, () => ({ node: { hasVoted: true, choice: null } })),
    );
    expect((await ballots('ballot', motionId)).map(({ choice }) => choice)).toEqual([null, null, null, null]);
    const sealed = await ballots('sealed_ballot', motionId);
    expect(Object.keys(sealed[0]).toSorted()).toEqual(['choice', 'entry', 'id', 'mark', 'motion_id']);
    for (const table of ['audit_event', 'outbox_event', 'idempotency_key']) {
      const { rows } = await room.sql.query(`select t::text as line from ${table} t`);
      const ofMotion = rows.map(({ line }) => String(line)).filter((line) => line.includes(motionId));
      expect(ofMotion).not.toEqual([]);
      expect(ofMotion.filter((line) => /\b(YES|NO|ABSTAIN)\b/.test(line))).toEqual([]);
    }
    expect((await closeMotion(room, motionId)).motion.result).toMatchObject({ yes: 2, no: 0, abstain: 1 });
  });

  test('keeps its box shut, even for the secretariat at the database', async () => {
    const app = await room.connectAsApp();
    await app.query(`set app.kind = 'PERSON'; set app.subject = 'sec'; set app.grants = 'SECRETARIAT@'`);
    expect((await app.query('select * from sealed_ballot')).rowCount).toBe(0);
    expect((await app.query('select * from ballot')).rowCount).toBeGreaterThan(0);
  });
});

describe('past the room', () => {
  test('a wrong result is not stored, nor a right one too early', async () => {
    const motionId = await openIn('COUNCIL');
    await vote(room, sent(1), motionId, 'YES');
    const store = (state: string, yes: number, closedAt: string) =>
      room.sql.query(
        `update motion set state = $2, voters = $3, voted = $3, yes = $3, no = 0, abstain = 0, closed_at = ${closedAt}, closed_by = 'x'
         where id = $1`,
        [motionId, state, yes],
      );
    await expect(store('CARRIED', 3, 'closes_at')).rejects.toMatchObject({
      constraint: 'motion_result_right',
    });
    await expect(store('CARRIED', 1, 'closes_at')).rejects.toMatchObject({
      constraint: 'motion_result_right',
    });
    await expect(store('REJECTED', 1, 'opened_at')).rejects.toMatchObject({
      constraint: 'motion_closed_early',
    });
    await expect(
      room.sql.query(`update motion set state = 'WITHDRAWN', closed_at = closes_at where id = $1`, [
        motionId,
      ]),
    ).rejects.toMatchObject({ constraint: 'motion_withdrawn_unvoted' });
    await store('REJECTED', 1, 'closes_at');
    await expect(store('CARRIED', 1, 'closes_at')).rejects.toMatchObject({ constraint: 'motion_fixed' });
  });

  test('the question, its electorate and its ballots stand', async () => {
    const motionId = await openIn('COUNCIL');
    await vote(room, sent(1), motionId, 'YES');
    const fails = (statement: string, constraint: string) =>
      expect(room.sql.query(statement, [motionId])).rejects.toMatchObject({ constraint });
    await fails(`update motion set text = 'another' where id = $1`, 'motion_fixed');
    await fails(`update motion set closes_at = closes_at + interval '1 day' where id = $1`, 'motion_fixed');
    await fails(`delete from motion where id = $1`, 'motion_kept');
    await fails(`update ballot set choice = 'NO' where motion_id = $1`, 'ballot_kept');
    await fails(`delete from motion_elector where motion_id = $1`, 'motion_elector_kept');
    await fails(
      `insert into motion_elector (id, motion_id, seat_id, institution_id, subject, holder_name, created_at)
       select 'elec_x', $1, seat_id, institution_id, 'stuffed', 'x', now() from motion_elector where motion_id = $1 limit 1`,
      'motion_electorate_fixed',
    );
    await fails(
      `insert into ballot (id, motion_id, seat_id, subject, entry, choice, cast_at)
       select 'bal_x', motion_id, seat_id, 'stranger', 2, 'YES', '2026-01-16' from motion_elector where motion_id = $1 limit 1`,
      'ballot_of_elector',
    );
    await fails(
      `insert into sealed_ballot (id, motion_id, mark, entry, choice) values ('x', $1, 'm', 1, 'YES')`,
      'ballot_kind',
    );
  });

  test('a stranger reads no motion, electorate or ballot, and a member only what was decided', async () => {
    const motionId = await openIn('COUNCIL');
    await vote(room, sent(1), motionId, 'YES');
    const app = await room.connectAsApp();
    const seen = async (subject: string, grants: string) => {
      await app.query(
        `set app.kind = 'PERSON'; set app.subject = '${subject}'; set app.grants = '${grants}'`,
      );
      const { rows } = await app.query(
        `select (select count(*) from motion where state = 'OPEN')::int as open,
           (select count(*) from motion where state = 'CARRIED') > 0 as decided,
           (select count(*) from motion_elector)::int as electors, (select count(*) from ballot)::int as ballots`,
      );
      return rows[0];
    };
    expect(await seen('stranger', '')).toEqual({ open: 0, decided: false, electors: 0, ballots: 0 });
    expect(await seen('official', 'REGISTRAR@inst_9')).toEqual({
      open: 0,
      decided: true,
      electors: 0,
      ballots: 0,
    });
    expect((await seen('person_1', '')).electors).toBeGreaterThan(0);
  });

  test('a stranger reads none of them in the graph either, where row-level security is not there to hold', async () => {
    const motionId = await openIn('COUNCIL');
    await vote(room, sent(1), motionId, 'YES');
    const tables = ['motion_elector', 'ballot'];
    for (const table of tables) await room.sql.query(`alter table ${table} disable row level security`);
    for (const n of [2, 3]) await vote(room, sent(n), motionId, 'YES');
    await closeMotion(room, motionId);
    const seenBy = async (by: Principal) =>
      (
        await room.ask(
          by,
          'query ($id: ID!) { motion(id: $id) { state electors { totalCount edges { node { hasVoted } } } } }',
          { id: motionId },
        )
      ).data.motion;
    expect((await seenBy(sent(1))).electors).toMatchObject({ totalCount: 3 });
    expect(await seenBy(person('official', 'REGISTRAR@inst_9'))).toEqual({
      state: 'CARRIED',
      electors: { totalCount: 0, edges: [] },
    });
    for (const table of tables) await room.sql.query(`alter table ${table} enable row level security`);
  });

  test('nobody votes for another', async () => {
    const motionId = await openIn('COUNCIL');
    const app = await room.connectAsApp();
    await app.query(`set app.kind = 'PERSON'; set app.subject = 'sec'; set app.grants = 'SECRETARIAT@'`);
    await expect(
      app.query(
        `insert into ballot (id, motion_id, seat_id, subject, entry, choice, cast_at)
         select 'bal_y', motion_id, seat_id, subject, 1, 'YES', '2026-01-16' from motion_elector where motion_id = $1 limit 1`,
        [motionId],
      ),
    ).rejects.toThrow(/row-level security/);
  });
});
