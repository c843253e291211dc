import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { judge, type Verdict } from './check-case.js';
import type { FederationCase } from './federation-case.js';
import { federate, type CreateEngine } from './federation.js';

/** A case that once failed, or that shows one feature; kept as a file. */
export interface KeptCase extends FederationCase {
  /** A sentence about behaviour: the title of its test. */
  readonly title: string;
  /** Stock's fault, where stock answers wrongly: its test says so for as long as that is the case. */
  readonly stockFault?: string;
  /** A fault of ours that is not repaired yet: the test fails as soon as it is. */
  readonly openFault?: string;
}

/** All kept cases, by the names of their files. */
export function keptCases(): KeptCase[] {
  const folder = join(import.meta.dirname, 'regressions');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptCase);
}

/** Runs a case on one executor. @throws Error when it does not compose or cannot be asked */
export async function runCase(one: FederationCase, engine: CreateEngine): Promise<Verdict> {
  const federation = await federate(one.subgraphs, { engine });
  if ('refused' in federation) throw new Error(federation.refused);
  try {
    const document = parse(one.operation);
    const invalid = federation.invalid(document);
    if (invalid !== undefined) throw new Error(invalid);
    return await judge(federation, 'engine', { ...one, document });
  } finally {
    await federation.stop();
  }
}

/** A failing case as the file under `regressions/` that would keep it. */
export function asKeptCase(failing: FederationCase, faults: readonly string[]): string {
  const kept: KeptCase = { title: faults[0] ?? '', ...failing };
  return JSON.stringify(kept, null, 2);
}
