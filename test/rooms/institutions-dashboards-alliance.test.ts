import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { giveScope, openVisit, secretariat, startFigures, supervisor } from './institutions-figures.js';
import type { RoomOnPostgres } from './room-on-postgres.js';

let room: RoomOnPostgres;
beforeAll(async () => {
  room = await startFigures();
  await room.sql.query(`
    insert into seat (id, body_id, institution_id, subject, holder_name, office, valid_from, valid_to, state,
      appointed_by, created_at)
    select 'seat_' || institution_id || '_' || n, body.id, institution_id, institution_id || n, '某某', 'MEMBER',
      timestamptz '2026-01-01' - n * interval '2 years', timestamptz '2026-04-10' - n * interval '2 years' , 'HELD',
      'sec', now()
    from body, unnest(array['inst_a', 'inst_c']) as institution_id, generate_series(0, 1) n
    where kind = 'COUNCIL'`);
  await room.sql.query(`
    insert into member_activity (id, institution_id, kind, occurred_on, title, source, evidence, recorded_by, created_at)
    select 'act_' || n, 'inst_a', (array['RESOURCE', 'TRADE'])[n % 2 + 1], date '2023-01-15' + n, 'x', 'MANUAL', 'e',
      'sec', now() from generate_series(0, 4) n`);
});
afterAll(async () => room[Symbol.asyncDispose]());

let tasks = 0;
/** A task of an institution's officials, and when it was closed, in days of January 2026. */
async function task(
  institutionId: string | null,
  type: string,
  since: number,
  closed: number | null,
  due = 20,
) {
  tasks += 1;
  const day = (of: number) => `2026-01-${String(of).padStart(2, '0')}T00:00:00Z`;
  const waiters = institutionId === null ? ['SECRETARIAT@'] : [`REGISTRAR@${institutionId}`];
  await room.sql.query(
    `insert into task (id, room, type, subject_id, version, state, about, since, due_at, waits_for, overdue_for, not_for,
       institution_ids, actions, steps, closed_at)
     values ($1, 'learners', $2, $1, 1, 'VALIDATED', '某某的成绩', $3, $4, $5, '{}', '{}', $6, '[]', '[]', $7)`,
    [
      `task_${tasks}`,
      type,
      day(since),
      day(due),
      waiters,
      institutionId === null ? [] : [institutionId],
      closed === null ? null : day(closed),
    ],
  );
}

const dashboard = async (selection: string, filter: object = {}, by: Principal = secretariat) => {
  const { data, errors } = await room.ask(
    by,
    `query ($filter: DashboardFilter) { dashboard(filter: $filter, purpose: "例会") { ${selection} } }`,
    { filter },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.dashboard;
};
const order = (ranking: { edges: { node: { value: number; institution: { id: string } } }[] }) =>
  ranking.edges.map(({ node }) => [node.institution.id, node.value]);
const ranked = 'edges { node { value institution { id } } }';

test('seats in force are counted by body, and those whose term ends within 90 days', async () => {
  const selection = `governance { expiringSeats bodies { kind bodies seatsFilled expiringSeats } openMotions
    overdueMeetings experts servicePoints { kind servicePoints } }`;
  const { governance } = await dashboard(selection);
  expect(governance).toMatchObject({ expiringSeats: 2, openMotions: 0, overdueMeetings: [], experts: 0 });
  expect(governance.bodies).toContainEqual({ kind: 'COUNCIL', bodies: 1, seatsFilled: 2, expiringSeats: 2 });
  expect(governance.bodies).toContainEqual({ kind: 'ASSEMBLY', bodies: 1, seatsFilled: 0, expiringSeats: 0 });
  const own = await dashboard(selection, { institutionIds: ['inst_a'] });
  expect(own.governance.expiringSeats).toBe(1);
});

test('tasks are counted by type, with the median of the days that they took', async () => {
  await task('inst_a', 'Deposit', 1, 3);
  await task('inst_a', 'Deposit', 1, 5);
  await task('inst_a', 'Deposit', 1, 12);
  await task('inst_b', 'Deposit', 2, 3);
  await task('inst_b', 'Deposit', 2, null, 10);
  await task('inst_c', 'Agreement', 2, null);
  await task(null, 'MembershipCase', 2, null);
  const selection = 'tasks { open overdue byType { subjectType open overdue closed daysToClose } }';
  expect((await dashboard(selection)).tasks).toEqual({
    open: 3,
    overdue: 1,
    byType: [
      { subjectType: 'Agreement', open: 1, overdue: 0, closed: 0, daysToClose: null },
      { subjectType: 'Deposit', open: 1, overdue: 1, closed: 4, daysToClose: 2 },
      { subjectType: 'MembershipCase', open: 1, overdue: 0, closed: 0, daysToClose: null },
    ],
  });
  expect((await dashboard(selection, { institutionIds: ['inst_b', 'inst_c'] })).tasks).toMatchObject({
    open: 2,
    overdue: 1,
  });
});

test('the slowest institutions are ranked, those without such a figure are not', async () => {
  const { slow, late } = await dashboard(
    `slow: taskRanking(by: DAYS_TO_CLOSE) { ${ranked} } late: taskRanking(by: OVERDUE) { ${ranked} }`,
  );
  expect(order(slow)).toEqual([
    ['inst_a', 4],
    ['inst_b', 1],
  ]);
  expect(order(late)).toEqual([
    ['inst_b', 1],
    ['inst_a', 0],
    ['inst_c', 0],
  ]);
});

test('activities of the last three years are counted, from the day after the first', async () => {
  const { activity, activityRanking } = await dashboard(
    `activity { since byKind { kind activities institutions } exitCandidates } activityRanking { ${ranked} }`,
  );
  expect(activity).toEqual({
    since: '2023-01-15',
    byKind: [
      { kind: 'RESOURCE', activities: 2, institutions: 1 },
      { kind: 'TRADE', activities: 2, institutions: 1 },
    ],
    exitCandidates: 0,
  });
  expect(order(activityRanking)).toEqual([
    ['inst_a', 4],
    ['inst_b', 0],
    ['inst_c', 0],
    ['inst_d', 0],
  ]);
});

test('a supervisor gets the tasks, seats and activities of the scope, and nothing of motions and meetings', async () => {
  const scope = await giveScope(room, { institutionIds: ['inst_a'] });
  await openVisit(room, scope.id);
  const seen = await dashboard(
    `governance { expiringSeats openMotions overdueMeetings experts } tasks { open byType { subjectType closed } }
     taskRanking(by: OVERDUE) { ${ranked} } activity { byKind { activities } }`,
    {},
    supervisor,
  );
  expect(seen.governance).toEqual({
    expiringSeats: 1,
    openMotions: null,
    overdueMeetings: null,
    experts: null,
  });
  expect(seen.tasks).toEqual({ open: 0, byType: [{ subjectType: 'Deposit', closed: 3 }] });
  expect(order(seen.taskRanking)).toEqual([['inst_a', 0]]);
  expect(seen.activity.byKind).toEqual([{ activities: 2 }, { activities: 2 }]);
});

test('counted tasks tell nobody else anything, and no single task is shown', async () => {
  const client = await room.connectAsApp();
  for (const [grants, types] of [
    ['REGISTRAR@inst_a', 0],
    ['SUPERVISOR@', 0],
    ['SECRETARIAT@', 3],
  ] as const) {
    await client.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.subject', 'x', false),
         set_config('app.grants', $1, false)`,
      [grants],
    );
    expect((await client.query('select * from task_figures(null, now())')).rowCount).toBe(types);
  }
  // The secretariat sees what waits for it, and not what waits for a registrar.
  expect((await client.query('select type from task')).rows).toEqual([{ type: 'MembershipCase' }]);
});
