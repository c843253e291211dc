import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as EmbeddedPostgresModule from '../../subgraphs/alliance/embedded-postgres/index.js';

const root = process.cwd();

/** What lives from the start of a test run to its end; the teardown finds it under `Symbol.for('amrlo.test-run')`. */
export interface RunServices {
  /** Everything the run writes outside databases. */
  readonly folder: string;
  /** Ends the run's own PostgreSQL. */
  readonly stop?: () => Promise<void>;
}

/**
 * Once before all tests: the compiled program, which some tests start as processes, and one PostgreSQL for the whole
 * run. It is the embedded one, unless AMRLO_TEST_DATABASE_URL names a server whose account may create databases.
 */
// jest takes the default export.
// oxlint-disable-next-line import/no-default-export
export default async function globalSetup(): Promise<void> {
  await build();
  process.env['AMRLO_TEST_RUN'] = randomBytes(4).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'amrlo-tests-'));
  process.env['AMRLO_TEST_FOLDER'] = folder;
  if (process.env['AMRLO_TEST_DATABASE_URL']) return keepRunning({ folder });
  // The compiled module: jest transforms this file, but finds nothing under the names that sources import.
  const requireHere = createRequire(join(root, 'package.json'));
  const { startEmbeddedPostgres } = requireHere(
    './dist/subgraphs/alliance/embedded-postgres/index.js',
  ) as typeof EmbeddedPostgresModule;
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '400' },
  });
  process.env['AMRLO_TEST_DATABASE_URL'] = postgres.url();
  keepRunning({ folder, stop: () => postgres.stop() });
}

function keepRunning(services: RunServices): void {
  (globalThis as Record<symbol, unknown>)[Symbol.for('amrlo.test-run')] = services;
}

/** A type error is shown and left to `npm run check`; what was emitted is tested. */
function build(): Promise<void> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), '-p', root],
      (error, output) => {
        if (error) process.stderr.write(output);
        resolve();
      },
    );
  });
}
