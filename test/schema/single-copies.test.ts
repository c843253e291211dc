import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { singleCopyProblems } from '../../schema/single-copies.js';

const lockfile = (...paths: string[]) =>
  JSON.stringify({ packages: Object.fromEntries(paths.map((path) => [path, { version: '1.0.0' }])) });
const internals = 'node_modules/@apollo/federation-internals';

describe('packages that must be installed once', () => {
  test('are, in this project', () => {
    expect(
      singleCopyProblems(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')),
    ).toEqual([]);
  });

  test('are found when another package brings its own copy', () => {
    const nested = lockfile('node_modules/graphql', `node_modules/x/${internals}`, internals);
    expect(singleCopyProblems(nested)).toEqual([
      `package-lock.json must install @apollo/federation-internals exactly once; it has node_modules/x/${internals} (1.0.0), ${internals} (1.0.0).`,
    ]);
  });

  test('are not mistaken for packages with a similar name', () => {
    const similar = ['node_modules/type-graphql', 'node_modules/@x/graphql', 'node_modules/graphql-ws'];
    expect(singleCopyProblems(lockfile('node_modules/graphql', internals, ...similar))).toEqual([]);
  });

  test('must be there', () => {
    expect(singleCopyProblems(lockfile(internals))).toEqual([
      'package-lock.json must install graphql exactly once; it has none.',
    ]);
  });
});
