import { breakingChanges } from './lints/breaking-changes.js';
import { CompositionError } from './composed-supergraph.js';
import { emittedFiles, type HouseDescription } from './emitted-files.js';
import { lintAuthorization } from './lints/authorization.js';
import { lintDeprecation } from './lints/deprecation.js';
import { lintNaming } from './lints/naming.js';
import { lintNullability } from './lints/nullability.js';
import { lintRoutedRoots } from './lints/routed-roots.js';

/** The command that writes the emitted files. */
export const emitCommand = 'npm run schema';

/** What is committed, to be compared with what the code emits. */
export interface CommittedFiles {
  /** Text by path from the project's folder; every file that could have been emitted, and nothing else. */
  readonly files: ReadonlyMap<string, string>;
  /** The API schema of the last release; undefined before the first one. */
  readonly baseline: string | undefined;
}

/**
 * Every objection to the schema, one line each: lints, composition, registered operations, committed files that
 * differ from the code, changes that break clients of the released baseline.
 *
 * @param today the legal date, `YYYY-MM-DD`
 */
export async function schemaProblems(
  house: HouseDescription,
  committed: CommittedFiles,
  today: string,
): Promise<string[]> {
  const findings = [lintNullability, lintAuthorization, lintNaming, lintDeprecation, lintRoutedRoots].flatMap(
    (lint) => lint(house.sdls),
  );
  const problems = findings.map(({ subgraph, at, problem }) => `${subgraph}: ${at} ${problem}`);
  try {
    const emitted = emittedFiles(house);
    problems.push(...emitted.problems, ...differences(emitted.files, committed.files));
    if (committed.baseline !== undefined) {
      const breaks = await breakingChanges(committed.baseline, emitted.apiSdl, today);
      problems.push(...breaks.map((change) => `Breaks clients of schema/baseline.graphql: ${change}`));
    }
  } catch (error) {
    if (!(error instanceof CompositionError)) throw error;
    problems.push(...error.reasons.map((reason) => `The subgraphs do not compose: ${reason}`));
  }
  return problems;
}

/** Where committed files differ from the emitted ones, with the first line that does. */
export function differences(
  emitted: ReadonlyMap<string, string>,
  committed: ReadonlyMap<string, string>,
): string[] {
  const problems: string[] = [];
  for (const [path, text] of emitted) {
    const found = committed.get(path);
    if (found === undefined) problems.push(`${path} is missing; run ${emitCommand} and commit it.`);
    else if (found !== text) {
      const line = firstDifference(text, found);
      problems.push(`${path} differs from the code at line ${line}; run ${emitCommand} and commit it.`);
    }
  }
  for (const path of committed.keys()) {
    if (!emitted.has(path))
      problems.push(`${path} is no longer emitted; run ${emitCommand} and commit its removal.`);
  }
  return problems;
}

function firstDifference(a: string, b: string): number {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const index = left.findIndex((line, at) => line !== right[at]);
  return (index < 0 ? left.length : index) + 1;
}
