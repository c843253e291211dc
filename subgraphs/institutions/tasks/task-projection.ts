import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { OutboxEvent } from '../../kit/room/outbox/outbox-event.js';
import { workAnsweredType, type WorkAnswered, type WorkChanged } from '../../kit/room/work/work-event.js';
import { institutionsIn, keyOf, overdueKeys, personKey } from './task-keys.js';

/** A task that an event has opened or closed, and the institutions that it waits for. */
export interface TaskChange {
  readonly kind: 'OPENED' | 'CHANGED' | 'CLOSED';
  readonly taskId: string;
  readonly institutionIds: readonly string[];
  /** The state in which the row waits, or has waited. */
  readonly state: string;
}

interface KnownTask {
  readonly id: string;
  readonly state: string;
  readonly since_ms: string;
  readonly version: number;
  readonly is_open: boolean;
  readonly institution_ids: string;
}

/**
 * Brings the tasks of one row to what its room says of it. Events of a row come in their order; one that comes again,
 * or is older than what is known, changes nothing. A row that waits in another state, or anew, is another task.
 * @returns what changed, the closing before the opening
 */
export async function applyWork(room: string, event: OutboxEvent, sql: Sql): Promise<TaskChange[]> {
  if (event.type === workAnsweredType) return applyAnswer(room, event, sql);
  const work = event.payload as unknown as WorkChanged;
  const known = await latestTask(sql, room, work);
  if (known !== undefined && known.version > event.version) return [];
  const open = known?.is_open === true ? known : undefined;
  const waits = work.waitsFor.length > 0;
  const isSame =
    open !== undefined && open.state === work.state && Number(open.since_ms) === Date.parse(work.since);
  if (waits && isSame) return [await changeTask(sql, open.id, event.version, work)];
  // A closed task that comes again in its own state is the event that was handled already.
  const changes = open === undefined ? [] : [await closeTask(sql, open, event, work)];
  return waits ? [...changes, await openTask(sql, room, event.version, work)] : changes;
}

/** One of those who are waited for has done their part: the task is open for the others, and hidden from this one. */
async function applyAnswer(room: string, { payload, version }: OutboxEvent, sql: Sql): Promise<TaskChange[]> {
  const { type, id, subject } = payload as unknown as WorkAnswered;
  const [task] = await sql.execute<{ id: string; state: string }>(
    `update task set version = ?::integer, not_for = case when not_for @> array[person.key] then not_for
       else not_for || person.key end
     from (select ?::text as key) person
     where room = ? and type = ? and subject_id = ? and closed_at is null and version < ?::integer
     returning task.id, state`,
    [version, personKey(subject), room, type, id, version],
  );
  return task === undefined
    ? []
    : [{ kind: 'CHANGED', taskId: task.id, institutionIds: [], state: task.state }];
}

async function latestTask(sql: Sql, room: string, { type, id }: WorkChanged): Promise<KnownTask | undefined> {
  const [known] = await sql.execute<KnownTask>(
    `select id, state, floor(extract(epoch from since) * 1000)::bigint::text as since_ms, version,
       closed_at is null as is_open, array_to_json(institution_ids)::text as institution_ids
     from task where room = ? and type = ? and subject_id = ?
     order by closed_at is null desc, version desc, since desc limit 1 for update`,
    [room, type, id],
  );
  return known;
}

async function openTask(sql: Sql, room: string, version: number, work: WorkChanged): Promise<TaskChange> {
  const id = newId('Task');
  await sql.execute(
    `insert into task (id, room, type, subject_id, state, since, version, ${shownColumns})
     values (?, ?, ?, ?, ?, ?::timestamptz, ?, ${shownValues})`,
    [id, room, work.type, work.id, work.state, work.since, version, ...shownOf(work)],
  );
  return { kind: 'OPENED', taskId: id, institutionIds: institutionsIn(work.waitsFor), state: work.state };
}

async function changeTask(sql: Sql, id: string, version: number, work: WorkChanged): Promise<TaskChange> {
  await sql.execute(
    `update task set (version, ${shownColumns}) = row (?::integer, ${shownValues}) where id = ?`,
    [version, ...shownOf(work), id],
  );
  return { kind: 'CHANGED', taskId: id, institutionIds: institutionsIn(work.waitsFor), state: work.state };
}

/** The wait ends when the next begins, or, where that lies ahead (a seat renewed), when the room said so. */
async function closeTask(
  sql: Sql,
  open: KnownTask,
  { version, occurredAt }: OutboxEvent,
  { since }: WorkChanged,
): Promise<TaskChange> {
  await sql.execute(
    `update task set version = ?::integer,
       closed_at = greatest(since, least(?::timestamptz, ?::timestamptz)) where id = ?`,
    [version, since, occurredAt, open.id],
  );
  return {
    kind: 'CLOSED',
    taskId: open.id,
    institutionIds: JSON.parse(open.institution_ids) as string[],
    state: open.state,
  };
}

const list = `array(select jsonb_array_elements_text(?::jsonb))`;
const shownColumns = `title_zh, title_en, about, due_at, lapses_at, actions, steps,
  waits_for, overdue_for, not_for, institution_ids`;
const shownValues = `?::text, ?::text, ?::text, ?::timestamptz, ?::timestamptz, ?::jsonb, ?::jsonb,
  ${list}, ${list}, ${list}, ${list}`;

function shownOf(work: WorkChanged): unknown[] {
  return [
    work.stateTitle?.zh ?? null,
    work.stateTitle?.en ?? null,
    work.about,
    work.dueAt,
    work.lapsesAt,
    JSON.stringify(work.actions),
    JSON.stringify(work.steps),
    JSON.stringify(work.waitsFor.map(keyOf)),
    JSON.stringify(overdueKeys(work)),
    JSON.stringify(work.notFor.map(personKey)),
    JSON.stringify(institutionsIn(work.waitsFor)),
  ];
}
