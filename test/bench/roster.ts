import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createDevelopmentIssuer } from '../../gateway/security/development-issuer.js';
import { createCommandClient } from '../../subgraphs/alliance/commands/command-client.js';
import { importFile } from '../../subgraphs/alliance/commands/import-file.js';
import { rosterImport } from '../../subgraphs/alliance/commands/import-kind.js';
import { demoPeople } from '../../subgraphs/alliance/demo/people.js';
import { projectFile } from '../../subgraphs/alliance/project-file.js';
import { applyRoster } from '../../subgraphs/institutions/roster/apply-roster.js';
import { parseRoster } from '../../subgraphs/institutions/roster/parse-roster.js';
import { quantile } from './figures.js';

/** A list of institutions to import. */
export interface RosterFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly rows: number;
}

/** The Ministry's whole list where it is at hand, else the demo's. */
export async function rosterFile(): Promise<RosterFile> {
  const shared = process.env['AMRLO_SHARED_DATA'] ?? projectFile('../shared/data');
  const real = join(shared, 'cn/moe_institutions_2025.json');
  const path = existsSync(real) ? real : projectFile('subgraphs/alliance/demo/roster.json');
  const bytes = await readFile(path);
  const name = path === real ? 'the whole list' : "the demo's list";
  return { name, bytes, rows: parseRoster(bytes.toString('utf8')).rows.length };
}

/** Seconds from the opening of the upload to the end of the job, through the gateway. */
export async function importThroughGateway(
  url: string,
  dataDir: string,
  roster: RosterFile,
): Promise<number> {
  const issuer = await createDevelopmentIssuer({ dataDir, production: false });
  const { ask, send } = createCommandClient(url, await issuer.mint(demoPeople.secretariat));
  const order = { kind: rosterImport, fileName: 'bench.json', bytes: roster.bytes, target: {}, again: true };
  const started = performance.now();
  await importFile(order, { ask, send, pause: () => pause(20), progress: () => undefined });
  return (performance.now() - started) / 1_000;
}

/** Seconds of parsing, of applying, and of the same statement sent directly; each into an empty table, undone. */
export async function importAlone(
  connection: pg.ClientConfig,
  roster: RosterFile,
): Promise<{ parse: number; apply: number; direct: number }> {
  const client = new pg.Client({ ...connection, options: '-c search_path=institutions' });
  await client.connect();
  const runs: { parse: number; apply: number; direct: number }[] = [];
  try {
    for (let run = 0; run < 5; run += 1) {
      const started = performance.now();
      const parsed = parseRoster(roster.bytes.toString('utf8'));
      const parse = performance.now() - started;
      const sent: { text: string; values: unknown[] }[] = [];
      const apply = await undone(client, async () => {
        await applyRoster(
          {
            async execute<T>(statement: string, parameters: readonly unknown[] = []) {
              let place = 0;
              const text = statement.replaceAll('?', () => `$${(place += 1)}`);
              sent.push({ text, values: [...parameters] });
              return (await client.query(text, [...parameters])).rows as T[];
            },
          },
          parsed,
          new Date(),
        );
      });
      const direct = await undone(client, async () => {
        for (const { text, values } of sent) await client.query(text, values);
      });
      runs.push({ parse: parse / 1_000, apply, direct });
    }
  } finally {
    await client.end();
  }
  const median = (of: 'parse' | 'apply' | 'direct') =>
    quantile(
      runs.map((run) => run[of]),
      0.5,
    );
  return { parse: median('parse'), apply: median('apply'), direct: median('direct') };
}

/** Runs work on an empty table in a transaction that is not kept. @returns its seconds */
async function undone(client: pg.Client, work: () => Promise<void>): Promise<number> {
  await client.query('begin');
  try {
    await client.query(
      'create temporary table institution (like institutions.institution including all) on commit drop',
    );
    await client.query('set local search_path = pg_temp, institutions');
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1_000;
  } finally {
    await client.query('rollback');
  }
}
