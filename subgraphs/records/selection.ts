import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';

/** What is needed to walk a selection. */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Counts what is walked, where that must be bounded. */
  readonly bound?: SelectionBound | undefined;
}

/** How much of selections may be walked: a fragment counts anew for each place at which it is spread. */
export class SelectionBound {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  /** @throws AmrloError `GRAPHQL_VALIDATION_FAILED` */
  count(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new AmrloError('GRAPHQL_VALIDATION_FAILED', { detail: 'too many selections' });
  }
}

/** The fields selected on a concrete type by response key; fragments, @skip and @include are followed. */
export function selectedFields(
  selections: readonly SelectionSetNode[],
  typeName: string,
  scope: SelectionScope,
  into = new Map<string, FieldNode[]>(),
  spread = new Set<string>(),
): Map<string, FieldNode[]> {
  for (const { selections: nodes } of selections) {
    for (const node of nodes) {
      scope.bound?.count();
      if (isSkipped(node, scope)) continue;
      if (node.kind === 'Field') {
        const key = node.alias?.value ?? node.name.value;
        const known = into.get(key);
        if (known === undefined) into.set(key, [node]);
        else known.push(node);
        continue;
      }
      if (node.kind === 'FragmentSpread') {
        // A second spread adds nothing to the first, and a chain of doubled spreads would never end.
        if (spread.has(node.name.value)) continue;
        spread.add(node.name.value);
      }
      const fragment = node.kind === 'InlineFragment' ? node : scope.fragments[node.name.value];
      const condition = fragment?.typeCondition?.name.value;
      // `_Entity` is the union of all entities, `Query` the root; every other condition names a concrete type.
      if (
        fragment === undefined ||
        (condition !== undefined && condition !== typeName && condition !== '_Entity')
      )
        continue;
      selectedFields([fragment.selectionSet], typeName, scope, into, spread);
    }
  }
  return into;
}

function isSkipped(node: SelectionSetNode['selections'][number], { variables }: SelectionScope): boolean {
  if (node.directives === undefined || node.directives.length === 0) return false;
  const values = variables as Record<string, unknown>;
  if (getDirectiveValues(GraphQLSkipDirective, node, values)?.['if'] === true) return true;
  return getDirectiveValues(GraphQLIncludeDirective, node, values)?.['if'] === false;
}

/** The selection sets under fields of one response key. */
export function under(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]));
}
