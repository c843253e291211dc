import {
  Kind,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { covers } from './answer-shape.js';
import { isIncluded, type HoldsCondition } from './conditions.js';
import { internalName } from './internal-names.js';
import { leafCheck, type LeafCheck } from './leaf-values.js';

/** A field as the client gets it. */
export interface ClientField {
  /** The client's name. */
  readonly name: string;
  /** Its name in the data. */
  readonly source: string;
  /** `Type.field`, for the log. */
  readonly coordinate: string;
  readonly type: ClientType;
  /** `fetched` lies in the data, `typename` is the type of the object, `introspection` is answered from the schema. */
  readonly from: 'fetched' | 'typename' | 'introspection';
}

/** The type of a value with what the client selected below it. */
export interface ClientType {
  readonly nonNull: boolean;
  /** Present for a list. */
  readonly item: ClientType | undefined;
  /** Present for a leaf. */
  readonly isValid: LeafCheck | undefined;
  /** Present for an object. */
  readonly selection: ClientSelection | undefined;
}

/** What a client selected of objects of one type. */
export interface TypeSelection {
  readonly typename: string;
  readonly fields: readonly ClientField[];
  /**
   * Whether this is all: of an object whose type is only known as an interface (an `@interfaceObject` whose own type was
   * not obtained) nobody can say which fragments apply.
   */
  readonly certain: boolean;
}

/** What a client selected at one place. */
export interface ClientSelection {
  /** Absent where an object must say itself of which type it is. */
  readonly only: TypeSelection | undefined;
  /** The type to go by where an object does not say it. */
  readonly declared: string;
  /** Undefined for a type that clients must not know. */
  forType(typename: string): TypeSelection | undefined;
  /** The fields that have this name in the data, whatever the type of the object. */
  bySource(source: string): readonly ClientField[];
}

/**
 * Reads what a client selected, in the client's order and with its names.
 * @param schema the API schema
 * @param holds the values of the variables of `@skip` and `@include`; another set of values needs a selection of its own
 */
export function readClientSelection(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  holds: HoldsCondition,
): ClientSelection {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

  function collect(
    set: SelectionSetNode,
    typename: string,
    into: Map<string, FieldNode[]>,
    doubts: { any: boolean },
  ): void {
    for (const selection of set.selections) {
      if (!isIncluded(selection, holds)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const known = into.get(name);
        if (known === undefined) into.set(name, [selection]);
        else known.push(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      if (covers(schema, condition, typename)) collect(fragment.selectionSet, typename, into, doubts);
      else if (isAbstractType(schema.getType(typename))) doubts.any = true;
    }
  }

  function selectionOf(sets: readonly SelectionSetNode[], declared: GraphQLCompositeType): ClientSelection {
    const byType = new Map<string, TypeSelection | undefined>();
    const forType = (typename: string): TypeSelection | undefined => {
      if (byType.has(typename)) return byType.get(typename);
      const type = schema.getType(typename);
      const selection = isCompositeType(type) ? ofType(type) : undefined;
      byType.set(typename, selection);
      return selection;
    };
    const ofType = (type: GraphQLCompositeType): TypeSelection => {
      const nodes = new Map<string, FieldNode[]>();
      const doubts = { any: false };
      for (const set of sets) collect(set, type.name, nodes, doubts);
      const fields = [...nodes].flatMap(([name, same]) => fieldOf(name, same, type) ?? []);
      const certain = isObjectType(type) || (!doubts.any && fields.every(({ from }) => from !== 'typename'));
      return { typename: type.name, fields, certain };
    };
    let only: TypeSelection | undefined;
    return {
      get only() {
        return (only ??= isObjectType(declared) ? forType(declared.name) : undefined);
      },
      declared: declared.name,
      forType,
      bySource(source) {
        const types = isAbstractType(declared) ? schema.getPossibleTypes(declared) : [declared];
        return types.flatMap(({ name }) =>
          (forType(name)?.fields ?? []).filter((field) => field.source === source),
        );
      },
    };
  }

  function fieldOf(
    name: string,
    nodes: readonly FieldNode[],
    parent: GraphQLCompositeType,
  ): ClientField | undefined {
    const [node] = nodes as [FieldNode];
    const field = node.name.value;
    const coordinate = `${parent.name}.${field}`;
    if (field.startsWith('__')) {
      const from = field === '__typename' ? 'typename' : 'introspection';
      return { name, source: field === '__typename' ? field : name, coordinate, type: anything, from };
    }
    const definition = isUnionType(parent) ? undefined : parent.getFields()[field];
    if (definition === undefined) return undefined;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const source = internalName(node, operation.operation);
    return { name, source, coordinate, type: typeOf(definition.type, sets), from: 'fetched' };
  }

  function typeOf(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): ClientType {
    const nonNull = isNonNullType(type);
    const nullable = nonNull ? type.ofType : type;
    return {
      nonNull,
      item: isListType(nullable) ? typeOf(nullable.ofType, sets) : undefined,
      isValid: isScalarType(nullable) || isEnumType(nullable) ? leafCheck(nullable) : undefined,
      selection: isCompositeType(nullable) ? selectionOf(sets, nullable) : undefined,
    };
  }

  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no root type for a ${operation.operation}.`);
  return selectionOf([operation.selectionSet], root);
}

const anything: ClientType = {
  nonNull: false,
  item: undefined,
  isValid: () => true,
  selection: undefined,
};
