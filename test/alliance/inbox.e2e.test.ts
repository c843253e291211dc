import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';
import { eventually } from '../support/eventually.js';
import { listen, until } from '../support/live-stream.js';

let alliance: TestAlliance;
beforeAll(async () => {
  alliance = await startTestAlliance();
}, 120_000);
afterAll(async () => alliance?.[Symbol.asyncDispose]());

const inbox = `{ taskSummary { open } tasks(filter: {types: ["Deposit"]}) {
  edges { node { id subjectId subjectVersion about actions { action inBatch } } } } }`;

test('a deposit that waits is in the inbox of the other official, is decided in a batch through the owner, and is gone', async () => {
  const admin = alliance.as('admin');
  let tasks: { id: string; subjectId: string; subjectVersion: number }[] = [];
  await eventually(async () => {
    const { tasks: page } = await admin.must(inbox);
    tasks = page.edges.map(({ node }: { node: (typeof tasks)[number] }) => node);
    return tasks.length > 0;
  });
  // Who entered them is not asked to review them; who has nothing to do with the school sees nothing.
  for (const role of ['registrar', 'learner', 'expert'] as const) {
    expect((await alliance.as(role).must(inbox)).tasks.edges).toEqual([]);
  }

  const steps = tasks.map(({ id, subjectVersion }) => ({
    taskId: id,
    action: 'reviewDeposit',
    expectedVersion: subjectVersion,
  }));
  const input = { steps, idempotencyKey: 'inbox-e2e-1' };
  const selection = 'batch { items { taskId outcome userErrors { code } } }';
  const answer = await admin.mutate('takeTasks', 'TakeTasksInput', input, selection);
  expect(answer.batch.items).toEqual(
    tasks.map(({ id }) => ({ taskId: id, outcome: 'TAKEN', userErrors: [] })),
  );
  expect(await admin.mutate('takeTasks', 'TakeTasksInput', input, selection)).toEqual(answer);
  const states = await alliance.sql<{ state: string }>(
    'select state from learners.deposit where id = any ($1)',
    [tasks.map(({ subjectId }) => subjectId)],
  );
  expect(new Set(states.map(({ state }) => state))).not.toContain('VALIDATED');
  await eventually(async () => (await admin.must(inbox)).tasks.edges.length === 0);
});

test('the room of the inbox hears its own events too', async () => {
  const secretariat = alliance.as('secretariat');
  const [member] = await alliance.sql<{ id: string; version: number }>(
    `select id, version from institutions.membership where state = 'ACTIVE' limit 1`,
  );
  await secretariat.mutate(
    'suspendMembership',
    'SuspendMembershipInput',
    { membershipId: member!.id, expectedVersion: member!.version, reason: '核查' },
    'membership { id }',
  );
  const waiting = '{ tasks(filter: {types: ["Membership"]}) { edges { node { id subjectState } } } }';
  await eventually(async () => (await secretariat.must(waiting)).tasks.edges.length === 1);
  await secretariat.mutate(
    'reinstateMembership',
    'ReinstateMembershipInput',
    { membershipId: member!.id, expectedVersion: member!.version + 1, reason: '核查完毕' },
    'membership { id }',
  );
  await eventually(async () => (await secretariat.must(waiting)).tasks.edges.length === 0);
});

test('a live summary is sent again when a task opens and when it closes, without being asked', async () => {
  const secretariat = alliance.as('secretariat');
  const [member] = await alliance.sql<{ id: string; version: number }>(
    `select id, version from institutions.membership where state = 'ACTIVE' limit 1`,
  );
  const counted = ({
    data,
  }: {
    data?: { taskSummary?: { byType: { subjectType: string; open: number }[] } };
  }) => data?.taskSummary?.byType.find(({ subjectType }) => subjectType === 'Membership')?.open ?? 0;
  for (const id of ['', '(id: "alliance")']) {
    const live = `subscription { taskSummary${id} { id byType { subjectType open } } }`;
    await using stream = await listen(alliance.url, secretariat.headers, live, {});
    await until(stream, (answer) => answer.data != null && counted(answer) === 0);
    const [now] = await alliance.sql<{ version: number }>(
      `select version from institutions.membership where id = $1`,
      [member!.id],
    );
    const step = { membershipId: member!.id, expectedVersion: now!.version, reason: '核查' };
    await secretariat.mutate('suspendMembership', 'SuspendMembershipInput', step, 'membership { id }');
    await until(stream, (answer) => counted(answer) === 1);
    const back = { ...step, expectedVersion: now!.version + 1 };
    await secretariat.mutate('reinstateMembership', 'ReinstateMembershipInput', back, 'membership { id }');
    await until(stream, (answer) => counted(answer) === 0);
  }
});
