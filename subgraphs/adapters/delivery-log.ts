import type { Logger } from '../kit/base/log.js';
import type { DeliveryReport } from './kit/driver-parts.js';

/** Most faults of one delivery that are logged one by one; a file of the wrong kind has one in every row. */
const mostFaults = 200;

/**
 * Logs what became of deliveries: where rows were left out or fields are unknown, by file, row, field and code, so that
 * the school can find them. What stands in the cells is never logged.
 */
export function deliveryLog(log: Pick<Logger, 'info' | 'warn' | 'error'>): (report: DeliveryReport) => void {
  return ({ deliveredAt, taken, rejectedRows, faults, refusal }) => {
    for (const { file, row, field, code, rowRejected } of faults.slice(0, mostFaults)) {
      log.warn({ file, row, field, code, rowRejected }, 'a row of a delivery has a fault');
    }
    const facts = { deliveredAt: deliveredAt?.toISOString() ?? null, rejectedRows, faults: faults.length };
    if (taken) log.info(facts, 'a delivery was taken');
    else
      log.error(
        { ...facts, code: refusal?.code ?? null, reason: refusal?.message ?? null },
        'a delivery was refused',
      );
  };
}
