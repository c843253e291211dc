/**
 * NOTICE: this file changes the behaviour of @apollo/query-planner, @apollo/query-graphs and
 * @apollo/federation-internals 2.14.4, which are licensed under the Elastic License 2.0 (see LICENSE). Their files are
 * left as they are; what is changed is changed in memory, and only here. Every patch has a test of its name in
 * `test/gateway/engine/planner-patches.test.ts`, which runs at every upgrade.
 */
import { createRequire } from 'node:module';
import type { FieldSelection, SelectionSet } from '@apollo/federation-internals';
import type { QueryGraph } from '@apollo/query-graphs';
import type { QueryPlanner } from '@apollo/query-planner';
import { Kind, visit, type ConstDirectiveNode, type DocumentNode, type SelectionNode } from 'graphql';
import { internalName } from './internal-names.js';

/** A selection of a fetch's inputs as the patched planner gives it. */
export type InputSelection =
  | {
      readonly kind: 'Field';
      readonly name: string;
      /** The name in the data, where it is not that of the field. */
      readonly alias?: string;
      readonly selections?: readonly InputSelection[];
    }
  | {
      readonly kind: 'InlineFragment';
      readonly typeCondition?: string;
      readonly selections: readonly InputSelection[];
    };

/** By subgraph and `Type.field`: the inputs that the field's `@requires` names. */
export type RequiredFields = ReadonlyMap<string, ReadonlyMap<string, readonly InputSelection[]>>;

/**
 * Patch 1. To come back into a subgraph, the planner takes the first `@key` of the type there, also one that the
 * subgraph does not resolve (`getLocallySatisfiableKey`). Keys are read in the order of `@join__type`, so those that
 * are resolvable are put first; the others stay, because some plans have no other.
 */
export function resolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const ordered = (directives: readonly ConstDirectiveNode[] | undefined): ConstDirectiveNode[] => {
    const all = directives ?? [];
    return [...all.filter((one) => !isUnresolvableKey(one)), ...all.filter(isUnresolvableKey)];
  };
  return visit(supergraph, {
    ObjectTypeDefinition: (node) => ({ ...node, directives: ordered(node.directives) }),
    InterfaceTypeDefinition: (node) => ({ ...node, directives: ordered(node.directives) }),
  });
}

function isUnresolvableKey({ name, arguments: args }: ConstDirectiveNode): boolean {
  return (
    name.value === 'join__type' &&
    args?.some(
      (one) => one.name.value === 'resolvable' && one.value.kind === Kind.BOOLEAN && !one.value.value,
    ) === true
  );
}

/**
 * Patch 2. Fields with arguments that a `@requires` names get their internal name as alias; without one, the client's
 * field of the same name and the required one collide, and one of the two values is lost without a word.
 * @returns what every field with `@requires` needs: a fetch that would need two values of one input is split by it
 */
export function nameRequiredFields(planner: QueryPlanner): RequiredFields {
  const graph = (planner as unknown as { federatedQueryGraph: QueryGraph }).federatedQueryGraph;
  const required = new Map<string, Map<string, readonly InputSelection[]>>();
  for (const vertex of graph.vertices) {
    for (const edge of graph.outEdges(vertex, true)) {
      if (edge.transition.kind !== 'FieldCollection' || edge.conditions === undefined) continue;
      const conditions = named(edge.conditions);
      (edge as unknown as { _conditions: SelectionSet })._conditions = conditions;
      let ofSubgraph = required.get(edge.head.source);
      if (ofSubgraph === undefined) required.set(edge.head.source, (ofSubgraph = new Map()));
      ofSubgraph.set(
        `${edge.head.type.name}.${edge.transition.definition.name}`,
        inputSelections(conditions.toSelectionSetNode().selections),
      );
    }
  }
  return required;
}

function named(set: SelectionSet): SelectionSet {
  return set.lazyMap((selection) => {
    if (selection.kind !== 'FieldSelection')
      return selection.withUpdatedSelectionSet(named(selection.selectionSet));
    const below = selection.selectionSet === undefined ? undefined : named(selection.selectionSet);
    const { element } = selection;
    const name = nameOf(selection);
    if (name === element.name && below === selection.selectionSet) return selection;
    return selection.withUpdatedComponents(
      name === element.name ? element : element.withUpdatedAlias(name),
      below,
    );
  });
}

function nameOf(selection: FieldSelection): string {
  const node = selection.toSelectionNode();
  return node.kind === Kind.FIELD ? internalName(node, 'requires') : selection.element.name;
}

/**
 * Patch 3. The planner drops the aliases of a fetch's inputs (`trimSelectionNodes`), and an aliased input could not be found
 * again.
 */
export function keepRequiredAliases(): void {
  const require = createRequire(import.meta.url);
  const planModule = require('@apollo/query-planner/dist/QueryPlan.js') as { trimSelectionNodes: unknown };
  planModule.trimSelectionNodes = inputSelections;
}

function inputSelections(selections: readonly SelectionNode[]): InputSelection[] {
  return selections.flatMap((selection): InputSelection[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return [
        {
          kind: 'InlineFragment',
          ...(selection.typeCondition ? { typeCondition: selection.typeCondition.name.value } : {}),
          selections: inputSelections(selection.selectionSet.selections),
        },
      ];
    }
    return [
      {
        kind: 'Field',
        name: selection.name.value,
        ...(selection.alias ? { alias: selection.alias.value } : {}),
        ...(selection.selectionSet ? { selections: inputSelections(selection.selectionSet.selections) } : {}),
      },
    ];
  });
}
