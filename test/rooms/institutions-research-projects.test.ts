import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { idempotencyKey, secretariat } from './institutions-room.js';
import {
  admin,
  away,
  home,
  openUniversity,
  pastTheRoom,
  startSecretariat,
  step,
  stranger,
} from './institutions-secretariat.js';
import { person, type RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startSecretariat();
});
afterAll(async () => room?.[Symbol.asyncDispose]());

const shown = 'researchProject { id state version dueAt outputs { title link } }';
const propose = (more: object = {}, by: Principal = admin) =>
  step(
    room,
    by,
    'proposeResearchProject',
    {
      institutionId: home,
      title: '学分转换标准研究',
      topic: '学分银行',
      summary: '比较各校标准',
      partnerIds: [openUniversity],
      otherPartners: ['某协会'],
      startsOn: '2026-02-01',
      endsOn: '2027-02-01',
      funding: '50000',
      idempotencyKey: idempotencyKey(),
      ...more,
    },
    shown,
  );
const take = (
  by: Principal,
  name: string,
  researchProjectId: string,
  expectedVersion: number,
  more: object = {},
) => step(room, by, name, { researchProjectId, expectedVersion, ...more }, shown);
const listed = async (by: Principal, filter = '') =>
  (
    await room.ask(by, `{ researchProjects${filter} { edges { node { id } } } }`)
  ).data.researchProjects.edges.map(({ node }: { node: { id: string } }) => node.id);

test('a project is proposed by its leading member, entered by the secretariat, run, and completed with outputs', async () => {
  expect((await propose({}, stranger)).userErrors).toEqual([{ code: 'ACTION_FORBIDDEN' }]);
  expect((await propose({ endsOn: '2026-02-01' })).userErrors).toEqual([{ code: 'INTERVAL_EMPTY' }]);
  expect((await propose({ partnerIds: ['inst_no'] })).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  const { researchProject } = await propose();
  const { id } = researchProject;
  expect((await take(admin, 'approveResearchProject', id, 1)).userErrors).toEqual([
    { code: 'ACTION_FORBIDDEN' },
  ]);
  expect((await take(admin, 'startResearchProject', id, 1)).userErrors).toEqual([
    { code: 'ACTION_NOT_ALLOWED' },
  ]);
  expect((await take(secretariat, 'approveResearchProject', id, 1)).researchProject.state).toBe('APPROVED');
  const running = await take(admin, 'startResearchProject', id, 2);
  // The end is exclusive: the last day is 31 January, and the report is due 30 days after it.
  expect(running.researchProject).toMatchObject({ state: 'RUNNING', dueAt: '2027-03-02T16:00:00.000Z' });
  const output = { title: '研究报告', idempotencyKey: idempotencyKey() };
  expect(
    (await take(admin, 'addResearchOutput', id, 3, { ...output, link: 'javascript:alert(1)' })).userErrors,
  ).toEqual([{ code: 'INPUT_INVALID' }]);
  const link = 'https://example.org/report';
  const added = { ...output, link, idempotencyKey: idempotencyKey() };
  expect((await take(admin, 'addResearchOutput', id, 3, added)).researchProject.version).toBe(4);
  const completed = await take(admin, 'completeResearchProject', id, 4);
  expect(completed.researchProject).toMatchObject({
    state: 'COMPLETED',
    dueAt: null,
    outputs: [{ title: '研究报告', link }],
  });
});

test('who proposed a project does not enter it, even with both roles, and the database says so too', async () => {
  const both = person('both', 'SECRETARIAT', `INSTITUTION_ADMIN@${home}`);
  const { researchProject } = await propose({}, both);
  expect((await take(both, 'approveResearchProject', researchProject.id, 1)).userErrors).toEqual([
    { code: 'ENTRY_SAME_PERSON' },
  ]);
  const official = { kind: 'PERSON', subject: 'both', grants: `SECRETARIAT@` };
  await expect(
    pastTheRoom(
      room,
      official,
      `update research_project set state = 'APPROVED', approved_by = 'both' where id = $1`,
      [researchProject.id],
    ),
  ).rejects.toMatchObject({ constraint: 'research_project_two_people' });
  const member = { kind: 'PERSON', subject: 'adm', grants: `INSTITUTION_ADMIN@${home}` };
  await expect(
    pastTheRoom(
      room,
      member,
      `update research_project set state = 'APPROVED', approved_by = 'sec' where id = $1`,
      [researchProject.id],
    ),
  ).rejects.toMatchObject({ constraint: 'research_project_entered' });
  await expect(
    pastTheRoom(room, member, `update research_project set funding = funding + 1 where id = $1`, [
      researchProject.id,
    ]),
  ).rejects.toMatchObject({ constraint: 'research_project_content_fixed' });
});

test('a proposal is seen by its partners only, the registry by every member', async () => {
  const { researchProject } = await propose({ title: '提案' });
  const { id } = researchProject;
  const partner = person('nou', `REGISTRAR@${openUniversity}`);
  expect(await listed(stranger)).not.toContain(id);
  expect(await listed(partner, `(filter: { partnerId: "${openUniversity}", contains: "提案" })`)).toEqual([
    id,
  ]);
  const wall = { kind: 'PERSON', subject: 'adm-away', grants: `INSTITUTION_ADMIN@${away}` };
  const seen = () => pastTheRoom(room, wall, 'select 1 from research_project where id = $1', [id]);
  expect((await seen()).rowCount).toBe(0);
  await take(secretariat, 'approveResearchProject', id, 1);
  expect(await listed(stranger)).toContain(id);
  expect((await seen()).rowCount).toBe(1);
  const stopped = await take(admin, 'stopResearchProject', id, 2, { reason: '经费未到位' });
  expect(stopped.researchProject.state).toBe('STOPPED');
});

test('outputs only grow', async () => {
  await expect(room.sql.query(`update research_output set title = 'x'`)).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
  await expect(room.sql.query('delete from research_project')).rejects.toMatchObject({
    constraint: 'secretariat_row_fixed',
  });
});
