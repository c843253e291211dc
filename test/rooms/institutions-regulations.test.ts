import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { charterVersionInForce } from '../../subgraphs/institutions/regulations/regulation-in-force.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import {
  appoint,
  closeMotion,
  codesOf,
  openMotion,
  sent,
  startGovernance,
  step,
  vote,
} from './governance-room.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(6);
  for (const n of [1, 2, 3, 4, 5, 6]) await appoint(room, n, 'COUNCIL');
  await appoint(room, 1, 'STANDING_COUNCIL');
});
afterAll(async () => room[Symbol.asyncDispose]());

const articles = [{ heading: { zh: '总则', en: 'General' }, text: { zh: '互认。', en: 'Recognise.' } }];
const draft = (code: string, edition: string, effectiveFrom: string, by = secretariat) =>
  step(room, by, 'createRegulationDraft', 'regulation { id version state contentHash }', {
    code,
    edition,
    effectiveFrom,
    title: { zh: '章程', en: 'Charter' },
    articles,
    idempotencyKey: idempotencyKey(),
  });
const charterOn = async (asOf?: string) =>
  (
    await room.ask(
      anonymous,
      'query ($on: Date) { regulation(code: "CHARTER", asOf: $on) { id edition adoptedOn articles { number heading { zh } text { zh } } } }',
      { on: asOf },
    )
  ).data.regulation;
/** A connection as the house itself, for what other wings call with their own. */
const sql = {
  execute: async <T>(statement: string, parameters: readonly unknown[] = []) => {
    let place = 0;
    const { rows } = await room.sql.query(
      statement.replaceAll('?', () => `$${(place += 1)}`),
      [...parameters],
    );
    return rows as T[];
  },
};

describe('the charter', () => {
  test('of 2016-07-15 is in force from that day on, with its 26 articles, and public', async () => {
    const charter = await charterOn();
    expect(charter).toMatchObject({ edition: '2016-07-15', adoptedOn: '2016-07-15' });
    expect(charter.articles).toHaveLength(26);
    expect(charter.articles[25]).toMatchObject({
      number: 26,
      text: { zh: expect.stringContaining('2016-07-15') },
    });
    expect(await charterOn('2016-07-14')).toBeNull();
    expect(await charterOn('2016-07-15')).not.toBeNull();
    expect(await charterVersionInForce(sql, new Date('2016-07-14T15:59:59Z'))).toBeNull();
    expect(await charterVersionInForce(sql, new Date('2016-07-14T16:00:00Z'))).toBe('2016-07-15');
  });

  test('is amended by two thirds of all council seats, and in force from its day, not before', async () => {
    const { regulation } = await draft('CHARTER', '2026', '2026-03-01');
    const opened = async (kind: string, body: string) =>
      openMotion(room, secretariat, body, { kind, subjectId: regulation.id });
    expect(codesOf(await opened('AMEND_CHARTER', 'STANDING_COUNCIL'))).toEqual(['MOTION_BODY_MISFIT']);
    expect(codesOf(await opened('ADOPT_REGULATION', 'COUNCIL'))).toEqual(['NOT_FOUND']);
    const { motion } = await opened('AMEND_CHARTER', 'COUNCIL');
    expect(motion.threshold).toBe('TWO_THIRDS_OF_ELECTORATE');
    expect(codesOf(await opened('AMEND_CHARTER', 'COUNCIL'))).toEqual(['MOTION_SUBJECT_OPEN']);
    const amended = await step(room, secretariat, 'amendRegulationDraft', 'regulation { id }', {
      regulationId: regulation.id,
      expectedVersion: regulation.version,
      articles,
      effectiveFrom: '2026-04-01',
    });
    expect(codesOf(amended)).toEqual(['REGULATION_UNDER_VOTE']);
    for (const n of [1, 2, 3]) await vote(room, sent(n), motion.id, 'YES');
    expect(codesOf(await closeMotion(room, motion.id))).toEqual(['MOTION_NOT_DECIDED']);
    await vote(room, sent(4), motion.id, 'YES');
    expect(codesOf(await closeMotion(room, motion.id))).toEqual([]);
    expect(await charterOn('2026-02-28')).toMatchObject({ edition: '2016-07-15' });
    expect(await charterOn('2026-03-01')).toMatchObject({ edition: '2026', adoptedOn: '2026-01-15' });
    expect(await charterVersionInForce(sql, new Date('2026-03-01T00:00:00Z'))).toBe('2026');
  });

  test('is not amended when more than a third of the seats says no; the draft is over then', async () => {
    const { regulation } = await draft('CHARTER', '2027', '2027-01-01');
    const { motion } = await openMotion(room, secretariat, 'COUNCIL', {
      kind: 'AMEND_CHARTER',
      subjectId: regulation.id,
    });
    for (const n of [1, 2, 3]) await vote(room, sent(n), motion.id, 'NO');
    expect((await closeMotion(room, motion.id)).motion.state).toBe('REJECTED');
    const again = await openMotion(room, secretariat, 'COUNCIL', {
      kind: 'AMEND_CHARTER',
      subjectId: regulation.id,
    });
    expect(codesOf(again)).toEqual(['REGULATION_NO_DRAFT']);
    expect(await charterOn('2027-02-01')).toMatchObject({ edition: '2026' });
  });

  test('is interpreted by the council only', async () => {
    const charter = await charterOn();
    const record = (motionId: string, article = 21) =>
      step(room, secretariat, 'recordInterpretation', 'interpretation { article interpretedOn }', {
        regulationId: charter.id,
        article,
        text: { zh: '三年指连续三年。', en: 'Three years in a row.' },
        motionId,
        idempotencyKey: idempotencyKey(),
      });
    const { motion } = await openMotion(room, secretariat, 'COUNCIL');
    expect(codesOf(await record(motion.id))).toEqual(['INTERPRETATION_NOT_BY_COUNCIL']);
    for (const n of [1, 2, 3, 4]) await vote(room, sent(n), motion.id, 'YES');
    await closeMotion(room, motion.id);
    expect((await record(motion.id)).interpretation).toEqual({ article: 21, interpretedOn: '2026-01-15' });
    expect(codesOf(await record(motion.id, 27))).toEqual(['NOT_FOUND']);
    const standing = await openMotion(room, secretariat, 'STANDING_COUNCIL');
    await vote(room, sent(1), standing.motion.id, 'YES');
    await closeMotion(room, standing.motion.id);
    expect(codesOf(await record(standing.motion.id))).toEqual(['INTERPRETATION_NOT_BY_COUNCIL']);
    const { data } = await room.ask(anonymous, '{ interpretations(article: 21) { totalCount } }');
    expect(data.interpretations.totalCount).toBe(1);
  });
});

describe('a rule', () => {
  test('is drafted by the secretariat, hidden until it is adopted, and adopted by a simple majority', async () => {
    expect(codesOf(await draft('REVIEW_RULES', '1', '2026-01-01', sent(1)))).toEqual(['ACTION_FORBIDDEN']);
    const { regulation } = await draft('REVIEW_RULES', '1', '2026-01-01');
    expect(regulation.contentHash).toMatch(/^sha256:/);
    expect(codesOf(await draft('REVIEW_RULES', '1', '2026-01-01'))).toEqual(['REGULATION_EDITION_TAKEN']);
    const seen = async () =>
      (
        await room.ask(
          anonymous,
          '{ regulations(code: "REVIEW_RULES") { edges { node { effectiveFrom } } } }',
        )
      ).data.regulations.edges;
    expect(await seen()).toEqual([]);
    const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
      kind: 'ADOPT_REGULATION',
      subjectId: regulation.id,
    });
    await vote(room, sent(1), motion.id, 'YES');
    expect(codesOf(await closeMotion(room, motion.id))).toEqual([]);
    // The vote came after the day that was meant: nothing is in force before it was adopted.
    expect(await seen()).toEqual([{ node: { effectiveFrom: '2026-01-15' } }]);
  });

  test('is withdrawn with a reason while it is a draft', async () => {
    const { regulation } = await draft('FEE_RULES', '1', '2026-05-01');
    const withdraw = () =>
      step(room, secretariat, 'withdrawRegulationDraft', 'regulation { state }', {
        regulationId: regulation.id,
        expectedVersion: regulation.version,
        reason: '暂缓',
      });
    expect((await withdraw()).regulation).toEqual({ state: 'WITHDRAWN' });
    expect(codesOf(await withdraw())).toEqual(['VERSION_CONFLICT']);
  });
});

test('past the room no text is adopted without its motion, rewritten or deleted', async () => {
  const { regulation } = await draft('CHARTER', '2030', '2030-01-01');
  await expect(
    room.sql.query(`update regulation set state = 'ADOPTED', adopted_on = '2026-01-15' where id = $1`, [
      regulation.id,
    ]),
  ).rejects.toMatchObject({ constraint: 'regulation_by_motion' });
  await expect(
    room.sql.query(`update regulation set articles = '[{}]' where state = 'ADOPTED'`),
  ).rejects.toMatchObject({ constraint: 'regulation_fixed' });
  await expect(room.sql.query('delete from regulation')).rejects.toMatchObject({
    constraint: 'regulation_kept',
  });
  await expect(room.sql.query(`update interpretation set article = 1`)).rejects.toMatchObject({
    constraint: 'interpretation_kept',
  });
});
