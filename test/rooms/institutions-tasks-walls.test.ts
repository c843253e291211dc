import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { away, done, home, startInbox, type InboxRoom } from './inbox-room.js';

let room: InboxRoom;
beforeAll(async () => {
  room = await startInbox();
});
afterAll(async () => room[Symbol.asyncDispose]());

describe('past the service', () => {
  test('the database shows tasks by the keys of the session only, and takes them from services only', async () => {
    await room.tell({ id: 'w_1', type: 'Wall' });
    const app = await room.connectAsApp();
    const seen = async (kind: string, subject: string, grants: string) => {
      await app.query('begin');
      await app.query(
        `select set_config('app.kind', $1, true), set_config('app.subject', $2, true), set_config('app.grants', $3, true)`,
        [kind, subject, grants],
      );
      const { rowCount } = await app.query(`select from task where type = 'Wall'`);
      await app.query('rollback');
      return rowCount;
    };
    expect(await seen('PERSON', 'r', `TEACHER@x,REGISTRAR@${home}`)).toBe(1);
    expect(await seen('PERSON', 'r', 'REGISTRAR@,SECRETARIAT@')).toBe(1);
    expect(await seen('PERSON', 'r', `REGISTRAR@${away},REGISTRAR@`)).toBe(0);
    expect(await seen('PERSON', '', '')).toBe(0);
    expect(await seen('', '', '')).toBe(0);
    await expect(
      app.query(`update task set about = 'x' where type = 'Wall' returning id`),
    ).resolves.toMatchObject({ rowCount: 0 });
    await app.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.grants', 'SECRETARIAT@', false)`,
    );
    await expect(
      app.query(
        `insert into task (id, room, type, subject_id, version, state, about, since, waits_for, overdue_for, not_for,
           institution_ids, actions, steps)
         values ('task_x', 'learners', 'Wall', 'w', 1, 'S', 'a', now(), '{SECRETARIAT@}', '{}', '{}', '{}', '[]', '[]')`,
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('the database shows a clerk what waits at the service point, not what waits for all clerks of the house', async () => {
    const waiter = { role: 'SERVICE_POINT_CLERK', institutionId: home, subject: null };
    await room.tell(
      { id: 'p_1', type: 'Point', waitsFor: [{ ...waiter, servicePointId: 'spt_1' }] },
      { id: 'p_2', type: 'Point', waitsFor: [waiter] },
    );
    const app = await room.connectAsApp();
    const seen = async (points: string) => {
      await app.query(
        `select set_config('app.kind', 'PERSON', false), set_config('app.subject', 'clerk', false),
           set_config('app.grants', $1, false), set_config('app.service_points', $2, false)`,
        [`SERVICE_POINT_CLERK@${home}`, points],
      );
      const { rows } = await app.query(`select subject_id from task where type = 'Point'`);
      return rows.map(({ subject_id: id }) => id as string);
    };
    expect(await seen(`${home}/spt_1`)).toEqual(['p_1']);
    expect(await seen(`${home}/spt_2,${away}/spt_1`)).toEqual([]);
    expect(await seen('')).toEqual([]);
  });

  test('a closed task stays as it is, none is deleted, and no row waits twice', async () => {
    await room.tell(
      { id: 'g_1', type: 'Guard' },
      { ...done('g_1', 2), type: 'Guard' },
      { id: 'g_2', type: 'Guard' },
    );
    const refused = (statement: string, constraint: string) =>
      expect(room.sql.query(statement)).rejects.toMatchObject({ constraint });
    await refused(`update task set closed_at = null where subject_id = 'g_1'`, 'task_closed_final');
    await refused(`delete from task where subject_id = 'g_2'`, 'task_never_deleted');
    await refused(`update task set state = 'HELD' where subject_id = 'g_2'`, 'task_subject_fixed');
    await refused(
      `insert into task (id, room, type, subject_id, version, state, about, since, waits_for, overdue_for, not_for,
         institution_ids, actions, steps)
       select 'task_2', room, type, subject_id, version, state, about, since, waits_for, overdue_for, not_for,
         institution_ids, actions, steps from task where subject_id = 'g_2'`,
      'task_open_key',
    );
  });
});
