import type { Link } from '../../subgraphs/kit/base/link/link-call.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { Plain } from './answer-shape.js';
import type { CompiledFetch, VariableUse } from './compiled-fetch.js';
import type { Cause, Failure, Failures } from './failures.js';
import type { OperationContext } from './graph-engine.js';
import type { Merge } from './merge-answer.js';
import type { EntitiesStep, Step } from './plan-steps.js';
import type { RequestTrace, TraceNode } from './plan-trace.js';
import { objectsAt } from './objects-at.js';
import type { Representations } from './representation.js';
import { askSubgraph, causeOf, unavailable } from './subgraph-answer.js';
import { miss, missAll, takeEntities, takeRoot } from './take-answer.js';

/** What compiling saved the subgraphs, counted since the engine was made. */
export interface Savings {
  /** Fetches of plans that went along in the request of another. */
  mergedRequests: number;
  /** Objects that were not sent, because an equal representation was. */
  deduplicatedRepresentations: number;
}

/** One operation while its plan runs. */
export interface Run {
  readonly link: Link;
  readonly log: Logger;
  readonly merge: Merge;
  readonly context: OperationContext;
  /** What it reads, it reads after it has changed something. */
  readonly isMutation: boolean;
  /** As the client gave them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly data: Plain;
  readonly failures: Failures;
  readonly savings: Savings;
  /** Present where somebody wants to know: gives the instant in milliseconds since the operation began. */
  readonly traceClock: (() => number) | undefined;
}

/** Runs a plan: its answers lie in the data, what was not obtained in the failures. */
export async function runStep(step: Step, run: Run): Promise<TraceNode | undefined> {
  switch (step.kind) {
    case 'sequence': {
      const nodes: (TraceNode | undefined)[] = [];
      for (const one of step.steps) nodes.push(await runStep(one, run));
      return traced(run, { kind: 'sequence', nodes: present(nodes) });
    }
    case 'parallel': {
      const nodes = await Promise.all(step.steps.map((one) => runStep(one, run)));
      return traced(run, { kind: 'parallel', nodes: present(nodes) });
    }
    case 'root':
      return runRoot(step.fetch, run);
    default:
      return runEntities(step, run);
  }
}

function traced(run: Run, node: TraceNode): TraceNode | undefined {
  return run.traceClock === undefined ? undefined : node;
}

function present(nodes: readonly (TraceNode | undefined)[]): TraceNode[] {
  return nodes.filter((one) => one !== undefined);
}

async function runRoot(fetch: CompiledFetch, run: Run): Promise<TraceNode | undefined> {
  const { link, context, merge, failures } = run;
  const targets = objectsAt(run.data, fetch.path);
  const trace = beginTrace(run, fetch.subgraph, fetch.operation.operationName, () => [
    { path: fetch.path, rows: targets.length, representations: 0, held: 0 },
  ]);
  if (targets.length === 0) return trace;
  const variables = variablesFor(fetch.operation.variables, run);
  const answer = await askSubgraph(
    link,
    fetch.subgraph,
    fetch.operation,
    variables,
    { isMutation: fetch.isMutation, afterMutation: run.isMutation },
    context,
    trace,
  );
  takeRoot(fetch, targets, answer, merge, failures);
  return endTrace(run, trace, answer.data === undefined ? answer.errors[0].extensions?.['code'] : undefined);
}

/** The representations of one fetch, or of a part of one, and whom they stand for. */
interface Batch extends Representations {
  readonly fetch: CompiledFetch;
}

/** What one fetch is about to ask: first as a whole, then in parts for objects with a failed input. */
interface Asking {
  readonly batches: readonly [Batch, ...Batch[]];
  readonly trace: RequestTrace['fetches'][number];
}

async function runEntities(step: EntitiesStep, run: Run): Promise<TraceNode | undefined> {
  const { link, context, merge, failures } = run;
  const asking = step.fetches.map((fetch) => askingOf(fetch, run));
  const inParts = asking.some(({ batches: [, ...parts] }) => parts.some(({ owners }) => owners.length > 0));
  const batches = asking.flatMap(({ batches: [whole, ...parts] }) =>
    inParts
      ? [whole, ...whole.fetch.parts().map((fetch, index) => parts[index] ?? { fetch, ...nobody })]
      : [whole],
  );
  const active = batches.filter(({ owners }) => owners.length > 0);
  const trace = beginTrace(run, step.subgraph, step.fetches[0]?.operation.operationName, () =>
    asking.map((one) => one.trace),
  );
  const [only] = active;
  if (only === undefined) return trace;
  const together = active.length === 1 ? undefined : inParts ? step.apart() : step.combined;
  const operation = together?.operation ?? only.fetch.operation;
  const variables = variablesFor(operation.variables, run);
  if (together === undefined) variables['representations'] = only.values;
  else
    batches.forEach(({ values }, index) => {
      variables[together.representations[index] ?? ''] = values;
    });
  count(active, step.fetches, run.savings);
  const kind = { isMutation: false, afterMutation: run.isMutation };
  const answer = await askSubgraph(link, step.subgraph, operation, variables, kind, context, trace);
  batches.forEach(({ fetch, owners }, index) => {
    if (owners.length === 0) return;
    const root = together?.roots[index] ?? '_entities';
    if (takeEntities(fetch, owners, root, answer, merge, failures)) return;
    run.log.warn(
      { subgraph: step.subgraph, requestId: context.requestId },
      'a subgraph gave no list of entities',
    );
    missAll(fetch, owners, unavailable(step.subgraph, context.locale), failures);
  });
  return endTrace(run, trace, answer.data === undefined ? answer.errors[0].extensions?.['code'] : undefined);
}

function count(active: readonly Batch[], fetches: readonly CompiledFetch[], savings: Savings): void {
  // The parts of a fetch are of our own making: that they travel together saves nothing.
  savings.mergedRequests += Math.max(0, active.filter(({ fetch }) => fetches.includes(fetch)).length - 1);
  for (const { owners } of active)
    for (const { length } of owners) savings.deduplicatedRepresentations += length - 1;
}

/** Reads what is to be sent; of an object with a failed input only what does not need it is asked. */
function askingOf(fetch: CompiledFetch, run: Run): Asking {
  const { failures } = run;
  const objects = objectsAt(run.data, fetch.path);
  const causes = new Map<string, Cause>();
  const held: { readonly object: Plain; readonly failure: Failure }[] = [];
  const read = fetch.inputs?.read(objects, failures, (object, failure) => held.push({ object, failure }));
  const whole = { fetch, ...(read ?? nobody) };
  const parts = held.length === 0 ? [] : fetch.parts();
  if (parts.length === 0)
    for (const { object, failure } of held) missHeld(fetch, object, failure, causes, run);
  const batches = parts.map((part): Batch => {
    const concerned = held.flatMap(({ object }) =>
      part.shape.namesOf(typenameOf(object)).length === 0 ? [] : [object],
    );
    const readPart = part.inputs?.read(concerned, failures, (object, failure) =>
      missHeld(part, object, failure, causes, run),
    );
    return { fetch: part, ...(readPart ?? nobody) };
  });
  const representations = batches.reduce((sum, { values }) => sum + values.length, whole.values.length);
  return {
    batches: [whole, ...batches],
    trace: { path: fetch.path, rows: objects.length, representations, held: held.length },
  };
}

function missHeld(
  { shape }: CompiledFetch,
  object: Plain,
  { cause }: Failure,
  causes: Map<string, Cause>,
  run: Run,
): void {
  miss(object, shape.namesOf(typenameOf(object)), shape.merge, heldBack(cause, causes, run), run.failures);
}

function typenameOf(object: Plain): string | undefined {
  const typename = object['__typename'];
  return typeof typename === 'string' ? typename : undefined;
}

const nobody: Representations = { values: [], owners: [] };

/** Why nothing was computed: the subgraph of the input did not give it. One that is down has said so already. */
function heldBack(cause: Cause, causes: Map<string, Cause>, run: Run): Cause {
  if (cause.extensions['code'] === 'UPSTREAM_UNAVAILABLE') return cause;
  let known = causes.get(cause.subgraph);
  if (known === undefined) {
    known = causeOf(cause.subgraph, unavailable(cause.subgraph, run.context.locale));
    causes.set(cause.subgraph, known);
  }
  return known;
}

function variablesFor(uses: readonly VariableUse[], { variables }: Run): Plain {
  const sent: Plain = {};
  for (const { sent: name, given } of uses) {
    const value = Object.hasOwn(variables, given) ? variables[given] : undefined;
    // What is absent stays absent: the subgraph's operation carries the client's defaults.
    if (value !== undefined) sent[name] = value;
  }
  return sent;
}

function beginTrace(
  run: Run,
  subgraph: string,
  operationName: string | undefined,
  fetches: () => RequestTrace['fetches'],
): RequestTrace | undefined {
  const startedMs = run.traceClock?.();
  if (startedMs === undefined) return undefined;
  return {
    kind: 'request',
    subgraph,
    operationName,
    startedMs,
    endedMs: startedMs,
    sent: false,
    fetches: fetches(),
  };
}

function endTrace(run: Run, trace: RequestTrace | undefined, failed: unknown): RequestTrace | undefined {
  if (trace === undefined || run.traceClock === undefined) return undefined;
  trace.sent = true;
  trace.endedMs = run.traceClock();
  if (typeof failed === 'string') trace.failed = failed;
  return trace;
}
