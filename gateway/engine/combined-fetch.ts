import {
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type FieldNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { CompiledFetch, SubgraphOperation } from './compiled-fetch.js';

/** Several entity fetches to one subgraph as one operation. */
export interface CombinedOperation {
  readonly operation: SubgraphOperation;
  /** By fetch: its name in the answer. */
  readonly roots: readonly string[];
  /** By fetch: the variable of its representations. */
  readonly representations: readonly string[];
}

/** Puts entity fetches that start at the same moment into one operation, each under an alias of its own. */
export function combineFetches(fetches: readonly CompiledFetch[]): CombinedOperation {
  const definitions = new Map<string, VariableDefinitionNode>();
  const variables = new Map<string, string>();
  const fields: FieldNode[] = [];
  const roots = fetches.map((_, index) => `entities${index}`);
  const representations = fetches.map((_, index) => `representations${index}`);
  fetches.forEach(({ operation }, index) => {
    const own = operationIn(operation);
    for (const { sent, given } of operation.variables) variables.set(sent, given);
    const renamed = visit(own, {
      Variable: (node) =>
        node.name.value === 'representations'
          ? { ...node, name: { kind: Kind.NAME, value: representations[index] ?? '' } }
          : undefined,
    });
    for (const definition of renamed.variableDefinitions ?? [])
      definitions.set(definition.variable.name.value, definition);
    for (const one of renamed.selectionSet.selections) {
      if (one.kind !== Kind.FIELD) throw new Error('An entity fetch asks for _entities and nothing else.');
      fields.push({ ...one, alias: { kind: Kind.NAME, value: roots[index] ?? '' } });
    }
  });
  const [first] = fetches as [CompiledFetch];
  const document = {
    kind: Kind.DOCUMENT as const,
    definitions: [
      {
        ...operationIn(first.operation),
        variableDefinitions: [...definitions.values()],
        selectionSet: { kind: Kind.SELECTION_SET as const, selections: fields },
      },
    ],
  };
  return {
    operation: {
      query: stripIgnoredCharacters(print(document)),
      document,
      operationName: first.operation.operationName,
      variables: [...variables].map(([sent, given]) => ({ sent, given })),
    },
    roots,
    representations,
  };
}

function operationIn({ document }: SubgraphOperation): OperationDefinitionNode {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('A fetch has no operation.');
  return operation;
}
