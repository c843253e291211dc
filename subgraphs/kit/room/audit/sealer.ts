import { createWorkLoop } from '../jobs/work-loop.js';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/log.js';
import type { Transact } from '../database/sql.js';
import { sealAudit, type SealingKey } from './seal-audit.js';

export { sealingKey, type SealingKey } from './seal-audit.js';

/** Seals a room's trail every so often. */
export interface Sealer {
  start(): void;
  /** Resolves when the batch under way is finished. */
  stop(): Promise<void>;
}

/** A sealer that works every `everyMs` (a minute by default); a failed round is logged and tried again. */
export function createSealer(options: {
  readonly transact: Transact;
  readonly key: SealingKey;
  readonly clock: Clock;
  readonly log: Logger;
  readonly everyMs?: number;
}): Sealer {
  return createWorkLoop({
    clock: options.clock,
    everyMs: options.everyMs ?? 60_000,
    work: async () => {
      const { rows, seals, head } = await sealAudit(options.transact, options.key, { clock: options.clock });
      if (seals > 0) options.log.info({ rows, seals, head }, 'audit rows sealed');
    },
    failed: (error) => options.log.error({ err: error }, 'audit rows could not be sealed'),
  });
}
