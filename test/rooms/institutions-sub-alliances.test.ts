import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import {
  appoint,
  closeMotion,
  codesOf,
  member,
  openMotion,
  sent,
  startGovernance,
  step,
  vote,
} from './governance-room.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startGovernance(6);
  await appoint(room, 1, 'STANDING_COUNCIL');
});
afterAll(async () => room[Symbol.asyncDispose]());

const adminOf = (n: number): Principal => person(`admin_${n}`, `INSTITUTION_ADMIN@${member(n)}`);

const apply = (n: number, zh: string, by = adminOf(n)) =>
  step(room, by, 'applyForSubAlliance', 'subAlliance { id version state }', {
    institutionId: member(n),
    name: { zh, en: `Sub-alliance ${zh}` },
    kind: 'INDUSTRY',
    field: '物流',
    purpose: '行业内互认。',
    idempotencyKey: idempotencyKey(),
  });

/** Lets the standing council decide. */
async function decide(kind: string, subjectId: string, choice: 'YES' | 'NO'): Promise<void> {
  const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', { kind, subjectId });
  await vote(room, sent(1), motion.id, choice);
  expect(codesOf(await closeMotion(room, motion.id))).toEqual([]);
}

const read = async (id: string, by: Principal = anonymous) =>
  (
    await room.ask(
      by,
      `query ($id: ID!) { subAlliance(id: $id) { id version state successor { id } lead { id }
         members { edges { node { id version state institution { id } } } } } }`,
      { id },
    )
  ).data.subAlliance;

async function found(n: number, zh: string): Promise<string> {
  const { subAlliance } = await apply(n, zh);
  await decide('FOUND_SUB_ALLIANCE', subAlliance.id, 'YES');
  return subAlliance.id;
}

const join = (n: number, subAllianceId: string, by = adminOf(n)) =>
  step(room, by, 'joinSubAlliance', 'member { id version state }', {
    subAllianceId,
    institutionId: member(n),
    idempotencyKey: idempotencyKey(),
  });
const memberStep = (
  by: Principal,
  mutation: string,
  one: { id: string; version: number },
  input: object = {},
) =>
  step(room, by, mutation, 'member { id version state }', {
    subAllianceMemberId: one.id,
    expectedVersion: one.version,
    ...input,
  });

describe('a sub-alliance', () => {
  test('is applied for by a member, hidden until the council founds it, and then has a council and a lead', async () => {
    expect(codesOf(await apply(2, '物流分盟', adminOf(3)))).toEqual(['ACTION_FORBIDDEN']);
    const { subAlliance } = await apply(2, '物流分盟');
    expect(subAlliance.state).toBe('APPLIED');
    expect(codesOf(await apply(3, '物流分盟'))).toEqual(['SUB_ALLIANCE_NAME_TAKEN']);
    expect(await read(subAlliance.id)).toBeNull();
    expect(codesOf(await join(3, subAlliance.id))).toEqual(['NOT_FOUND']);
    await decide('FOUND_SUB_ALLIANCE', subAlliance.id, 'YES');
    expect(await read(subAlliance.id)).toMatchObject({
      state: 'FOUNDED',
      lead: { id: member(2) },
      members: { edges: [{ node: { state: 'MEMBER', institution: { id: member(2) } } }] },
    });
    const { data } = await room.ask(
      anonymous,
      '{ bodies(filter: { kind: SPECIAL_COUNCIL }) { edges { node { id subAllianceId name { zh } } } } }',
    );
    expect(data.bodies.edges).toHaveLength(1);
    const council = data.bodies.edges[0].node;
    expect(council).toMatchObject({ subAllianceId: subAlliance.id, name: { zh: '物流分盟专门理事会' } });
    const inCouncil = { bodyId: council.id };
    expect(codesOf(await appoint(room, 3, '', inCouncil))).toEqual(['SEAT_NOT_OF_SUB_ALLIANCE']);
    expect(codesOf(await appoint(room, 2, '', inCouncil))).toEqual([]);
  });

  test('that the council refuses is over; one that is being voted on is not withdrawn', async () => {
    const { subAlliance } = await apply(3, '农业分盟');
    const { motion } = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
      kind: 'FOUND_SUB_ALLIANCE',
      subjectId: subAlliance.id,
    });
    const withdraw = () =>
      step(room, adminOf(3), 'withdrawSubAlliance', 'subAlliance { state }', {
        subAllianceId: subAlliance.id,
        expectedVersion: subAlliance.version,
        reason: 'r',
      });
    expect(codesOf(await withdraw())).toEqual(['SUB_ALLIANCE_UNDER_VOTE']);
    await vote(room, sent(1), motion.id, 'NO');
    await closeMotion(room, motion.id);
    expect(await read(subAlliance.id, secretariat)).toMatchObject({ state: 'REFUSED' });
    expect(await read(subAlliance.id)).toBeNull();
    const again = await openMotion(room, secretariat, 'STANDING_COUNCIL', {
      kind: 'FOUND_SUB_ALLIANCE',
      subjectId: subAlliance.id,
    });
    expect(codesOf(again)).toEqual(['SUB_ALLIANCE_NOT_AWAITED']);
  });

  test('is joined by members in standing whom the lead institution admits, and left again', async () => {
    const id = await found(2, '护理分盟');
    expect(codesOf(await join(3, id, adminOf(4)))).toEqual(['ACTION_FORBIDDEN']);
    await room.sql.query(`update membership set state = 'SUSPENDED' where institution_id = $1`, [member(6)]);
    expect(codesOf(await join(6, id))).toEqual(['SUB_ALLIANCE_NOT_IN_STANDING']);
    const twice = await Promise.all([join(3, id), join(3, id)]);
    expect(twice.flatMap(codesOf)).toEqual(['SUB_ALLIANCE_MEMBER_EXISTS']);
    const asked = twice.find((answer) => answer.member !== null).member;
    expect(codesOf(await memberStep(adminOf(4), 'admitToSubAlliance', asked))).toEqual(['NOT_FOUND']);
    expect(codesOf(await memberStep(adminOf(3), 'admitToSubAlliance', asked))).toEqual(['ACTION_FORBIDDEN']);
    const admitted = await memberStep(adminOf(2), 'admitToSubAlliance', asked);
    expect(admitted.member.state).toBe('MEMBER');
    const left = await memberStep(adminOf(3), 'leaveSubAlliance', admitted.member, { reason: 'r' });
    expect(left.member.state).toBe('LEFT');
    const [lead] = (await read(id)).members.edges;
    expect(codesOf(await memberStep(adminOf(2), 'leaveSubAlliance', lead.node, { reason: 'r' }))).toEqual([
      'SUB_ALLIANCE_LEAD_STAYS',
    ]);
    const other = await join(4, id);
    const refused = await memberStep(adminOf(2), 'refuseSubAllianceMember', other.member, { reason: 'r' });
    expect(refused.member.state).toBe('REFUSED');
  });

  test('reports once a year and is inspected by another person', async () => {
    const id = await found(4, '建筑分盟');
    const submit = (year: number, by = adminOf(4)) =>
      step(room, by, 'submitSubAllianceReport', 'report { id version state }', {
        subAllianceId: id,
        year,
        text: '年度报告',
        idempotencyKey: idempotencyKey(),
      });
    const missing = async () =>
      (
        await room.ask(
          secretariat,
          '{ subAlliances(filter: { withoutReportOf: 2026 }) { edges { node { id } } } }',
        )
      ).data.subAlliances.edges.map(({ node }: { node: { id: string } }) => node.id);
    expect(await missing()).toContain(id);
    expect(codesOf(await submit(2026, adminOf(3)))).toEqual(['ACTION_FORBIDDEN']);
    expect(codesOf(await submit(2025))).toEqual(['SUB_ALLIANCE_REPORT_YEAR']);
    expect(codesOf(await submit(2027))).toEqual(['SUB_ALLIANCE_REPORT_YEAR']);
    const { report } = await submit(2026);
    expect(codesOf(await submit(2026))).toEqual(['SUB_ALLIANCE_REPORT_EXISTS']);
    expect(await missing()).not.toContain(id);
    const inspected = await step(room, secretariat, 'inspectSubAlliance', 'report { state finding }', {
      subAllianceReportId: report.id,
      expectedVersion: report.version,
      finding: 'DEFICIENT',
      remark: '缺少转换数据。',
    });
    expect(inspected.report).toEqual({ state: 'INSPECTED', finding: 'DEFICIENT' });
  });

  test('is merged into another by a motion, with its members; a failed motion keeps it', async () => {
    const id = await found(5, '旅游分盟');
    const successorId = await found(2, '服务分盟');
    const propose = async (input: object) =>
      step(room, adminOf(5), 'proposeSubAllianceEnd', 'subAlliance { id version state }', {
        subAllianceId: id,
        expectedVersion: (await read(id)).version,
        reason: '合并',
        idempotencyKey: idempotencyKey(),
        ...input,
      });
    expect(codesOf(await propose({ successorId: id }))).toEqual(['SUB_ALLIANCE_SUCCESSOR_MISFIT']);
    expect((await propose({ successorId })).subAlliance.state).toBe('DISSOLUTION_PROPOSED');
    await decide('DISSOLVE_SUB_ALLIANCE', id, 'NO');
    expect(await read(id)).toMatchObject({ state: 'FOUNDED', successor: null });
    await propose({ successorId });
    await decide('DISSOLVE_SUB_ALLIANCE', id, 'YES');
    expect(await read(id)).toMatchObject({
      state: 'MERGED',
      successor: { id: successorId },
      members: { edges: [{ node: { state: 'LEFT' } }] },
    });
    const members = (await read(successorId)).members.edges.map(
      ({ node }: { node: { institution: { id: string } } }) => node.institution.id,
    );
    expect(members.toSorted()).toEqual([member(2), member(5)]);
    const { rows } = await room.sql.query('select ended_at from body where sub_alliance_id = $1', [id]);
    expect(rows[0].ended_at).not.toBeNull();
  });

  test('is not founded, ended or rewritten past the room', async () => {
    const { subAlliance } = await apply(4, '体育分盟');
    const fails = (statement: string, constraint: string) =>
      expect(room.sql.query(statement)).rejects.toMatchObject({ constraint });
    await fails(
      `update sub_alliance set state = 'FOUNDED' where id = '${subAlliance.id}'`,
      'sub_alliance_by_motion',
    );
    await fails(
      `update sub_alliance set state = 'DISSOLVED' where state = 'FOUNDED'`,
      'sub_alliance_by_motion',
    );
    await fails(`update sub_alliance set purpose = 'x' where state = 'MERGED'`, 'sub_alliance_fixed');
    await fails(`delete from sub_alliance_member`, 'sub_alliance_member_kept');
    await fails(
      `update sub_alliance_member set valid_to = null, state = 'MEMBER' where state = 'LEFT'`,
      'sub_alliance_member_fixed',
    );
    const app = await room.connectAsApp();
    expect((await app.query('select * from sub_alliance_report')).rowCount).toBe(0);
    expect((await app.query(`select * from sub_alliance where state = 'APPLIED'`)).rowCount).toBe(0);
  });
});
