import {
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** What is needed to walk a selection. */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The fields selected on a concrete type by response key; fragments, @skip and @include are followed. */
export function selectedFields(
  selections: readonly SelectionSetNode[],
  typeName: string,
  scope: SelectionScope,
  into = new Map<string, FieldNode[]>(),
): Map<string, FieldNode[]> {
  for (const { selections: nodes } of selections) {
    for (const node of nodes) {
      if (isSkipped(node, scope)) continue;
      if (node.kind === 'Field') {
        const key = node.alias?.value ?? node.name.value;
        into.set(key, [...(into.get(key) ?? []), node]);
        continue;
      }
      const fragment = node.kind === 'InlineFragment' ? node : scope.fragments[node.name.value];
      const condition = fragment?.typeCondition?.name.value;
      // `_Entity` is the union of all entities, `Query` the root; every other condition names a concrete type.
      if (
        fragment === undefined ||
        (condition !== undefined && condition !== typeName && condition !== '_Entity')
      )
        continue;
      selectedFields([fragment.selectionSet], typeName, scope, into);
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

/** The name of the type that a field of an object type has, without lists and non-null. */
export function fieldTypeName(schema: GraphQLSchema, typeName: string, fieldName: string): string {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  return field === undefined ? '' : getNamedType(field.type).name;
}

/** A plain value in the shape of a selection; what the value does not have is null. */
export function project(
  value: Readonly<Record<string, unknown>>,
  typeName: string,
  selections: readonly SelectionSetNode[],
  scope: SelectionScope,
): Record<string, unknown> {
  const shaped: Record<string, unknown> = {};
  for (const [key, nodes] of selectedFields(selections, typeName, scope)) {
    const name = nodes[0]?.name.value ?? '';
    const below = under(nodes);
    const found = name === '__typename' ? typeName : (value[name] ?? null);
    shaped[key] =
      below.length > 0 && found !== null
        ? project(found as Record<string, unknown>, fieldTypeName(scope.schema, typeName, name), below, scope)
        : found;
  }
  return shaped;
}

/**
 * Sets a freshness in an answer already given, wherever the selection shows one: on the record and on its results,
 * under whatever names. `complete` becomes false where the copy is stale. Fresher is never made of staler.
 */
export function markFreshness(
  answer: Record<string, unknown>,
  typeName: string,
  freshness: 'CACHED' | 'STALE',
  selections: readonly SelectionSetNode[],
  scope: SelectionScope,
): void {
  for (const [key, nodes] of selectedFields(selections, typeName, scope)) {
    const name = nodes[0]?.name.value ?? '';
    const value = answer[key];
    if (value === null || value === undefined) continue;
    if (typeName === 'Provenance' && name === 'freshness') {
      answer[key] = value === 'LIVE' || freshness === 'STALE' ? freshness : value;
    } else if (typeName === 'StudentRecord' && name === 'complete' && freshness === 'STALE') {
      answer[key] = false;
    } else if (name === 'provenance' || name === 'results') {
      const type = fieldTypeName(scope.schema, typeName, name);
      for (const item of Array.isArray(value) ? value : [value]) {
        if (item !== null)
          markFreshness(item as Record<string, unknown>, type, freshness, under(nodes), scope);
      }
    }
  }
}
