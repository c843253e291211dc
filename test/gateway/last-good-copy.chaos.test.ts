import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { hashOfGraph } from '../../gateway/supergraph/graph-files.js';
import { createLastGoodCopy } from '../../gateway/supergraph/last-good-copy.js';
import { systemClock } from '../../subgraphs/kit/base/clock.js';
import { eventually } from '../support/eventually.js';
import { startTsChild } from '../support/ts-child.js';

/** At least so many, and until one has hit in the middle of writing. */
const kills = 5;

test('a gateway that is killed while it writes the last good copy leaves a whole one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amrlo-last-good-'));
  const source = join(folder, 'supergraph.graphql');
  const copy = createLastGoodCopy({ folder, source, clock: systemClock });
  const drafts = () => readdirSync(folder).filter((name) => name.endsWith('.draft'));
  try {
    for (let kill = 0; kill < kills || drafts().length === 0; kill += 1) {
      const before = await copy.read();
      const child = startTsChild(join(import.meta.dirname, 'fixtures/last-good-writer.ts'), [folder, source]);
      await eventually(async () => (await copy.read())?.hash !== before?.hash);
      await pause(Math.random() * 40);
      await child.kill();
      // A copy that is not whole would be refused here.
      const found = await copy.read();
      expect(found?.supergraph.length).toBeGreaterThan(4_000_000);
    }
    // What was abandoned is removed when it is old enough to be nobody's any more.
    const long = new Date(Date.now() - 7_200_000);
    for (const name of drafts()) utimesSync(join(folder, name), long, long);
    const supergraph = 'type Query { a: Int }';
    await copy.save({ supergraph, manifest: undefined, hash: hashOfGraph(supergraph, undefined) });
    expect(drafts()).toEqual([]);
    expect(await copy.read()).toMatchObject({ supergraph });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
