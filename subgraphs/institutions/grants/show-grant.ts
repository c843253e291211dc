import type { GrantRow } from './grant.entity.js';
import type { Grant, GrantRole } from './grant.types.js';

/** What the graph shows of a grant. */
export function showGrant(row: GrantRow): Grant {
  return {
    id: row.id,
    subject: row.subject,
    role: row.role as GrantRole,
    institutionId: row.institutionId ?? null,
    servicePointId: row.servicePointId ?? null,
    delegatedFromId: row.delegatedFrom ?? null,
    delegable: row.delegable,
    purpose: row.purpose ?? null,
    givenBy: row.givenBy,
    from: row.validFrom,
    to: row.validTo ?? null,
    reviewDueAt: row.reviewDueAt ?? null,
    endReason: row.endReason ?? null,
    version: row.version,
  };
}

/** Whether a grant gives something at an instant. */
export function isInForce(row: GrantRow, at: Date): boolean {
  return row.validFrom <= at && !isOver(row, at);
}

/** Whether a grant gives nothing any more from an instant on. */
export function isOver(row: GrantRow, at: Date): boolean {
  return row.validTo != null && row.validTo <= at;
}
