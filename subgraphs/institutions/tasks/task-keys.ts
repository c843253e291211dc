import { servicePointsOf, type Principal } from '../../kit/base/identity/principal.js';
import type { Waiter, WorkChanged } from '../../kit/room/work/work-event.js';

const clerk = 'SERVICE_POINT_CLERK';

/**
 * Those for whom a task waits, and those who ask, are both written as keys, so that one overlap of two lists decides:
 * `ROLE@institution` for a role at an institution, `ROLE@institution/point` for a clerk, `ROLE@` for a role held
 * anywhere, `@subject` for a person by name. `app_task_keys()` in the database writes the same keys of the session's
 * principal.
 */
export function keyOf({ role, institutionId, subject, servicePointId }: Waiter): string {
  if (role === null) return `@${subject ?? ''}`;
  const place = servicePointId === undefined ? '' : `/${servicePointId}`;
  return `${role}@${institutionId ?? ''}${place}`;
}

/** The key of a person by name. */
export function personKey(subject: string): string {
  return `@${subject}`;
}

/** Every key that the principal has. */
export function keysOf(principal: Principal): string[] {
  const held = principal.grants.flatMap(({ role, institutionId }) => [
    ...(role === clerk ? [] : [`${role}@${institutionId ?? ''}`]),
    `${role}@`,
  ]);
  const served = servicePointsOf(principal).map((point) => keyOf({ role: clerk, subject: null, ...point }));
  const named = principal.kind === 'PERSON' && principal.subject !== '' ? [personKey(principal.subject)] : [];
  return [...new Set([...held, ...served, ...named])];
}

/** Roles that are held for an institution; the others belong to the bodies of the alliance. */
const institutional: readonly string[] = ['TEACHER', 'REGISTRAR', 'SERVICE_POINT_CLERK', 'INSTITUTION_ADMIN'];

/** Whom to tell when a piece of work is late: at its own institutions, or anywhere for a body of the alliance. */
export function overdueKeys({
  overdueRole,
  waitsFor,
}: Pick<WorkChanged, 'overdueRole' | 'waitsFor'>): string[] {
  return institutional.includes(overdueRole)
    ? institutionsIn(waitsFor).map((institutionId) => `${overdueRole}@${institutionId}`)
    : [`${overdueRole}@`];
}

/** The institutions whose officials are waited for. */
export function institutionsIn(waitsFor: readonly Waiter[]): string[] {
  return [...new Set(waitsFor.flatMap(({ institutionId }) => institutionId ?? []))];
}
