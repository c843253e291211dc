import { legalDate } from '../../kit/base/clock.js';
import { dueDateAfter, endOfLegalDay } from '../../kit/room/machine/due-date.js';
import { ServiceCategory, ServicePriority } from './service-request.types.js';

/**
 * Calendar days in which the secretariat answers, by category. The charter promises guidance and names no term
 * (art. 11(3)); these are the house's own.
 */
const answerWithinDays: Record<ServiceCategory, number> = {
  [ServiceCategory.FAULT]: 3,
  [ServiceCategory.DATA]: 7,
  [ServiceCategory.INTEGRATION]: 10,
  [ServiceCategory.RULES]: 14,
  [ServiceCategory.TRAINING]: 20,
  [ServiceCategory.OTHER]: 14,
};

/** Calendar days in which the member closes or reopens what was answered. */
const closeWithinDays = 14;

/** When an answer that is asked for now is late; an urgent one has half the days, rounded up. */
export function answerDueAt(category: ServiceCategory, priority: ServicePriority, now: Date): Date {
  const days = answerWithinDays[category];
  const granted = priority === ServicePriority.URGENT ? Math.ceil(days / 2) : days;
  return endOfLegalDay(dueDateAfter(legalDate(now), granted));
}

/** When the member's word on an answer given now is late. */
export function closeDueAt(now: Date): Date {
  return endOfLegalDay(dueDateAfter(legalDate(now), closeWithinDays));
}
