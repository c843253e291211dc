import { expect, test } from '@jest/globals';
import { createCompiledEngine } from '../../../gateway/engine/compiled-engine.js';
import { createApolloEngine } from '../../support/stock-engine/apollo-engine.js';
import { featureCases } from './hand-made/feature-cases.js';
import { keptCases, runCase } from './regressions.js';

for (const one of [...featureCases, ...keptCases()]) {
  const run = one.openFault === undefined ? test : test.failing;
  run(one.title, async () => {
    const { faults } = await runCase(one, createCompiledEngine);
    expect(faults).toEqual([]);
  });

  if (one.stockFault === undefined) {
    test(`stock agrees: ${one.title}`, async () => {
      const { faults } = await runCase(one, createApolloEngine);
      expect(faults).toEqual([]);
    });
  } else {
    test(`stock's known fault is still there: ${one.stockFault}`, async () => {
      const { faults } = await runCase(one, createApolloEngine);
      expect(faults).not.toEqual([]);
    });
  }
}
