import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type EnumTypeExtensionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputObjectTypeExtensionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
  type UnionTypeExtensionNode,
} from 'graphql';

/** An object or interface type with its extensions merged in. */
export interface FieldsType {
  readonly name: string;
  readonly isInterface: boolean;
  readonly fields: readonly FieldDefinitionNode[];
  readonly directives: readonly ConstDirectiveNode[];
  readonly interfaces: readonly string[];
  /** The first words of every `@key`, thus the fields of this type that make it an entity; empty for a value type. */
  readonly keyFields: ReadonlySet<string>;
}

/** What the lints look at in one subgraph's SDL. */
export interface TypeShapes {
  readonly types: ReadonlyMap<string, FieldsType>;
  readonly inputs: ReadonlyMap<string, readonly InputValueDefinitionNode[]>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly enumNodes: readonly (EnumTypeDefinitionNode | EnumTypeExtensionNode)[];
  readonly unions: ReadonlyMap<string, readonly string[]>;
  /** The name of the root type of each operation that the SDL has. */
  readonly roots: { readonly query?: string; readonly mutation?: string; readonly subscription?: string };
}

type FieldsNode =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;
type UnionNode = UnionTypeDefinitionNode | UnionTypeExtensionNode;
type InputNode = InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode;

/**
 * Reads an SDL without building a schema, so that a half of a type (`extend type`) is looked at too.
 *
 * @throws GraphQLError when the text is not SDL
 */
export function readTypeShapes(sdl: string): TypeShapes {
  const definitions = parse(sdl).definitions;
  const types = new Map<string, FieldsType>();
  const inputs = new Map<string, InputValueDefinitionNode[]>();
  const enums = new Map<string, string[]>();
  const enumNodes: (EnumTypeDefinitionNode | EnumTypeExtensionNode)[] = [];
  const unions = new Map<string, string[]>();
  for (const node of definitions) {
    if (isFieldsNode(node)) types.set(node.name.value, merged(types.get(node.name.value), node));
    else if (isUnionNode(node))
      append(
        unions,
        node.name.value,
        node.types?.map((type) => type.name.value),
      );
    else if (isInputNode(node)) append(inputs, node.name.value, node.fields);
    else if (node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_EXTENSION) {
      append(
        enums,
        node.name.value,
        node.values?.map((value) => value.name.value),
      );
      enumNodes.push(node);
    }
  }
  return { types, inputs, enums, enumNodes, unions, roots: rootsOf(definitions, types) };
}

/** The type without list and non-null wrappers. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/**
 * Whether null may stand where the named type is meant: for a list its items, at every depth, else the value.
 * With `listsToo` the lists themselves must be nullable as well.
 */
export function isNullable(type: TypeNode, listsToo = false): boolean {
  if (type.kind === Kind.NAMED_TYPE) return true;
  if (type.kind === Kind.LIST_TYPE) return isNullable(type.type, listsToo);
  return type.type.kind === Kind.LIST_TYPE && !listsToo && isNullable(type.type.type, listsToo);
}

/** Whether one of the directives stands there. */
export function hasDirective(
  directives: readonly ConstDirectiveNode[] | undefined,
  ...names: string[]
): boolean {
  return (directives ?? []).some((directive) => names.includes(directive.name.value));
}

/** The text of a directive's argument, or undefined. */
export function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function merged(known: FieldsType | undefined, node: FieldsNode): FieldsType {
  const directives = [...(known?.directives ?? []), ...(node.directives ?? [])];
  return {
    name: node.name.value,
    isInterface: node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_EXTENSION,
    fields: [...(known?.fields ?? []), ...(node.fields ?? [])],
    directives,
    interfaces: [...(known?.interfaces ?? []), ...(node.interfaces ?? []).map((type) => type.name.value)],
    keyFields: new Set(
      directives
        .filter((directive) => directive.name.value === 'key')
        .flatMap((directive) => topLevelFields(textArgument(directive, 'fields') ?? '')),
    ),
  };
}

/** The fields at the top level of a field set: of `a b { c }` they are a and b. */
function topLevelFields(fieldSet: string): string[] {
  let depth = 0;
  return (fieldSet.match(/[{}]|[_A-Za-z]\w*/g) ?? []).filter((token) => {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else return depth === 0;
    return false;
  });
}

function rootsOf(
  definitions: readonly DefinitionNode[],
  types: ReadonlyMap<string, FieldsType>,
): TypeShapes['roots'] {
  const roots: { query?: string; mutation?: string; subscription?: string } = {};
  for (const operation of ['query', 'mutation', 'subscription'] as const) {
    const usual = operation.charAt(0).toUpperCase() + operation.slice(1);
    if (types.has(usual)) roots[operation] = usual;
  }
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of node.operationTypes ?? []) roots[operation] = type.name.value;
  }
  return roots;
}

function append<T>(into: Map<string, T[]>, name: string, values: readonly T[] | undefined): void {
  into.set(name, [...(into.get(name) ?? []), ...(values ?? [])]);
}

function isFieldsNode(node: DefinitionNode): node is FieldsNode {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.OBJECT_TYPE_EXTENSION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_EXTENSION
  );
}

function isUnionNode(node: DefinitionNode): node is UnionNode {
  return node.kind === Kind.UNION_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_EXTENSION;
}

function isInputNode(node: DefinitionNode): node is InputNode {
  return node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION;
}
