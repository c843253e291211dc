import {
  Kind,
  isAbstractType,
  isObjectType,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** An object of a JSON answer. */
export type Plain = Record<string, unknown>;

/** What a fetch may bring for an object, by internal name; undefined below a name stands for a leaf. */
export type MergeShape = ReadonlyMap<string, MergeShape | undefined>;

/** What one fetch asks for. */
export interface AnswerShape {
  /** All that its objects may have, whatever their type. */
  readonly merge: MergeShape;
  /** The names that an object of a type is asked for. */
  namesOf(typename: string | undefined): readonly string[];
}

/**
 * Reads what a fetch asks for from its document; the document has no fragments by name.
 * @param isEntityFetch whether what is read lies below `_entities`
 * @param rename the internal name of a name in the subgraph's answer
 * @param schema the supergraph's
 */
export function answerShapeOf(
  document: DocumentNode,
  isEntityFetch: boolean,
  rename: (name: string) => string,
  schema: GraphQLSchema,
): AnswerShape {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const root = operation?.selectionSet.selections ?? [];
  const sets = isEntityFetch
    ? root.flatMap((one) => (one.kind === Kind.FIELD && one.selectionSet ? [one.selectionSet] : []))
    : operation === undefined
      ? []
      : [operation.selectionSet];
  const byType = new Map<string | undefined, readonly string[]>();

  function collect(set: SelectionSetNode, typename: string | undefined, into: Set<string>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) into.add(rename(selection.alias?.value ?? selection.name.value));
      if (selection.kind !== Kind.INLINE_FRAGMENT) continue;
      if (covers(schema, selection.typeCondition?.name.value, typename))
        collect(selection.selectionSet, typename, into);
    }
  }

  return {
    merge: mergeShape(sets, rename),
    namesOf(typename) {
      let known = byType.get(typename);
      if (known === undefined) {
        const names = new Set<string>();
        for (const set of sets) collect(set, typename, names);
        known = [...names];
        byType.set(typename, known);
      }
      return known;
    },
  };
}

function mergeShape(sets: readonly SelectionSetNode[], rename: (name: string) => string): MergeShape {
  const below = new Map<string, SelectionSetNode[]>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      if (selection.kind !== Kind.FIELD) continue;
      const name = rename(selection.alias?.value ?? selection.name.value);
      const known = below.get(name) ?? [];
      if (selection.selectionSet !== undefined) known.push(selection.selectionSet);
      below.set(name, known);
    }
  };
  for (const set of sets) collect(set);
  return new Map(
    [...below].map(([name, inner]) => [name, inner.length === 0 ? undefined : mergeShape(inner, rename)]),
  );
}

/** Whether a fragment on a type applies to an object of a type; a type that nobody told may be any. */
export function covers(
  schema: GraphQLSchema,
  condition: string | undefined,
  typename: string | undefined,
): boolean {
  if (condition === undefined || typename === undefined || condition === typename) return true;
  const abstract = schema.getType(condition);
  const concrete = schema.getType(typename);
  return (
    isAbstractType(abstract) &&
    (isObjectType(concrete) || isAbstractType(concrete)) &&
    schema.isSubType(abstract, concrete as never)
  );
}
