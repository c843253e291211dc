import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { InactivityEvidence } from '../activities/inactivity-evidence.js';

/** Years without any activity after which an exit may be proposed (charter art. 21.1). */
const yearsOfInactivity = 3;

/** What the standing council decides on: the window that was looked at and what was found in it; RFC 3339 instants. */
export interface InactivityFinding {
  /** Exclusive. */
  readonly windowFrom: string;
  /** Inclusive: the instant of the proposal. */
  readonly windowTo: string;
  readonly memberSince: string;
  readonly lastActivityAt: string | null;
  readonly counts: ReadonlyArray<{ readonly kind: string; readonly count: number }>;
}

/**
 * The same moment of the calendar and of the day some years earlier, in Asia/Shanghai; of a 29 February the last day of
 * February, so that the window is never shorter than the years it is named after.
 */
export function yearsBefore(at: Date, years: number): Date {
  const shanghaiMs = 8 * 60 * 60 * 1000;
  const local = new Date(at.getTime() + shanghaiMs);
  const day = local.getUTCDate();
  local.setUTCFullYear(local.getUTCFullYear() - years);
  if (local.getUTCDate() !== day) local.setUTCDate(0);
  return new Date(local.getTime() - shanghaiMs);
}

/**
 * Whether a member may be proposed for exit at an instant: active for three years without a break, and no counted activity of any
 * kind in (at - 3 years, at] (model.md section 2). Pure.
 * @throws AmrloError `MEMBER_TOO_NEW`, `MEMBER_IS_ACTIVE`
 */
export function findInactivity(evidence: InactivityEvidence, at: Date): InactivityFinding {
  const { lastActivityAt, memberSince, counts } = evidence;
  const windowFrom = yearsBefore(at, yearsOfInactivity);
  if (memberSince > windowFrom) throw refuse('MEMBER_TOO_NEW', { memberSince: legalDate(memberSince) });
  if (lastActivityAt !== null && lastActivityAt > windowFrom) {
    throw refuse('MEMBER_IS_ACTIVE', { lastActivity: legalDate(lastActivityAt) });
  }
  return {
    windowFrom: windowFrom.toISOString(),
    windowTo: at.toISOString(),
    memberSince: memberSince.toISOString(),
    lastActivityAt: lastActivityAt?.toISOString() ?? null,
    counts: Object.entries(counts).map(([kind, count]) => ({ kind, count })),
  };
}
