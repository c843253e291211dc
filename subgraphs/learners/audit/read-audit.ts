import type { AuditAction } from '../../kit/room/audit/audit-actions.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';

/** A row that holds somebody's data. */
export interface PersonalRow {
  readonly id: string;
  readonly learnerId: string | null;
  readonly ownerSubject: string | null;
}

const noted = new WeakMap<RequestScope, Set<string>>();

/**
 * Notes that a person read somebody else's data, where the rows are read: one audit row per learner, action and
 * request is enough to answer "who looked at me". Reading one's own data is nobody's business, and services of this
 * house act for somebody who is noted where they ask.
 */
export function noteReads(
  scope: RequestScope,
  action: AuditAction,
  subjectType: string,
  rows: readonly PersonalRow[],
): void {
  if (scope.principal.kind !== 'PERSON') return;
  const known = noted.get(scope) ?? new Set<string>();
  noted.set(scope, known);
  for (const row of rows) {
    if (row.ownerSubject === scope.principal.subject) continue;
    // Without a known learner the deposit itself is what was read.
    const key = `${action} ${row.learnerId ?? row.id}`;
    if (known.has(key)) continue;
    known.add(key);
    scope.audit({ action, outcome: 'ALLOWED', subjectType, subjectId: row.id, learnerId: row.learnerId });
  }
}

/** Notes that somebody asked by id for what is absent or hidden; the two look the same to them and to the trail. */
export function noteDenial(scope: RequestScope, action: AuditAction, subjectType: string, id: string): void {
  scope.audit({
    action,
    outcome: 'DENIED',
    subjectType,
    subjectId: id.slice(0, 64),
    detail: { code: 'NOT_FOUND' },
  });
}
