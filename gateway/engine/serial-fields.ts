import { Kind, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';

/**
 * The root fields of an operation, those of one name in the answer together, in the order in which the GraphQL
 * specification executes them (6.3.2, "CollectFields"). A mutation's fields run in this order.
 * @param document one operation with its fragments, without conditions; every fragment at its root applies
 */
export function rootFields(document: DocumentNode): readonly (readonly FieldNode[])[] {
  const fields = new Map<string, FieldNode[]>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const one of selections) {
      if (one.kind === Kind.FIELD) {
        const name = one.alias?.value ?? one.name.value;
        const known = fields.get(name);
        if (known === undefined) fields.set(name, [one]);
        else known.push(one);
        continue;
      }
      const body =
        one.kind === Kind.INLINE_FRAGMENT
          ? one
          : document.definitions.find(
              (other) => other.kind === Kind.FRAGMENT_DEFINITION && other.name.value === one.name.value,
            );
      if (body?.kind === Kind.INLINE_FRAGMENT || body?.kind === Kind.FRAGMENT_DEFINITION)
        collect(body.selectionSet);
    }
  };
  for (const one of document.definitions)
    if (one.kind === Kind.OPERATION_DEFINITION) collect(one.selectionSet);
  return [...fields.values()];
}

/** The operation of a document with other root fields. */
export function withRootFields(document: DocumentNode, selections: readonly FieldNode[]): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.map((one) =>
      one.kind === Kind.OPERATION_DEFINITION
        ? { ...one, selectionSet: { kind: Kind.SELECTION_SET, selections } }
        : one,
    ),
  };
}
