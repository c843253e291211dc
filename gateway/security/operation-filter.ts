import {
  Kind,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { FieldDecisions } from './field-decisions.js';

/** The response name under which the filter asks for the type of an object; never reaches a client. */
export const reservedTypename = '__amrlo_typename';

/** An operation without what the caller may not read. */
export interface FilteredOperation {
  /** Only the operation that runs and the fragments it still uses; the given document where nothing had to change. */
  readonly document: DocumentNode;
  /** The fields of the original document that were removed, or that have a removed field below them. */
  readonly touched: ReadonlySet<FieldNode>;
}

const introspection = new Set(['__typename', '__schema', '__type']);

const typenameField: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: reservedTypename },
  name: { kind: Kind.NAME, value: '__typename' },
};

/**
 * Removes denied selections and keeps the operation valid. A field of an interface that only some types deny becomes a
 * fragment for each type that allows it. Fragments are filtered once each, so that nesting them cannot multiply the work.
 */
export function filterOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  decisions: FieldDecisions,
): FilteredOperation {
  const definitions = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) definitions.set(definition.name.value, definition);
  }
  const fragments = new Map<string, { selections: SelectionNode[]; touched: boolean }>();
  const touched = new Set<FieldNode>();

  function fragment(name: string): { selections: SelectionNode[]; touched: boolean } {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    // Set before the body is walked, so that a cycle ends instead of recursing.
    fragments.set(name, { selections: [], touched: true });
    const definition = definitions.get(name);
    const type = definition && schema.getType(definition.typeCondition.name.value);
    const filtered =
      definition && isCompositeType(type)
        ? level(definition.selectionSet, type)
        : { selections: [], touched: true };
    fragments.set(name, filtered);
    return filtered;
  }

  function level(
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
  ): { selections: SelectionNode[]; touched: boolean } {
    const selections: SelectionNode[] = [];
    let changed = false;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const kept = field(selection, parent);
        if (kept.length !== 1 || kept[0] !== selection) changed = true;
        selections.push(...kept);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const filtered = fragment(selection.name.value);
        changed ||= filtered.touched;
        if (filtered.selections.length > 0) selections.push(selection);
      } else {
        const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
        const filtered = level(selection.selectionSet, isCompositeType(condition) ? condition : parent);
        changed ||= filtered.touched;
        if (!filtered.touched) selections.push(selection);
        else if (filtered.selections.length > 0)
          selections.push({ ...selection, selectionSet: setOf(filtered.selections) });
      }
    }
    return { selections, touched: changed };
  }

  function field(node: FieldNode, parent: GraphQLCompositeType): SelectionNode[] {
    if (node.alias?.value === reservedTypename) {
      throw new AmrloError('GRAPHQL_VALIDATION_FAILED', {
        detail: `The name "${reservedTypename}" is reserved.`,
      });
    }
    if (introspection.has(node.name.value)) return [node];
    const all = decisions.possibleTypes(parent);
    const denied = decisions.deniedTypes(parent, node.name.value);
    const definition = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    if (definition === undefined || (denied.size > 0 && denied.size === all.size)) {
      touched.add(node);
      return [];
    }
    const type = getNamedType(definition.type);
    let kept = node;
    if (node.selectionSet !== undefined && isCompositeType(type)) {
      const below = level(node.selectionSet, type);
      if (below.touched) {
        touched.add(node);
        // Asked for where the result has to be told apart by type, and where nothing else is left to ask.
        const asksType = isAbstractType(type) || below.selections.length === 0;
        kept = {
          ...node,
          selectionSet: setOf(asksType ? [...below.selections, typenameField] : below.selections),
        };
      }
    }
    if (denied.size === 0) return [kept];
    touched.add(node);
    return [...all]
      .filter((one) => !denied.has(one))
      .map((one) => ({
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: one } },
        selectionSet: setOf([kept]),
      }));
  }

  const root = schema.getRootType(operation.operation);
  const filtered = root ? level(operation.selectionSet, root) : { selections: [], touched: true };
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!filtered.touched && operations.length === 1) return { document, touched };
  const selections = filtered.selections.length === 0 ? [typenameField] : filtered.selections;
  const kept = filtered.touched ? { ...operation, selectionSet: setOf(selections) } : operation;
  return { document: assemble(document, kept, fragments), touched };
}

/** Whether nothing that the client asked for is left, so that no subgraph has to be asked. */
export function nothingLeft(document: DocumentNode): boolean {
  return document.definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      definition.selectionSet.selections.every((one) => one === typenameField),
  );
}

function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function assemble(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  filtered: ReadonlyMap<string, { selections: SelectionNode[]; touched: boolean }>,
): DocumentNode {
  const bodies = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const body = filtered.get(definition.name.value);
    if (body === undefined || body.selections.length === 0) continue;
    bodies.set(
      definition.name.value,
      body.touched ? { ...definition, selectionSet: setOf(body.selections) } : definition,
    );
  }
  const used = new Set<string>();
  const variables = new Set<string>();
  const reach = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      VariableDefinition: () => false,
      Variable: (variable) => void variables.add(variable.name.value),
      FragmentSpread(spread) {
        const body = bodies.get(spread.name.value);
        if (body === undefined || used.has(spread.name.value)) return;
        used.add(spread.name.value);
        reach(body);
      },
    });
  };
  reach(operation);
  const kept = {
    ...operation,
    variableDefinitions: operation.variableDefinitions?.filter((one) =>
      variables.has(one.variable.name.value),
    ),
  };
  return {
    kind: Kind.DOCUMENT,
    definitions: [kept, ...[...bodies].filter(([name]) => used.has(name)).map(([, body]) => body)],
  };
}
