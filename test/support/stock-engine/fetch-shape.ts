import {
  Kind,
  isAbstractType,
  isObjectType,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** A field that a fetch asks of an object. */
export interface FetchedField {
  /** Its name in the answer. */
  readonly name: string;
  readonly leaf: boolean;
}

/** What one fetch of a plan asks for. */
export interface FetchShape {
  readonly isMutation: boolean;
  /** The root fields of a fetch without representations. */
  readonly rootFields: readonly FetchedField[];
  /** The fields that a representation of a type is asked for. */
  entityFields(typename: string): readonly FetchedField[];
}

const shapes = new WeakMap<DocumentNode, FetchShape>();

/** Reads a fetch's document once; plans are cached, so it is the same document every time. */
export function fetchShapeOf(document: DocumentNode, schema: GraphQLSchema): FetchShape {
  let shape = shapes.get(document);
  if (shape === undefined) {
    shape = read(document, schema);
    shapes.set(document, shape);
  }
  return shape;
}

function read(document: DocumentNode, schema: GraphQLSchema): FetchShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition;
  }

  function collect(
    set: SelectionSetNode,
    typename: string | undefined,
    into: Map<string, FetchedField>,
  ): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        if (selection.name.value !== '__typename')
          into.set(name, { name, leaf: selection.selectionSet === undefined });
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment !== undefined && covers(schema, fragment.typeCondition?.name.value, typename)) {
        collect(fragment.selectionSet, typename, into);
      }
    }
  }

  const root = operation?.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] };
  const rootFields = new Map<string, FetchedField>();
  collect(root, undefined, rootFields);
  const byType = new Map<string, readonly FetchedField[]>();
  return {
    isMutation: operation?.operation === 'mutation',
    rootFields: [...rootFields.values()],
    entityFields(typename) {
      let known = byType.get(typename);
      if (known === undefined) {
        const into = new Map<string, FetchedField>();
        for (const selection of root.selections) {
          if (selection.kind === Kind.FIELD && selection.selectionSet !== undefined) {
            collect(selection.selectionSet, typename, into);
          }
        }
        known = [...into.values()];
        byType.set(typename, known);
      }
      return known;
    },
  };
}

function covers(schema: GraphQLSchema, condition: string | undefined, typename: string | undefined): boolean {
  if (condition === undefined || typename === undefined || condition === typename) return true;
  const abstract = schema.getType(condition);
  const concrete = schema.getType(typename);
  return isAbstractType(abstract) && isObjectType(concrete) && schema.isSubType(abstract, concrete);
}
