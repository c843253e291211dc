import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { combineFetches, type CombinedOperation } from './combined-fetch.js';
import { compileFetch, type CompiledFetch, type FetchCompilation } from './compiled-fetch.js';
import { splitFetch } from './split-fetch.js';

/** What the executor runs. */
export type Step =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly Step[] }
  | { readonly kind: 'root'; readonly fetch: CompiledFetch }
  | EntitiesStep;

/** Entity fetches to one subgraph that start at the same moment. */
export interface EntitiesStep {
  readonly kind: 'entities';
  readonly subgraph: string;
  readonly fetches: readonly CompiledFetch[];
  /** All fetches in one operation; absent where there is but one. */
  readonly combined: CombinedOperation | undefined;
  /** Every fetch followed by its parts, in one operation; for objects with a failed input, and made for the first. */
  readonly apart: () => CombinedOperation;
}

/** Compiles a plan: fetches are prepared, and those to one subgraph that can start together become one request. */
export function compilePlan(plan: QueryPlan, compilation: FetchCompilation): Step | undefined {
  const { node } = plan;
  if (node === undefined) return undefined;
  if (node.kind === 'Subscription') throw new Error('Subscriptions are not planned: they are live queries.');
  return merged(stepOf(node, [], compilation));
}

function stepOf(node: PlanNode, path: readonly string[], compilation: FetchCompilation): Step {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map((one) => stepOf(one, path, compilation)) };
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map((one) => stepOf(one, path, compilation)) };
    case 'Flatten':
      return stepOf(node.node, [...path, ...node.path.map(String)], compilation);
    case 'Fetch': {
      const fetches = splitFetch(node, compilation).map((one) => compileFetch(one, path, compilation));
      const steps = fetches.map((fetch): Step =>
        fetch.inputs === undefined ? { kind: 'root', fetch } : entities([fetch]),
      );
      return steps.length === 1 ? (steps[0] as Step) : { kind: 'parallel', steps };
    }
    default:
      throw new Error(`The planner was not asked for a ${node.kind} node.`);
  }
}

function entities(fetches: readonly CompiledFetch[]): EntitiesStep {
  const subgraph = fetches[0]?.subgraph ?? '';
  let apart: CombinedOperation | undefined;
  return {
    kind: 'entities',
    subgraph,
    fetches,
    combined: fetches.length < 2 ? undefined : combineFetches(fetches),
    apart: () => (apart ??= combineFetches(fetches.flatMap((fetch) => [fetch, ...fetch.parts()]))),
  };
}

/** Merges what starts together, from the outside in: what follows merged fetches starts together too. */
function merged(step: Step): Step {
  if (step.kind === 'sequence') return sequence(step.steps.map(merged));
  if (step.kind !== 'parallel') return step;
  const branches = step.steps.flatMap((one) => {
    const flat = one.kind === 'sequence' ? sequence(one.steps) : one;
    return flat.kind === 'parallel' ? flat.steps : [flat];
  });
  const bySubgraph = new Map<string, { head: EntitiesStep; rest: Step[] }[]>();
  const others: Step[] = [];
  for (const branch of branches) {
    const [head, ...rest] = branch.kind === 'sequence' ? branch.steps : [branch];
    if (head?.kind !== 'entities') {
      others.push(merged(branch));
      continue;
    }
    const known = bySubgraph.get(head.subgraph);
    if (known === undefined) bySubgraph.set(head.subgraph, [{ head, rest }]);
    else known.push({ head, rest });
  }
  for (const group of bySubgraph.values()) {
    const heads = entities(group.flatMap(({ head }) => head.fetches));
    const rests = group.flatMap(({ rest }) => (rest.length === 0 ? [] : [sequence(rest)]));
    const following = rests.length === 0 ? [] : [merged({ kind: 'parallel', steps: rests })];
    others.push(sequence([heads, ...following]));
  }
  return others.length === 1 ? (others[0] as Step) : { kind: 'parallel', steps: others };
}

/** A sequence without sequences in it; a single step stands for itself. */
function sequence(steps: readonly Step[]): Step {
  const flat = steps.flatMap((one) => (one.kind === 'sequence' ? one.steps : [one]));
  return flat.length === 1 ? (flat[0] as Step) : { kind: 'sequence', steps: flat };
}
