import {
  GraphQLObjectType,
  GraphQLSchema,
  Kind,
  OperationTypeNode,
  getNamedType,
  getNullableType,
  isObjectType,
  valueFromASTUntyped,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFieldConfigMap,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const subscriptionName = 'Subscription';

/**
 * The schema with a `Subscription` type that mirrors every query field that returns one object with an `id`.
 * Federation runs no subscriptions here: a live query is the query of the same name, asked again when the object changes.
 */
export function withLiveQueries(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType();
  if (!query || schema.getSubscriptionType()) return schema;
  const all = query.toConfig().fields;
  const live: GraphQLFieldConfigMap<unknown, unknown> = {};
  for (const [name, field] of Object.entries(all)) {
    const type = getNullableType(field.type);
    if (isObjectType(type) && type.getFields()['id'] !== undefined) live[name] = field;
  }
  if (Object.keys(live).length === 0) return schema;
  const subscription = new GraphQLObjectType({
    name: subscriptionName,
    description:
      'Live queries: each field is the query field of the same name, sent again whenever its object changes.',
    fields: live,
  });
  return new GraphQLSchema({ ...schema.toConfig(), subscription });
}

/** The change that a live query waits for: any object of the type, or the one with the id. */
export interface Watched {
  readonly type: string;
  readonly id: string | undefined;
}

/** The query that answers a subscription: the same selections on the query type. */
export function asQuery(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): DocumentNode {
  const queryName = schema.getQueryType()?.name ?? 'Query';
  const definitions = document.definitions.filter(
    (one) => one === operation || one.kind === Kind.FRAGMENT_DEFINITION,
  );
  return visit(
    { kind: Kind.DOCUMENT, definitions },
    {
      OperationDefinition: (node) => ({ ...node, operation: OperationTypeNode.QUERY }),
      NamedType: (node) =>
        node.name.value === subscriptionName
          ? { ...node, name: { ...node.name, value: queryName } }
          : undefined,
    },
  );
}

/** What a validated subscription waits for. */
export function watchedBy(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Watched[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const root = schema.getSubscriptionType()?.getFields() ?? {};
  const defaults = Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap((one) =>
      one.defaultValue === undefined
        ? []
        : [[one.variable.name.value, valueFromASTUntyped(one.defaultValue)]],
    ),
  ) as Record<string, unknown>;
  const values = { ...defaults, ...variables };

  const fieldsOf = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      return fragment ? fieldsOf(fragment.selectionSet) : [];
    });

  return fieldsOf(operation.selectionSet).flatMap((field) => {
    const definition = root[field.name.value];
    if (definition === undefined) return [];
    const argument = field.arguments?.find((one) => one.name.value === 'id');
    return [{ type: getNamedType(definition.type).name, id: argument && idIn(argument, values) }];
  });
}

function idIn(argument: ArgumentNode, variables: Readonly<Record<string, unknown>>): string | undefined {
  const value: unknown = valueFromASTUntyped(argument.value, variables);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
