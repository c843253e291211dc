import { rateKeyOf, type RateLimit } from '../security/rate-limit.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';

/** Planning for so long costs as much as another operation. */
const millisecondsPerPoint = 10;

/**
 * Lets whoever asks something that has to be planned pay for the time, so that nobody can keep a gateway busy with large
 * operations of which no two are the same. The operation itself is answered; it is the next one that may be refused.
 * @returns what to call with the milliseconds that planning took
 */
export function planningPrice(
  rateLimit: RateLimit,
  principal: Principal,
  address: string,
): (milliseconds: number) => void {
  return (milliseconds) => {
    const points = Math.floor(milliseconds / millisecondsPerPoint);
    // What is owed may exceed what is left: the limit itself then refuses the next request, which is all that is wanted.
    if (points > 0) rateLimit.consume(rateKeyOf(principal, address), points).catch(() => undefined);
  };
}
