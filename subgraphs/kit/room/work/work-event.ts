import type { Json } from '../audit/canonical-json.js';
import type { Sql } from '../database/sql.js';
import { endOfLegalDay, dueDateAfter } from '../machine/due-date.js';
import {
  actorsWaitedFor,
  type Actor,
  type StateDefinition,
  type Title,
} from '../machine/machine-definition.js';
import { legalDate } from '../../base/clock.js';
import type { NewEvent } from '../outbox/emit.js';
import type { WorkItem, WorkRow, WorkSource, WorkStep } from './work-source.js';

/** The event that every room sends to the inbox of officials when a row of a machine has moved. */
export const workChangedType = 'WorkChanged';

/** The event by which a room says that one of many who are waited for by name has done their part. */
export const workAnsweredType = 'WorkAnswered';

/** Who is waited for: a role at an institution, a role of the alliance's bodies, or a person named by subject. */
export interface Waiter {
  readonly role: string | null;
  readonly institutionId: string | null;
  readonly subject: string | null;
  /** The service point outside of which a clerk is not meant; absent for every other role. */
  readonly servicePointId?: string;
}

/** An action that leads on from a state, and the mutation that takes it. */
export interface WorkAction {
  readonly action: string;
  readonly mutation: string;
  readonly title: Title | null;
}

/** What the event says; nobody is waited for when `waitsFor` is empty. */
export interface WorkChanged {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly stateTitle: Title | null;
  readonly about: string;
  /** RFC 3339. */
  readonly since: string;
  readonly dueAt: string | null;
  /** From when nobody is waited for, whatever the row says; null for most. */
  readonly lapsesAt: string | null;
  readonly waitsFor: readonly Waiter[];
  /** Subjects to whom it is not shown, because the guards refuse them. */
  readonly notFor: readonly string[];
  /** Who is told when it is late. */
  readonly overdueRole: string;
  /** What those who are waited for may do. */
  readonly actions: readonly WorkAction[];
  readonly steps: readonly WorkStep[];
}

/** The officials whom a state waits for; owners act for themselves, and services need no inbox. */
export function officialsWaitedFor(state: StateDefinition): readonly Actor[] {
  return actorsWaitedFor(state).filter((actor) => actor !== 'OWNER' && actor !== 'SERVICE');
}

/** What a row's state means for officials. */
export async function workOf<Row extends WorkRow>(
  source: WorkSource<Row>,
  row: Row,
  sql: Sql,
): Promise<WorkChanged> {
  const { definition } = source.machine;
  const state = definition.states[row.state];
  if (state === undefined) throw new Error(`${definition.name} has no state ${row.state}.`);
  const item = await source.item(row, sql);
  const officials = officialsWaitedFor(state);
  const waitsFor = officials.length === 0 ? [] : waitersOf(officials, item);
  const due = item.dueAt === undefined ? dueAt(state, item.since) : item.dueAt;
  const isOpen = waitsFor.length > 0;
  return {
    type: source.type,
    id: row.id,
    version: row.version,
    state: row.state,
    stateTitle: state.title ?? null,
    about: item.about,
    since: item.since.toISOString(),
    dueAt: due?.toISOString() ?? null,
    lapsesAt: item.lapsesAt?.toISOString() ?? null,
    waitsFor,
    notFor: item.notFor ?? [],
    overdueRole: state.overdue ?? 'SECRETARIAT',
    actions: isOpen ? actionsFrom(source, row.state, officials) : [],
    steps: isOpen ? (source.steps?.(row) ?? []) : [],
  };
}

/** The event of a row that was created or has moved. The row must be flushed and locked, as for every event. */
export async function workChanged<Row extends WorkRow>(
  source: WorkSource<Row>,
  row: Row,
  sql: Sql,
): Promise<NewEvent> {
  const work = await workOf(source, row, sql);
  return {
    type: workChangedType,
    aggregateType: source.type,
    aggregateId: row.id,
    version: row.version,
    payload: work as unknown as Json,
  };
}

/** What that event says: the row waits on, but no longer for this person. */
export interface WorkAnswered {
  readonly type: string;
  readonly id: string;
  readonly subject: string;
}

/**
 * The event of one person's part, where a row waits for many by name: of the same size however many they are, where
 * every `WorkChanged` names them all.
 */
export function workAnswered<Row extends WorkRow>(
  { type }: WorkSource<Row>,
  { id, version }: Row,
  subject: string,
): NewEvent {
  const answered: WorkAnswered = { type, id, subject };
  return {
    type: workAnsweredType,
    aggregateType: type,
    aggregateId: id,
    version,
    payload: answered as unknown as Json,
  };
}

function waitersOf(officials: readonly Actor[], item: WorkItem): Waiter[] {
  if (item.subjects !== undefined) {
    return item.subjects.map((subject) => ({ role: null, institutionId: null, subject }));
  }
  return officials.flatMap((actor): Waiter[] =>
    typeof actor === 'string'
      ? (item.institutionIds ?? []).flatMap((institutionId) => waitersAt(institutionId, actor, item))
      : [{ role: actor.role, institutionId: null, subject: null }],
  );
}

/** Clerks act at their service point only, so without one no clerk is waited for. */
function waitersAt(institutionId: string, role: string, { servicePointId }: WorkItem): Waiter[] {
  const waiter = { role, institutionId, subject: null };
  if (role !== 'SERVICE_POINT_CLERK') return [waiter];
  return servicePointId == null ? [] : [{ ...waiter, servicePointId }];
}

function actionsFrom<Row extends WorkRow>(
  { machine, mutations = {} }: WorkSource<Row>,
  state: string,
  officials: readonly Actor[],
): WorkAction[] {
  const roles = new Set(officials.map(roleOf));
  return Object.entries(machine.definition.actions)
    .filter(
      ([, action]) => action.from.includes(state) && action.by.some((actor) => roles.has(roleOf(actor))),
    )
    .map(([action, { title }]) => ({ action, mutation: mutations[action] ?? action, title: title ?? null }));
}

function roleOf(actor: Actor): string {
  return typeof actor === 'string' ? actor : actor.role;
}

function dueAt(state: StateDefinition, since: Date): Date | null {
  return state.dueInDays === undefined
    ? null
    : endOfLegalDay(dueDateAfter(legalDate(since), state.dueInDays));
}
