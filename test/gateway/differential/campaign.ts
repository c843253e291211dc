import fc from 'fast-check';
import { parse } from 'graphql';
import { judge } from './check-case.js';
import { chooseBy, type Choose } from './choose.js';
import { generateFailures } from './failure-generator.js';
import { hash, type FederationCase } from './federation-case.js';
import { federate, type CreateEngine, type Federation } from './federation.js';
import { generateOperation } from './operation-generator.js';
import { shrink } from './shrink.js';
import { generateSubgraphs } from './subgraph-generator.js';

/** How long and from where. */
export interface CampaignOptions {
  readonly seed: number;
  readonly milliseconds: number;
  /** The executor under test. */
  readonly engine: CreateEngine;
  /** The executor beside it, whose answers count where the truth leaves room. */
  readonly stock: CreateEngine;
  /** The known fault that explains a failing case; it is counted and passed over. */
  readonly tolerated?: (found: FailingCase) => string | undefined;
  /** A failing case is made smaller for this long. */
  readonly shrinkMilliseconds: number;
  /** Goes on after a failing case, and makes none smaller: for a survey. */
  readonly onFailing?: (failing: FailingCase) => void;
}

/** A case on which the executor under test is wrong. */
export interface FailingCase {
  readonly faults: readonly string[];
  /** Those that no known fault may excuse: `Verdict.untrue`. */
  readonly untrue: readonly string[];
  readonly failing: FederationCase;
}

/** What a campaign has seen. */
export interface CampaignResult {
  readonly federations: number;
  /** Generated subgraphs that do not compose; thrown away. */
  readonly refused: number;
  readonly operations: number;
  /** Operations with injected failures, of those. */
  readonly withFailures: number;
  /** Operations to which stock gave another answer than the true one. */
  readonly stockWrong: number;
  /** Cases that a known fault of ours explains, by fault. */
  readonly tolerated: Readonly<Record<string, number>>;
  readonly failing: FailingCase | undefined;
}

const operationsPerFederation = 15;

/**
 * Generates federations and operations until the time is over or the executor under test is wrong. The time ends
 * generation and never a case under way, so a slow machine tries fewer cases, and one in any case.
 */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const until = performance.now() + options.milliseconds;
  const seen = { federations: 0, refused: 0, operations: 0, withFailures: 0, stockWrong: 0 };
  const tolerated: Record<string, number> = {};
  let failing: FailingCase | undefined;
  const isOver = () => failing !== undefined || (seen.operations > 0 && performance.now() >= until);
  for (let index = 0; !isOver(); index += 1) {
    const choose = choicesOf(options.seed, index);
    const subgraphs = generateSubgraphs(choose);
    const federation = await federate(subgraphs, { engine: options.engine, stock: options.stock });
    if ('refused' in federation) {
      seen.refused += 1;
      continue;
    }
    seen.federations += 1;
    for (let count = 0; count < operationsPerFederation && !isOver(); count += 1) {
      const found = await askOnce(federation, subgraphs, choose);
      if (found !== undefined && options.onFailing !== undefined) options.onFailing(found);
      else failing = found;
    }
    await federation.stop();
  }

  async function askOnce(
    federation: Federation,
    subgraphs: FederationCase['subgraphs'],
    choose: Choose,
  ): Promise<FailingCase | undefined> {
    const generated = generateOperation(choose, federation.whole);
    const failures = generateFailures(choose, federation);
    const document = parse(generated.operation);
    const asked = { document, variables: generated.variables, failures };
    const invalid = federation.invalid(document);
    if (invalid !== undefined) throw new Error(`the generator made an invalid operation: ${invalid}`);
    seen.operations += 1;
    if (failures.length > 0) seen.withFailures += 1;
    const ours = await judge(federation, 'engine', asked);
    const stock = await judge(federation, 'stock', asked);
    if (stock.faults.length > 0) seen.stockWrong += 1;
    if (ours.faults.length === 0) return undefined;
    const { faults, untrue } = ours;
    const found = { faults, untrue, failing: { subgraphs, ...generated, failures } };
    const known = options.tolerated?.(found);
    if (known === undefined) return found;
    tolerated[known] = (tolerated[known] ?? 0) + 1;
    return undefined;
  }

  if (failing !== undefined && options.shrinkMilliseconds > 0) {
    const smaller = await shrink(failing.failing, options.engine, {
      milliseconds: options.shrinkMilliseconds,
    });
    failing = { ...failing, failing: smaller };
  }
  return { ...seen, tolerated, failing };
}

/** The choices of one federation, and of the operations that it is asked: they depend on these two numbers only. */
function choicesOf(seed: number, index: number): Choose {
  const [generate] = fc.sample(fc.gen(), { seed: hash(`${seed} ${index}`) | 0, numRuns: 1 });
  if (generate === undefined) throw new Error('fast-check gave no choices');
  return chooseBy((below) => generate(fc.nat, below - 1));
}
