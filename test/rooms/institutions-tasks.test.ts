import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  admin,
  away,
  done,
  entrant,
  home,
  registrar,
  secretariat,
  startInbox,
  stranger,
  workEvent,
  type InboxRoom,
} from './inbox-room.js';
import { person } from './room-on-postgres.js';

let room: InboxRoom;
beforeAll(async () => {
  room = await startInbox();
});
afterAll(async () => room[Symbol.asyncDispose]());

const of = (type: string, more = '') => `(filter: {types: ["${type}"]${more}})`;
const waitsAt = (institutionId: string) => [{ role: 'REGISTRAR', institutionId, subject: null }];
const summary = async (principal: Parameters<InboxRoom['ask']>[0], id?: string) => {
  const { data } = await room.ask(
    principal,
    'query ($id: ID) { taskSummary(id: $id) { id open overdue byType { subjectType open overdue } } }',
    { id },
  );
  return data.taskSummary;
};

describe('the inbox', () => {
  test('shows a row to those for whom it waits, with what may be done, and to nobody else', async () => {
    await room.tell({ id: 'dep_1', type: 'Shown' });
    expect(
      await room.inbox(
        registrar,
        of('Shown'),
        `state subjectType subjectId subjectVersion subjectState title about institutionIds dueAt overdue closedAt
         waitsForMe actions { action mutation title inBatch needsReason }`,
      ),
    ).toEqual([
      {
        state: 'OPEN',
        subjectType: 'Shown',
        subjectId: 'dep_1',
        subjectVersion: 1,
        subjectState: 'VALIDATED',
        title: 'To be reviewed',
        about: 'dep_1',
        institutionIds: [home],
        dueAt: '2026-01-30T16:00:00.000Z',
        overdue: false,
        closedAt: null,
        waitsForMe: true,
        actions: [
          {
            action: 'reviewDeposit',
            mutation: 'reviewDeposit',
            title: 'Approve',
            inBatch: true,
            needsReason: false,
          },
          {
            action: 'rejectDeposit',
            mutation: 'reviewDeposit',
            title: 'Reject',
            inBatch: true,
            needsReason: true,
          },
          {
            action: 'revokeDeposit',
            mutation: 'revokeDeposit',
            title: null,
            inBatch: false,
            needsReason: false,
          },
        ],
      },
    ]);
    for (const other of [stranger, admin, secretariat, person('nobody'), person('x', 'REGISTRAR')]) {
      expect(await room.inbox(other, of('Shown'))).toEqual([]);
    }
  });

  test('does not show a row to the official whom the two-person rule would refuse', async () => {
    await room.tell({ id: 'dep_2', type: 'TwoPersons' });
    expect(await room.inbox(entrant, of('TwoPersons'))).toEqual([]);
    expect(await room.inbox(registrar, of('TwoPersons'))).toEqual([{ about: 'dep_2' }]);
  });

  test('shows to a person by name what waits for them, and only that where they ask for it', async () => {
    const expert = person('expert-7', 'EXPERT');
    await room.tell(
      { id: 'out_1', type: 'Named', waitsFor: [{ role: null, institutionId: null, subject: 'expert-7' }] },
      { id: 'out_2', type: 'Named', waitsFor: [{ role: 'EXPERT', institutionId: null, subject: null }] },
    );
    expect(await room.inbox(expert, of('Named'))).toHaveLength(2);
    expect(await room.inbox(expert, of('Named', ', mine: true'))).toEqual([{ about: 'out_1' }]);
    expect(await room.inbox(person('expert-8', 'EXPERT'), of('Named'))).toEqual([{ about: 'out_2' }]);
    // The key of a person by name is no role that somebody could be called.
    expect(await room.inbox(person('EXPERT@', 'TEACHER@inst_home'), of('Named'))).toEqual([]);
  });

  test('shows what waits at a service point to its clerks, and to those of no other point', async () => {
    const at = { role: 'SERVICE_POINT_CLERK', institutionId: home, subject: null, servicePointId: 'spt_1' };
    await room.tell({ id: 'acc_1', type: 'AtPoint', waitsFor: [at] });
    const clerkAt = (place: string) => person('clerk', `SERVICE_POINT_CLERK@${place}`);
    expect(await room.inbox(clerkAt(`${home}/spt_1`), of('AtPoint'))).toEqual([{ about: 'acc_1' }]);
    for (const place of [`${home}/spt_2`, `${away}/spt_1`, home])
      expect(await room.inbox(clerkAt(place), of('AtPoint'))).toEqual([]);
  });

  test('tells the secretariat of what is late anywhere, and of nothing before', async () => {
    await room.tell({ id: 'dep_3', type: 'Late', dueAt: '2026-01-15T07:59:59.000Z' });
    await room.tell({ id: 'dep_4', type: 'Late' });
    expect(await room.inbox(secretariat, of('Late'), 'about overdue waitsForMe')).toEqual([
      { about: 'dep_3', overdue: true, waitsForMe: false },
    ]);
    expect(await room.inbox(registrar, of('Late', ', overdue: false'))).toEqual([{ about: 'dep_4' }]);
    expect(await room.inbox(registrar, of('Late', ', dueBefore: "2026-01-16T00:00:00Z"'))).toEqual([
      { about: 'dep_3' },
    ]);
  });

  test('narrows to an institution, for somebody who serves two', async () => {
    const both = person('both', `REGISTRAR@${home}`, `REGISTRAR@${away}`);
    await room.tell({ id: 'dep_5', type: 'Two' }, { id: 'dep_6', type: 'Two', waitsFor: waitsAt(away) });
    expect(await room.inbox(both, of('Two'))).toHaveLength(2);
    expect(await room.inbox(both, of('Two', `, institutionId: "${away}"`))).toEqual([{ about: 'dep_6' }]);
  });

  test('is read page by page, the soonest first and what has no date last, none twice and none left out', async () => {
    const days = [9, 3, null, 3, 5];
    await room.tell(
      ...days.map((day, n) => ({
        id: `pg_${n}`,
        type: 'Paged',
        dueAt: day === null ? null : `2026-02-0${day}T00:00:00.000Z`,
      })),
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const {
        data,
      }: {
        data: {
          tasks: {
            edges: { node: { about: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      } = await room.ask(
        registrar,
        `query ($after: String) { tasks(filter: {types: ["Paged"]}, first: 2, after: $after) {
             edges { node { about } } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      seen.push(...data.tasks.edges.map(({ node }) => node.about));
      after = data.tasks.pageInfo.hasNextPage ? data.tasks.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(['pg_1', 'pg_3', 'pg_4', 'pg_0', 'pg_2']);
  });

  test('counts by type and by lateness, for an institution or for the alliance alone too', async () => {
    const clerk = person('clerk', 'REGISTRAR@inst_c', 'CERTIFICATION_CENTRE');
    const clerks = waitsAt('inst_c');
    const centre = [{ role: 'CERTIFICATION_CENTRE', institutionId: null, subject: null }];
    await room.tell(
      { id: 'c_1', type: 'A', waitsFor: clerks },
      { id: 'c_2', type: 'A', waitsFor: clerks, dueAt: '2026-01-01T00:00:00.000Z' },
      { id: 'c_3', type: 'B', waitsFor: centre, dueAt: null },
    );
    expect(await summary(clerk)).toEqual({
      id: 'all',
      open: 3,
      overdue: 1,
      byType: [
        { subjectType: 'A', open: 2, overdue: 1 },
        { subjectType: 'B', open: 1, overdue: 0 },
      ],
    });
    expect(await summary(clerk, 'inst_c')).toMatchObject({ id: 'inst_c', open: 2 });
    expect(await summary(clerk, 'alliance')).toMatchObject({ id: 'alliance', open: 1 });
    expect(await summary(person('nobody'))).toMatchObject({ open: 0, byType: [] });
  });

  test('wakes those who watch a task and the figures of its institution, once the change is durable', async () => {
    const signals: string[] = [];
    const unsubscribe = room.wakeBus.subscribe(({ type, id }) => void signals.push(`${type} ${id}`));
    await room.tell({ id: 'dep_w', type: 'Woken' }, { ...done('dep_w', 2), type: 'Woken' });
    unsubscribe();
    const [task] = (await room.sql.query(`select id from task where type = 'Woken'`)).rows;
    const woken = [`Task ${task.id}`, `TaskSummary ${home}`];
    expect(signals.filter((signal) => signal.startsWith('Task'))).toEqual([...woken, ...woken]);
  });
});

describe('the projection', () => {
  const rows = async (type: string) =>
    (
      await room.sql.query(
        `select state, version, closed_at from task where type = $1 order by since, version`,
        [type],
      )
    ).rows;

  test('closes a task when nobody is waited for, and keeps it as history', async () => {
    await room.tell({ id: 'h_1', type: 'Closed' }, { ...done('h_1', 2), type: 'Closed' });
    expect(await room.inbox(registrar, of('Closed'))).toEqual([]);
    expect(await room.inbox(registrar, of('Closed', ', state: CLOSED'), 'state about closedAt')).toEqual([
      { state: 'CLOSED', about: 'h_1', closedAt: '2026-01-16T08:00:00.000Z' },
    ]);
  });

  test('makes a task of its own of each state in which the row waits, and of each time it waits anew', async () => {
    const again = { type: 'Anew', since: '2026-01-18T08:00:00.000Z' };
    await room.tell(
      { id: 'a_1', type: 'Anew' },
      { id: 'a_1', type: 'Anew', version: 2, state: 'HELD', since: '2026-01-17T08:00:00.000Z' },
      { id: 'a_1', version: 3, ...again },
    );
    expect((await rows('Anew')).map(({ state, closed_at }) => [state, closed_at === null])).toEqual([
      ['VALIDATED', false],
      ['HELD', false],
      ['VALIDATED', true],
    ]);
  });

  test('changes a task in place while the row waits on in its state', async () => {
    await room.tell({ id: 'i_1', type: 'Kept' }, { id: 'i_1', type: 'Kept', waitsFor: waitsAt(away) });
    expect(await room.inbox(registrar, of('Kept'))).toEqual([]);
    expect(await room.inbox(stranger, of('Kept'))).toEqual([{ about: 'i_1' }]);
    expect(await rows('Kept')).toHaveLength(1);
  });

  test('ignores what is older than what it knows, and what comes again', async () => {
    const first = workEvent({ id: 'o_1', type: 'Old' });
    await room.tellEvents('learners', first);
    await room.tell({ ...done('o_1', 3), type: 'Old' });
    await room.tell({ id: 'o_1', type: 'Old', version: 2 });
    await room.tellEvents('learners', first);
    expect(await rows('Old')).toMatchObject([
      { state: 'VALIDATED', version: 3, closed_at: expect.anything() },
    ]);
  });

  test('lets a wait that the calendar ends be closed from that instant on, without an event', async () => {
    const lapsesAt = '2026-01-15T08:00:00.000Z';
    await room.tell(
      { id: 'l_1', type: 'Lapsed', lapsesAt },
      { id: 'l_2', type: 'Lapsed', lapsesAt: '2026-01-15T08:00:00.001Z' },
    );
    expect(await room.inbox(registrar, of('Lapsed'))).toEqual([{ about: 'l_2' }]);
    expect(await room.inbox(registrar, of('Lapsed', ', state: CLOSED'), 'about closedAt')).toEqual([
      { about: 'l_1', closedAt: lapsesAt },
    ]);
  });

  test('does not show, count or tell by id what begins to wait only later, and shows it from that instant on', async () => {
    const since = '2026-01-15T08:00:00.001Z';
    const official = person('early', 'SECRETARIAT');
    const waitsFor = [{ role: 'SECRETARIAT', institutionId: null, subject: null }];
    await room.tell({ id: 'seat_1', type: 'Later', since, waitsFor, dueAt: '2026-04-15T08:00:00.000Z' });
    await room.tell({ id: 'seat_2', type: 'Later', since, waitsFor });
    await room.tell({ ...done('seat_2', 2), type: 'Later' });
    const rows = await room.sql.query(`select id from task where type = 'Later' and closed_at is null`);
    const byId = `{ task(id: "${rows.rows[0].id}") { about } }`;
    const counted = async () =>
      (await summary(official)).byType.filter(
        ({ subjectType }: { subjectType: string }) => subjectType === 'Later',
      );

    expect(await room.inbox(official, of('Later'))).toEqual([]);
    expect(await room.inbox(official, of('Later', ', state: CLOSED'))).toEqual([]);
    expect(await counted()).toEqual([]);
    expect((await room.ask(official, byId)).data.task).toBeNull();
    room.clock.advance(1);
    expect(await room.inbox(official, of('Later'))).toEqual([{ about: 'seat_1' }]);
    expect(await counted()).toEqual([{ subjectType: 'Later', open: 1, overdue: 0 }]);
    expect((await room.ask(official, byId)).data.task).toEqual({ about: 'seat_1' });
  });

  test('closes a wait when the room says so, where the next one of the row lies ahead', async () => {
    const next = { version: 2, since: '2028-01-01T00:00:00.000Z', type: 'Renewed' };
    await room.tell({ id: 'seat_3', type: 'Renewed' }, { id: 'seat_3', ...next });
    expect(await room.inbox(registrar, of('Renewed'))).toEqual([]);
    expect(await room.inbox(registrar, of('Renewed', ', state: CLOSED'), 'closedAt')).toEqual([
      { closedAt: '2026-01-16T08:00:00.000Z' },
    ]);
  });
});
