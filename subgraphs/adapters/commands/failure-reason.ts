import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { DeliveryReport } from '../kit/driver-parts.js';
import type { OpenedSchool } from './opened-school.js';

/** What went wrong, as an engineer of the school needs it: the system's own words stand behind ours. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof AmrloError)) return error instanceof Error ? error.message : String(error);
  const own = error.messageIn('en');
  const cause = causeOf(error);
  return cause === '' ? own : `${own} (${cause})`;
}

/** The reason of a failure of the school's system, with why its deliveries were refused where that is behind it. */
export function schoolReasonOf(error: unknown, { deliveries }: Pick<OpenedSchool, 'deliveries'>): string {
  const refused = deliveries.filter(({ taken }) => !taken).map(refusalOf);
  const isOfDelivery = error instanceof AmrloError && causeOf(error) === '' && refused.length > 0;
  return isOfDelivery ? `${error.messageIn('en')} ${[...new Set(refused)].join(' ')}` : reasonOf(error);
}

/** Why a delivery was refused. */
export function refusalOf({ refusal }: Pick<DeliveryReport, 'refusal'>): string {
  return `A delivery was refused: ${refusal === null ? 'no reason was given.' : reasonOf(refusal)}`;
}

/** Whether a failure is of the school's system or the way to it, so that other questions may fail for the same reason. */
export function isOfTheSystem(error: unknown): boolean {
  return error instanceof AmrloError && /^SCHOOL_(?:UNAVAILABLE|TIMEOUT)$/.test(error.code);
}

/** A driver of databases tells several addresses that were tried by a code alone. */
function causeOf({ cause }: AmrloError): string {
  if (!(cause instanceof Error)) return '';
  const { message, code, hint } = cause as Error & { readonly code?: unknown; readonly hint?: unknown };
  const first = message.split('\n')[0] || (typeof code === 'string' ? code : '');
  return typeof hint === 'string' ? `${first}; ${hint}` : first;
}
