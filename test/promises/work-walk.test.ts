import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { roomModules } from '../../subgraphs/alliance/modules.js';
import { expectAllTold } from './work-comparison.js';
import { walk } from './work-walker.js';
import { walks } from './work-walks.js';

test('every room that has something that waits is walked', () => {
  const waiting = roomModules.filter(({ work = [] }) => work.length > 0);
  expect(walks.map(({ module }) => module.name).toSorted()).toEqual(
    waiting.map(({ name }) => name).toSorted(),
  );
});

describe.each(walks.map((one) => [one.module.name, one] as const))(
  'after any steps in the room of %s',
  (_, one) => {
    test('the inbox was told of every row what is true of it', async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const choices = fc.sample(fc.integer({ min: 0, max: 2 ** 30 }), { seed, numRuns: one.steps ?? 150 });
      const room = await one.start();
      try {
        const done = await walk(one, room, choices).catch((error: unknown) => {
          throw new Error(`The walk with the seed ${seed} failed.`, { cause: error });
        });
        // A walk that does nothing proves nothing.
        expect([seed, new Set(done).size > 2]).toEqual([seed, true]);
        await expectAllTold(room, one.module);
      } finally {
        await room[Symbol.asyncDispose]();
      }
    });
  },
);
