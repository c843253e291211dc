import { expect, test } from '@jest/globals';
import { createCompiledEngine } from '../../../gateway/engine/compiled-engine.js';
import { createApolloEngine } from '../../support/stock-engine/apollo-engine.js';
import { campaign } from './campaign.js';
import { asKeptCase } from './regressions.js';
import { toleratedFault } from './tolerated-faults.js';

const seconds = Number(process.env['AMRLO_DIFFERENTIAL_SECONDS'] ?? '15');
const seed = Number(process.env['AMRLO_DIFFERENTIAL_SEED'] ?? Date.now() % 1_000_000_000);

test(
  'whatever the federation, the operation and the failures, the answer is that of one schema over the same rows',
  async () => {
    console.log(`differential test, seed ${seed}`);
    const { failing, ...seen } = await campaign({
      seed,
      milliseconds: seconds * 1_000,
      engine: createCompiledEngine,
      stock: createApolloEngine,
      tolerated: toleratedFault,
      shrinkMilliseconds: 20_000,
    });
    console.log(`differential test, seed ${seed}: ${JSON.stringify(seen)}`);
    if (failing !== undefined) {
      throw new Error(
        `Seed ${seed}; keep this as a file in test/gateway/differential/regressions/:\n${asKeptCase(failing.failing, failing.faults)}\n${failing.faults.join('\n')}`,
      );
    }
    expect(seen.operations).toBeGreaterThan(0);
    // A generator whose graphs mostly do not compose tests nothing.
    expect(seen.refused).toBeLessThanOrEqual(seen.federations + 5);
  },
  // Against a hang only: the time above ends generation, and what is under way ends when it does.
  seconds * 1_000 + 600_000,
);
