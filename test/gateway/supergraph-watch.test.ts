import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createGraphKeeper, type Adopt, type GraphKeeper } from '../../gateway/supergraph/graph-keeper.js';
import { readGraphFiles } from '../../gateway/supergraph/graph-files.js';
import { settleMs, watchGraph } from '../../gateway/supergraph/graph-watch.js';
import { createLastGoodCopy } from '../../gateway/supergraph/last-good-copy.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { eventually } from '../support/eventually.js';
import { composed, keptLog, startTestGateway } from './two-subgraphs.js';
import { parseSupergraph } from '../../gateway/supergraph/supergraph.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amrlo-watch-'));
  file = join(folder, 'supergraph.graphql');
  writeFileSync(file, 'one');
});
afterEach(() => rmSync(folder, { recursive: true }));

const noMetrics = { looked: () => undefined, state: () => undefined };

async function keeperOver(adopt: Adopt, clock = new FakeClock()): Promise<GraphKeeper> {
  return createGraphKeeper({
    file,
    first: { files: await readGraphFiles(file), outdated: [] },
    adopt,
    copy: createLastGoodCopy({ folder: join(folder, 'kept'), source: file, clock }),
    clock,
    log: keptLog().log,
    metrics: noMetrics,
  });
}

test('a file that is still being written is not taken', async () => {
  const taken: string[] = [];
  const keeper = await keeperOver(async ({ supergraph }) => {
    taken.push(supergraph);
    return { outdated: [] };
  });
  writeFileSync(file, 'tw');
  expect(await keeper.look()).toBe('unsettled');
  appendFileSync(file, 'o');
  expect(await keeper.look()).toBe('unsettled');
  expect(await keeper.look()).toBe('swapped');
  expect(await keeper.look()).toBe('unchanged');
  expect(taken).toEqual(['two']);
});

test('what was refused is tried again only when somebody says so', async () => {
  let tries = 0;
  const keeper = await keeperOver(async () => {
    tries += 1;
    throw new Error('no');
  });
  writeFileSync(file, 'two');
  const looks = [];
  for (let count = 0; count < 4; count += 1) looks.push(await keeper.look());
  expect(looks).toEqual(['unsettled', 'refused', 'unchanged', 'unchanged']);
  expect([await keeper.look(true), await keeper.look(true)]).toEqual(['unsettled', 'refused']);
  expect(tries).toBe(2);
  expect(keeper.state()).toMatchObject({ readFrom: 'file', refused: { reason: 'no' } });
});

test('the file is looked at on the clock, soon again while it changes, and never after the end', async () => {
  const clock = new FakeClock();
  const results = ['unchanged', 'unsettled', 'swapped'] as const;
  let looks = 0;
  const watch = watchGraph({
    file,
    clock,
    log: keptLog().log,
    pollMs: 2_000,
    keeper: { look: async () => results[looks++] ?? 'unchanged' },
  });
  for (const [pause, seen] of [
    [2_000, 1],
    [2_000, 2],
    [settleMs, 3],
    [2_000, 4],
  ] as const) {
    await clock.untilWaiting(pause);
    clock.advance(pause);
    await eventually(() => looks === seen);
  }
  await clock.untilWaiting(2_000);
  await watch.stop();
  expect(clock.waiting).toEqual([]);
});

test('a notice of the operating system only makes the next look come sooner', async () => {
  const clock = new FakeClock();
  let looks = 0;
  const watch = watchGraph({
    file,
    clock,
    log: keptLog().log,
    pollMs: 3_600_000,
    keeper: {
      async look() {
        looks += 1;
        return 'unchanged';
      },
    },
  });
  writeFileSync(file, 'two');
  await clock.untilWaiting(settleMs);
  expect(looks).toBe(0);
  clock.advance(settleMs);
  await eventually(() => looks === 1);
  await watch.stop();
});

test('a gateway that is told to end does not wait for a file that never settles', async () => {
  const clock = new FakeClock();
  const watch = watchGraph({
    file,
    clock,
    log: keptLog().log,
    pollMs: 0,
    keeper: { look: async () => 'unsettled' },
  });
  const told = watch.lookAgain();
  await clock.untilWaiting(settleMs);
  await watch.stop();
  await told;
  expect(clock.waiting).toEqual([]);
});

test('a graph that has lost the security directives of the one that is served is refused', async () => {
  const security = { authenticate: async () => ({ principal: anonymous }) };
  await using running = await startTestGateway({ over: { security } });
  // The text for the planner is without the purpose.
  const open = parseSupergraph(composed().sdl);
  expect(composed().authorizationSpecs).toEqual(['authenticated']);
  expect(open.authorizationSpecs).toEqual([]);
  await expect(
    running.gateway.adopt({ supergraph: open, link: running.link, name: 'open.graphql' }),
  ).rejects.toMatchObject({ code: 'SUPERGRAPH_INVALID' });
  await using careless = await startTestGateway();
  await careless.gateway.adopt({ supergraph: open, link: careless.link, name: 'open.graphql' });
});
