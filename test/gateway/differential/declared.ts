import {
  Kind,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** What the subgraphs of a case declare about who resolves what, read from their SDL. */
export interface Declared {
  /** The name under which an object's identity runs: of the interface with a key that it implements, else its own. */
  identityOf(type: string): string;
  isEntity(type: string): boolean;
  /** The fields at the top of the keys of a type. */
  keyFields(type: string): ReadonlySet<string>;
  /** The keys by which a subgraph can be given references to a type. */
  keysIn(subgraph: string, type: string): readonly SelectionSetNode[];
  /** What a field needs of other subgraphs, if it does. */
  requires(type: string, field: string): SelectionSetNode | undefined;
  /** Whether a field of this name is, in any place, what another field requires. */
  isRequired(field: string): boolean;
  /** Why a subgraph may not be asked for a field, if so. */
  forbidden(subgraph: string, type: string, field: string): string | undefined;
  /** The object types of an abstract type that every owner of a field knows. */
  candidates(type: string, field: string, abstract: string): readonly string[];
  /** The values of an enum that every owner of a field knows. */
  enumValues(type: string, field: string, enumType: string): readonly string[];
  /** The object types that implement an interface with a key. */
  implementers(keyed: string): readonly string[];
}

/** Reads what the subgraphs declare. */
export function readDeclared(schemas: ReadonlyMap<string, GraphQLSchema>): Declared {
  const identity = new Map<string, string>();
  const keyed = new Map<string, readonly string[]>();
  const keys = new Map<string, SelectionSetNode[]>();
  const topKeyFields = new Map<string, Set<string>>();
  for (const [subgraph, schema] of schemas) {
    for (const type of types(schema)) {
      for (const key of directives(type.astNode, type.extensionASTNodes, 'key')) {
        const { fields, resolvable = true } = argumentsOf(key) as { fields: string; resolvable?: boolean };
        const set = fieldSet(fields);
        for (const one of set.selections) {
          if (one.kind === Kind.FIELD) push(topKeyFields, type.name, one.name.value);
        }
        if (resolvable)
          keys.set(at(subgraph, type.name), [...(keys.get(at(subgraph, type.name)) ?? []), set]);
        if (!isInterfaceType(type)) continue;
        const names = schema.getPossibleTypes(type).map(({ name }) => name);
        keyed.set(type.name, names.sort());
        for (const name of names) identity.set(name, type.name);
      }
    }
  }
  const identityOf = (type: string) => identity.get(type) ?? type;
  const overridden = new Set<string>();
  for (const schema of schemas.values()) {
    eachField(schema, (type, field, uses) => {
      const from = uses.find(({ name }) => name.value === 'override');
      if (from !== undefined) overridden.add(at(String(argumentsOf(from)['from']), type, field));
    });
  }
  const owners = new Map<string, Set<string>>();
  const required = new Map<string, SelectionSetNode>();
  const external = new Set<string>();
  const provided = new Set<string>();
  for (const [subgraph, schema] of schemas) {
    eachField(schema, (type, field, uses) => {
      for (const use of uses) {
        const given = argumentsOf(use);
        if (use.name.value === 'external') external.add(at(subgraph, type, field));
        if (use.name.value === 'requires')
          required.set(at(identityOf(type), field), fieldSet(String(given['fields'])));
        if (use.name.value === 'provides') {
          for (const name of namesIn(fieldSet(String(given['fields'])))) provided.add(at(subgraph, name));
        }
      }
      if (!external.has(at(subgraph, type, field)) && !overridden.has(at(subgraph, type, field)))
        push(owners, at(identityOf(type), field), subgraph);
    });
  }
  const requiredNames = new Set([...required.values()].flatMap(namesIn));
  const known = (type: string, field: string, of: (schema: GraphQLSchema) => readonly string[]): string[] => {
    const lists = [...(owners.get(at(identityOf(type), field)) ?? [])].map((one) => of(schemas.get(one)!));
    const [first = [], ...others] = lists;
    return first.filter((name) => others.every((list) => list.includes(name))).sort();
  };
  return {
    identityOf,
    isEntity: (type) => topKeyFields.has(type) || topKeyFields.has(identityOf(type)),
    keyFields: (type) =>
      new Set([...(topKeyFields.get(type) ?? []), ...(topKeyFields.get(identityOf(type)) ?? [])]),
    keysIn: (subgraph, type) => keys.get(at(subgraph, type)) ?? [],
    isRequired: (field) => requiredNames.has(field),
    requires: (type, field) => required.get(at(identityOf(type), field)),
    forbidden(subgraph, type, field) {
      if (overridden.has(at(subgraph, type, field))) return 'another subgraph has taken the field over';
      const isKey = topKeyFields.get(type)?.has(field) ?? false;
      return external.has(at(subgraph, type, field)) && !provided.has(at(subgraph, field)) && !isKey
        ? 'the field is external and not provided'
        : undefined;
    },
    candidates: (type, field, abstract) =>
      known(type, field, (schema) => {
        const found = schema.getType(abstract);
        return isAbstractType(found) ? schema.getPossibleTypes(found).map(({ name }) => name) : [];
      }),
    enumValues: (type, field, enumType) =>
      known(type, field, (schema) => {
        const found = schema.getType(enumType);
        return isEnumType(found) ? found.getValues().map(({ name }) => name) : [];
      }),
    implementers: (name) => keyed.get(name) ?? [],
  };
}

/** The selections of a field set of a directive. */
function fieldSet(fields: string): SelectionSetNode {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(`not a field set: ${fields}`);
  return definition.selectionSet;
}

function namesIn(set: SelectionSetNode): string[] {
  return set.selections.flatMap((one) => {
    const below = 'selectionSet' in one && one.selectionSet !== undefined ? namesIn(one.selectionSet) : [];
    return one.kind === Kind.FIELD ? [one.name.value, ...below] : below;
  });
}

function types(schema: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('_'),
  );
}

function eachField(
  schema: GraphQLSchema,
  work: (type: string, field: string, uses: readonly ConstDirectiveNode[]) => void,
): void {
  for (const type of types(schema)) {
    if (!isObjectType(type)) continue;
    const external = directives(type.astNode, type.extensionASTNodes, 'external');
    for (const field of Object.values(type.getFields())) {
      work(type.name, field.name, [...(field.astNode?.directives ?? []), ...external]);
    }
  }
}

interface Carrier {
  readonly directives?: readonly ConstDirectiveNode[];
}

function directives(
  node: Carrier | null | undefined,
  extensions: readonly Carrier[] | null | undefined,
  name: string,
): ConstDirectiveNode[] {
  return [node, ...(extensions ?? [])]
    .flatMap((one) => one?.directives ?? [])
    .filter((one) => one.name.value === name);
}

function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

function push(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

function at(...parts: readonly string[]): string {
  return parts.join('.');
}
