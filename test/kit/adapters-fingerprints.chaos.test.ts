import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { FingerprintStore } from '../../subgraphs/adapters/kit/fingerprint-store.js';
import { eventually } from '../support/eventually.js';
import { startTsChild } from '../support/ts-child.js';

/** At least so many, and until one has hit in the middle of writing. */
const kills = 12;

test('a process that is killed while it writes fingerprints leaves the last good ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amrlo-fingerprints-'));
  const store = new FingerprintStore(folder);
  const drafts = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));
  let interrupted = 0;
  try {
    for (let kill = 0; kill < kills || interrupted === 0; kill += 1) {
      const before = await store.newest();
      const child = startTsChild(join(import.meta.dirname, 'fixtures/fingerprint-writer.ts'), [folder]);
      await eventually(async () => (await store.newest())?.id !== before?.id);
      await pause(Math.random() * 60);
      await child.kill();
      if (drafts().length > interrupted) interrupted = drafts().length;

      // Each generation that is there is whole: its students have one and the same fingerprint.
      const newest = await store.newest();
      const fingerprints = await store.read(newest!.id);
      expect(fingerprints?.size).toBe(20_000);
      expect(new Set(fingerprints!.values()).size).toBe(1);
    }
    await store.write(new Map([['1', 'a']]), new Date());
    expect((await store.read((await store.newest())!.id))?.size).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
