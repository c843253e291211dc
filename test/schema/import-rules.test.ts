import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

const project = resolve(import.meta.dirname, '../..');
const config = join(project, '.dependency-cruiser.cjs');

/** Files that each break one rule: the rule, the file, what it imports. */
const breaking: readonly (readonly [string, string, string])[] = [
  ['kit-base-stands-alone', 'subgraphs/kit/base/a.ts', "import '../room/ok.js';"],
  [
    'kit-base-stands-alone',
    'subgraphs/kit/base/b.ts',
    "import type { X } from '../../learners/ok.js'; export type Y = X;",
  ],
  ['kit-room-stands-on-base', 'subgraphs/kit/room/a.ts', "import '../../learners/ok.js';"],
  ['room-imports-only-the-kit', 'subgraphs/learners/a.ts', "import '../outcomes/ok.js';"],
  [
    'room-imports-only-the-kit',
    'subgraphs/learners/b.ts',
    "export const x = () => import('../../gateway/ok.js');",
  ],
  ['room-imports-only-the-kit', 'subgraphs/learners/c.ts', "export * from '../adapters/kit/ok.js';"],
  ['records-knows-no-school', 'subgraphs/records/a.ts', "import '../adapters/xining/ok.js';"],
  ['adapters-kit-knows-no-driver', 'subgraphs/adapters/kit/a.ts', "import '../drivers/sql/ok.js';"],
  ['driver-knows-no-school', 'subgraphs/adapters/drivers/sql/a.ts', "import '../../xining/ok.js';"],
  ['school-knows-no-other-school', 'subgraphs/adapters/xining/a.ts', "import '../lhasa/ok.js';"],
  ['school-knows-no-other-school', 'subgraphs/adapters/xining/b.ts', "import '../../records/ok.js';"],
  ['gateway-imports-kit-base-only', 'gateway/a.ts', "import '../subgraphs/kit/room/ok.js';"],
  ['gateway-imports-kit-base-only', 'gateway/b.ts', "import '../subgraphs/learners/ok.js';"],
  // What stands in an `await using` is read too.
  [
    'gateway-imports-kit-base-only',
    'gateway/f.ts',
    "await using a = (await import('../subgraphs/learners/ok.js')).a;",
  ],
  ['nobody-imports-the-alliance', 'subgraphs/learners/d.ts', "import '../alliance/ok.js';"],
  ['nothing-imports-schema-scripts', 'subgraphs/alliance/a.ts', "import '../../schema/ok.js';"],
  ['nothing-imports-tests', 'subgraphs/alliance/b.ts', "import '../../test/ok.js';"],
  ['resolver-never-touches-the-orm', 'subgraphs/learners/x.resolver.ts', "import '@mikro-orm/core';"],
  ['resolver-never-touches-the-orm', 'subgraphs/learners/y.resolver.ts', "import './x.entity.js';"],
  ['policy-is-pure', 'subgraphs/learners/x.policy.ts', "import 'node:fs';"],
  ['policy-is-pure', 'subgraphs/learners/y.policy.ts', "import 'pg';"],
  ['mapping-is-pure', 'subgraphs/adapters/xining/x.mapping.ts', "import '../drivers/sql/ok.js';"],
  ['mapping-is-pure', 'subgraphs/adapters/xining/mapping.ts', "import 'undici';"],
  ['unit-test-imports-no-apollo-and-no-orm', 'test/a.test.ts', "import '@apollo/server';"],
  ['no-cycle', 'gateway/one.ts', "import './two.js';"],
  ['no-unresolvable', 'gateway/c.ts', "import './nowhere.js';"],
  ['no-development-package', 'gateway/d.ts', "import 'fast-check';"],
];

/** Files that come near a rule and break none. */
const allowed: readonly (readonly [string, string])[] = [
  ['gateway/e.ts', "import '../subgraphs/kit/base/ok.js';"],
  [
    'subgraphs/learners/e.ts',
    "import '../kit/room/ok.js'; import '../kit/base/ok.js'; import './x.entity.js';",
  ],
  [
    'subgraphs/adapters/xining/e.ts',
    "import '../kit/ok.js'; import '../drivers/sql/ok.js'; import './mapping.js';",
  ],
  [
    'subgraphs/alliance/e.ts',
    "import '../../gateway/ok.js'; import '../learners/ok.js'; import '../adapters/xining/ok.js';",
  ],
  ['subgraphs/learners/z.policy.ts', "import type { Pool } from 'pg'; export type P = Pool;"],
  ['test/b.e2e.test.ts', "import '@apollo/server'; import '../subgraphs/alliance/ok.js';"],
  ['gateway/left.ts', "import type { R } from './right.js'; export type L = R;"],
  ['gateway/right.ts', "import { type L } from './left.js'; export type R = L;"],
];

const ground = [
  ...['kit/base', 'kit/room', 'learners', 'outcomes', 'records', 'alliance'].map(
    (name) => `subgraphs/${name}/ok.ts`,
  ),
  ...['kit', 'drivers/sql', 'xining', 'lhasa'].map((name) => `subgraphs/adapters/${name}/ok.ts`),
  'gateway/ok.ts',
  'schema/ok.ts',
  'test/ok.ts',
  'subgraphs/learners/x.entity.ts',
];

let house: string;
let violations: Violation[];

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'import-rules-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  };
  for (const path of ground) write(path, 'export type X = 1;\n');
  for (const [, path, text] of breaking) write(path, text);
  for (const [path, text] of allowed) write(path, text);
  write('gateway/two.ts', "import './one.js';");
  write('package.json', readFileSync(join(project, 'package.json'), 'utf8'));
  symlinkSync(join(project, 'node_modules'), join(house, 'node_modules'));
  const depcruise = join(project, 'node_modules/.bin/depcruise');
  const flags = [depcruise, 'gateway', 'subgraphs', 'schema', 'test', '--config', config, '-T', 'json'];
  const result = runToTheEnd(process.execPath, flags, house);
  violations = (JSON.parse(result) as { summary: { violations: Violation[] } }).summary.violations;
});
afterAll(() => rmSync(house, { recursive: true }));

/** The output of a program, which may exit with a status other than 0. */
function runToTheEnd(command: string, flags: string[], cwd: string): string {
  try {
    return execFileSync(command, flags, {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1e8,
      env: { PATH: process.env['PATH'] },
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('the import rules', () => {
  test.each(breaking)('%s is broken by %s', (rule, path) => {
    expect(violations.filter(({ from }) => from === path).map((violation) => violation.rule.name)).toContain(
      rule,
    );
  });

  test.each(allowed)('%s is allowed', (path) => {
    expect(violations.filter(({ from }) => from === path)).toEqual([]);
  });

  test('each has its own example here and gives its reason', async () => {
    const { forbidden } = createRequire(import.meta.url)(config) as {
      forbidden: { name: string; comment: string }[];
    };
    const shown = new Set(breaking.map(([rule]) => rule));
    // What is not in package.json cannot be shown with the project's own node_modules.
    expect(forbidden.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([
      'no-undeclared-package',
    ]);
    for (const { comment } of forbidden) expect(comment.length).toBeGreaterThan(40);
  });
});
