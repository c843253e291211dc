import { createHash } from 'node:crypto';
import {
  Kind,
  print,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { SchoolEntity } from './contract.js';

/** An operation as adapters get it: the same selections, representations always in variables of our own. */
export interface ForwardedOperation {
  readonly document: DocumentNode;
  readonly query: string;
  /** By the root's response key: the variable of its representations. */
  readonly representationVariables: ReadonlyMap<string, string>;
  /** The client's variables that the selections still use. */
  readonly usedVariables: readonly string[];
  /** By the root's response key: equal for selections that give equal answers. */
  readonly selectionKeys: ReadonlyMap<string, string>;
}

/**
 * Names under which every adapter is asked for its entities' keys and owner, whatever the client selected: so the
 * router can see that the right thing was answered, and whose it is. They are taken out of the answer again. One name
 * per type and field, because `studentNumber` is non-null in one type only and such fields cannot share a name.
 */
export const proofFields = {
  StudentRecord: { institutionId: 'amrloInstitution', studentNumber: 'amrloStudent' },
  CourseResult: { institutionId: 'amrloInstitution', nativeKey: 'amrloKey', studentNumber: 'amrloOwner' },
} as const satisfies Record<SchoolEntity, Readonly<Record<string, string>>>;

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;

/** The operation for adapters: `maxAge` and `waitMs` are the router's business and are left out. */
export function forwardedOperation(
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  roots: readonly { readonly key: string; readonly selections: readonly SelectionSetNode[] }[],
): ForwardedOperation {
  const cleaned = Object.fromEntries(
    Object.entries(fragments).map(([key, node]) => [key, withoutWaiting(node)]),
  );
  const representationVariables = new Map<string, string>();
  const selectionKeys = new Map<string, string>();
  const used = new Map<string, FragmentDefinitionNode>();
  const fields = roots.map((root, at): FieldNode => {
    const variable = `amrloRepresentations${at}`;
    representationVariables.set(root.key, variable);
    const selections = root.selections.map(withoutWaiting).flatMap((set) => set.selections);
    const own = new Map<string, FragmentDefinitionNode>();
    for (const node of selections) collectFragments(node, cleaned, own);
    for (const [key, fragment] of own) used.set(key, fragment);
    selectionKeys.set(
      root.key,
      hashOf([...selections, ...[...own.keys()].sort().map((key) => own.get(key))]),
    );
    return {
      kind: Kind.FIELD,
      name: name('_entities'),
      alias: name(root.key),
      arguments: [
        {
          kind: Kind.ARGUMENT,
          name: name('representations'),
          value: { kind: Kind.VARIABLE, name: name(variable) },
        },
      ],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [...selections, ...proofSelections()] },
    };
  });
  const usedVariables = variablesIn([...fields, ...used.values()]);
  const own = new Set(representationVariables.values());
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: operation.operation,
        variableDefinitions: [
          ...[...own].map(representationsDefinition),
          ...(operation.variableDefinitions ?? []).filter((node) =>
            usedVariables.has(node.variable.name.value),
          ),
        ],
        selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
      },
      ...used.values(),
    ],
  };
  return {
    document,
    query: print(document),
    representationVariables,
    usedVariables: [...usedVariables].filter((variable) => !own.has(variable)).sort(),
    selectionKeys,
  };
}

function withoutWaiting<T extends ASTNode>(node: T): T {
  return visit(node, {
    Field: (field) =>
      field.name.value === 'results' && (field.arguments?.length ?? 0) > 0
        ? { ...field, arguments: [] }
        : undefined,
  });
}

function collectFragments(
  node: ASTNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  into: Map<string, FragmentDefinitionNode>,
): void {
  visit(node, {
    FragmentSpread(spread) {
      const fragment = fragments[spread.name.value];
      if (fragment === undefined || into.has(spread.name.value)) return;
      into.set(spread.name.value, fragment);
      collectFragments(fragment, fragments, into);
    },
  });
}

function variablesIn(nodes: readonly ASTNode[]): Set<string> {
  const found = new Set<string>();
  for (const node of nodes) visit(node, { Variable: (variable) => void found.add(variable.name.value) });
  return found;
}

function hashOf(nodes: readonly (ASTNode | undefined)[]): string {
  const text = nodes.map((node) => (node === undefined ? '' : print(node))).join('\n');
  return createHash('sha256').update(text).digest('base64');
}

function proofSelections(): SelectionSetNode['selections'] {
  return Object.entries(proofFields).map(([type, aliases]) => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: name(type) },
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: Object.entries(aliases).map(([field, alias]) => ({
        kind: Kind.FIELD,
        name: name(field),
        alias: name(alias),
      })),
    },
  }));
}

function representationsDefinition(variable: string): VariableDefinitionNode {
  const item = { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name('_Any') } } as const;
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: name(variable) },
    type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.LIST_TYPE, type: item } },
  };
}
