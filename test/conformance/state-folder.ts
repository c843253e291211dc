import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own for the fingerprints that an adapter keeps. */
export function stateFolder(): { readonly stateDir: string; remove(): void } {
  const stateDir = mkdtempSync(join(tmpdir(), 'amrlo-state-'));
  return { stateDir, remove: () => rmSync(stateDir, { recursive: true }) };
}
