import type { FetchNode } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import { answerShapeOf, type AnswerShape } from './answer-shape.js';
import type { InputSelection } from './planner-patches.js';
import { createRepresentationReader, type RepresentationReader } from './representation.js';
import { compileRewrites, renamedBy, type Rewrite } from './rewrites.js';
import { splitByInputs, type SplitBy } from './split-fetch.js';

/** An operation for a subgraph, ready to be sent. */
export interface SubgraphOperation {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** The names of the client's variables that it uses. */
  readonly variables: readonly VariableUse[];
}

/** A variable as a subgraph's operation names it, and as the client does. */
export interface VariableUse {
  readonly sent: string;
  readonly given: string;
}

/** One fetch of a plan with all that can be prepared of it. */
export interface CompiledFetch {
  readonly subgraph: string;
  readonly isMutation: boolean;
  readonly operation: SubgraphOperation;
  /** The way from the root of the data to the objects that the answer belongs to; `@` stands for each item of a list. */
  readonly path: readonly string[];
  /** Absent where the root type is asked, rather than entities. */
  readonly inputs: RepresentationReader | undefined;
  readonly shape: AnswerShape;
  /** Gives the names in an answer back that the planner had to change; for an entity or for the root. */
  readonly rewriteOutput: Rewrite | undefined;
  /** The internal name of a name in the subgraph's answer. */
  readonly internal: (name: string) => string;
  /** The same, taken apart by what its fields require; empty where all require the same. Made when first asked for. */
  readonly parts: () => readonly CompiledFetch[];
}

/** A node of a plan under the patches. */
export type PlannedFetch = Omit<FetchNode, 'requires'> & { readonly requires?: readonly InputSelection[] };

/** What a fetch is compiled with. */
export interface FetchCompilation extends SplitBy {
  /** The client's name of every variable by its name in the plan. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Prepares a fetch of a plan. */
export function compileFetch(
  node: PlannedFetch,
  path: readonly string[],
  compilation: FetchCompilation,
): CompiledFetch {
  let parts: readonly CompiledFetch[] | undefined;
  return {
    ...compilePart(node, path, compilation),
    parts: () =>
      (parts ??= splitByInputs(node, compilation).map((part) => ({
        ...compilePart(part, path, compilation),
        parts: () => [],
      }))),
  };
}

function compilePart(
  node: PlannedFetch,
  path: readonly string[],
  { schema, keys, variables: given }: FetchCompilation,
): Omit<CompiledFetch, 'parts'> {
  const document = node.operationDocumentNode;
  if (document === undefined) throw new Error('The plan carries no document.');
  const names = renamedBy(node.outputRewrites);
  const internal = names.size === 0 ? (name: string) => name : (name: string) => names.get(name) ?? name;
  const { requires } = node;
  return {
    subgraph: node.serviceName,
    isMutation: node.operationKind === 'mutation',
    operation: {
      query: node.operation,
      document,
      operationName: node.operationName,
      variables: (node.variableUsages ?? []).map((sent) => ({ sent, given: given.get(sent) ?? sent })),
    },
    path,
    inputs:
      requires === undefined
        ? undefined
        : createRepresentationReader(
            requires,
            compileRewrites(node.inputRewrites, schema),
            schema,
            (typename) => keys.of(node.serviceName, typename),
          ),
    shape: answerShapeOf(document, requires !== undefined, internal, schema),
    rewriteOutput: compileRewrites(node.outputRewrites, schema),
    internal,
  };
}
