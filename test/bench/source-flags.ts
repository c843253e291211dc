import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Flags with which Node runs the TypeScript files of the bench as they are. */
export const sourceFlags: readonly string[] = [
  '--no-warnings',
  '--import',
  pathToFileURL(join(import.meta.dirname, '../support/ts-hooks.mjs')).href,
];
