import {
  Kind,
  isEnumType,
  isInterfaceType,
  isObjectType,
  parse,
  type ConstDirectiveNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** The keys by which subgraphs resolve entities. */
export interface EntityKeys {
  /** The names at the top of every key of a type in a subgraph, those of its interfaces there included. */
  of(subgraph: string, typename: string): readonly (readonly string[])[];
  /** Whether a field, named by its path from the object (`org.id`), is in a key of any type in a subgraph. */
  has(subgraph: string, path: string): boolean;
}

/** @param schema the supergraph's, with its directives */
export function readEntityKeys(schema: GraphQLSchema): EntityKeys {
  const names = new Map<string, string>();
  const graphs = schema.getType('join__Graph');
  for (const { name, astNode } of isEnumType(graphs) ? graphs.getValues() : []) {
    const subgraph = argumentOf(astNode?.directives?.[0], 'name');
    if (subgraph !== undefined) names.set(name, subgraph);
  }
  const byType = new Map<string, string[][]>();
  const paths = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    for (const directive of type.astNode?.directives ?? []) {
      const key = directive.name.value === 'join__type' ? argumentOf(directive, 'key') : undefined;
      const subgraph = names.get(argumentOf(directive, 'graph') ?? '');
      if (key === undefined || subgraph === undefined || argumentOf(directive, 'resolvable') === 'false')
        continue;
      const fields = pathsOf(key);
      const at = `${subgraph} ${type.name}`;
      byType.set(at, [...(byType.get(at) ?? []), fields.filter((path) => !path.includes('.'))]);
      for (const path of fields) paths.add(`${subgraph} ${path}`);
    }
  }
  return {
    of(subgraph, typename) {
      const type = schema.getType(typename);
      const types = isObjectType(type) || isInterfaceType(type) ? [type, ...type.getInterfaces()] : [];
      return types.flatMap(({ name }) => byType.get(`${subgraph} ${name}`) ?? []);
    },
    has: (subgraph, path) => paths.has(`${subgraph} ${path}`),
  };
}

/** The fields of a key by their paths from the object, those with fields of their own included. */
function pathsOf(key: string): string[] {
  const [definition] = parse(`{${key}}`, { noLocation: true }).definitions;
  const walk = (set: SelectionSetNode | undefined, above: string): string[] =>
    (set?.selections ?? []).flatMap((one) => {
      if (one.kind === Kind.INLINE_FRAGMENT) return walk(one.selectionSet, above);
      if (one.kind !== Kind.FIELD) return [];
      const path = `${above}${one.name.value}`;
      return [path, ...walk(one.selectionSet, `${path}.`)];
    });
  return definition?.kind === Kind.OPERATION_DEFINITION ? walk(definition.selectionSet, '') : [];
}

function argumentOf(directive: ConstDirectiveNode | undefined, name: string): string | undefined {
  const value = directive?.arguments?.find((one) => one.name.value === name)?.value;
  if (value?.kind === Kind.BOOLEAN) return String(value.value);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
