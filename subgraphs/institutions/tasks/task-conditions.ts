import type { FilterQuery } from '@mikro-orm/postgresql';
import type { Principal } from '../../kit/base/identity/principal.js';
import type { TaskRow } from './task.entity.js';
import { keysOf, personKey } from './task-keys.js';
import { TaskState, type TaskFilter } from './task.types.js';

type Condition = FilterQuery<TaskRow>;

/**
 * Whether a task has begun. A room says at once what it will wait for only later (a seat before its end), since no
 * event comes at that instant; until then it is nobody's task.
 */
export function begunBy(now: Date): Condition {
  return { since: { $lte: now } };
}

/** Whether a task is open at an instant; a wait that the calendar ends is closed without an event. */
function openAt(now: Date): Condition {
  return { closedAt: null, $or: [{ lapsesAt: null }, { lapsesAt: { $gt: now } }] };
}

/** What of the open tasks is in somebody's inbox: what waits for them, and what they are told of because it is late. */
function inInboxOf(principal: Principal, now: Date): Condition {
  const keys = keysOf(principal);
  return {
    $or: [
      {
        $and: [
          { waitsFor: { $overlap: keys } },
          { $not: { notFor: { $overlap: [personKey(principal.subject)] } } },
        ],
      },
      { $and: [{ overdueFor: { $overlap: keys } }, { dueAt: { $lte: now } }] },
    ],
  };
}

/** A client's filter as conditions, joined by AND. */
export function conditionsOf(filter: TaskFilter, principal: Principal, now: Date): Condition[] {
  const { types, institutionId, overdue, dueBefore, mine } = filter;
  const conditions: Condition[] =
    filter.state === TaskState.CLOSED
      ? [{ $or: [{ closedAt: { $ne: null } }, { lapsesAt: { $lte: now } }] }]
      : [openAt(now), inInboxOf(principal, now)];
  conditions.push(begunBy(now));
  if (types != null) conditions.push({ type: { $in: types } });
  if (institutionId != null) conditions.push({ institutionIds: { $contains: [institutionId] } });
  if (overdue === true) conditions.push({ dueAt: { $lte: now } });
  if (overdue === false) conditions.push({ $or: [{ dueAt: null }, { dueAt: { $gt: now } }] });
  if (dueBefore != null) conditions.push({ dueAt: { $lt: dueBefore } });
  if (mine === true) conditions.push({ waitsFor: { $overlap: [personKey(principal.subject)] } });
  return conditions;
}
