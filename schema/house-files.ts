import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { roomMachines, roomSdls } from '../subgraphs/alliance/sdl.js';
import type { HouseDescription } from './emitted-files.js';
import { clients, type OperationSource } from './registered-operations.js';
import type { CommittedFiles } from './schema-check.js';

/** The API schema of the last release. */
export const baselinePath = 'schema/baseline.graphql';

/** What the code of this project says about itself, with the operations that lie in `schema/operations/`. */
export async function houseDescription(): Promise<HouseDescription> {
  return { sdls: await roomSdls(), machines: roomMachines(), operations: operationSources() };
}

function operationSources(): OperationSource[] {
  return clients.flatMap((client) =>
    filesIn(`schema/operations/${client}`)
      .filter((path) => path.endsWith('.graphql'))
      .map((path) => ({ client, file: path, text: readFileSync(path, 'utf8') })),
  );
}

/** The files in the project's folder that could have been emitted. */
export function committedFiles(): CommittedFiles {
  const paths = [...filesIn('schema'), ...filesIn('docs/states')].filter(
    (path) => /\.(graphql|json|tsv|md)$/.test(path) && path !== baselinePath && path !== 'schema/README.md',
  );
  return {
    files: new Map(paths.map((path) => [path, readFileSync(path, 'utf8')])),
    baseline: existsSync(baselinePath) ? readFileSync(baselinePath, 'utf8') : undefined,
  };
}

/** Writes emitted files and removes those that are no longer emitted. */
export function writeFiles(emitted: ReadonlyMap<string, string>): void {
  for (const path of committedFiles().files.keys()) if (!emitted.has(path)) rmSync(path);
  for (const [path, text] of emitted) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name).replaceAll('\\', '/'))
    .sort();
}
