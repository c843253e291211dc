import {
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { isCondition, isIncluded, type HoldsCondition } from './conditions.js';
import { internalName } from './internal-names.js';

/** An operation in the form that is planned. */
export interface PlannedDocument {
  /** The operation alone with its fragments, without conditions, every field under its internal name. */
  readonly document: DocumentNode;
  /** The client's name of every variable by its name in `document`. */
  readonly variables: ReadonlyMap<string, string>;
}

/** The planner gives its own variable this name and does not look whether a client has one too. */
const taken = /^(client_)*representations/;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Puts an operation into the form that is planned: for one set of values of its conditions, because the planner loses the
 * conditions of fields that require others, and under internal names.
 */
export function plannedDocument(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  holds: HoldsCondition,
): PlannedDocument {
  const variables = new Map<string, string>();
  const renamed = (name: string): string => (taken.test(name) ? `client_${name}` : name);
  const chosen = document.definitions.filter(
    (one) => one === operation || one.kind === Kind.FRAGMENT_DEFINITION,
  );
  const planned = visit(
    { kind: Kind.DOCUMENT, definitions: chosen },
    {
      SelectionSet: (node) => included(node, holds),
      Directive: (node) => (isCondition(node) ? null : undefined),
      Variable(node) {
        const name = renamed(node.name.value);
        variables.set(name, node.name.value);
        return name === node.name.value ? undefined : { ...node, name: { kind: Kind.NAME, value: name } };
      },
      // Named on the way in, by the client's own variables: so it is found again when the answer is written.
      Field: { enter: (node) => underInternalName(node, operation.operation) },
    },
  );
  return { document: planned, variables };
}

/** An object of which nothing is selected is there all the same, so its type is asked in place of its fields. */
function included(node: SelectionSetNode, holds: HoldsCondition): SelectionSetNode | undefined {
  const selections = node.selections.filter((one) => isIncluded(one, holds));
  if (selections.length === node.selections.length) return undefined;
  return { ...node, selections: selections.length === 0 ? [typename] : selections };
}

function underInternalName(node: FieldNode, kind: OperationTypeNode): FieldNode | undefined {
  const field = node.name.value;
  // Introspection is answered here and never planned.
  if (field === '__schema' || field === '__type') return undefined;
  const name = internalName(node, kind);
  const alias = name === field ? undefined : name;
  if (alias === node.alias?.value) return undefined;
  return { ...node, alias: alias === undefined ? undefined : { kind: Kind.NAME, value: alias } };
}
