import {
  Kind,
  parse,
  print,
  visit,
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

const removable = new Set<string>([
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
  Kind.OBJECT_FIELD,
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
  Kind.ENUM_VALUE_DEFINITION,
]);

/** The same document without one of its parts, for each of them, larger parts first. */
export function* withoutPart(document: DocumentNode): Generator<DocumentNode> {
  const sizes: number[] = [];
  visit(document, { enter: (node) => void (isRemovable(node) && sizes.push(print(node).length)) });
  const order = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]!);
  for (const wanted of order) {
    let at = -1;
    yield visit(document, {
      enter(node) {
        if (!isRemovable(node)) return undefined;
        at += 1;
        return at === wanted ? null : undefined;
      },
    });
  }
}

/** Whether a node may go; a field set in a directive is text, and the link to the specification stays. */
function isRemovable(node: ASTNode): boolean {
  return removable.has(node.kind) && !(node.kind === Kind.DIRECTIVE && node.name.value === 'link');
}

/** The same operation with one fragment's selections in place of the fragment. */
export function* withoutFragment(document: DocumentNode): Generator<DocumentNode> {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  let count = 0;
  visit(document, { SelectionSet: (set) => void (count += set.selections.length) });
  for (let wanted = 0; wanted < count; wanted += 1) {
    let at = -1;
    const opened = (set: SelectionSetNode): SelectionSetNode => ({
      ...set,
      selections: set.selections.flatMap((one): readonly SelectionNode[] => {
        at += 1;
        if (at !== wanted) return [one];
        if (one.kind === Kind.INLINE_FRAGMENT) return one.selectionSet.selections;
        return one.kind === Kind.FRAGMENT_SPREAD
          ? (fragments.get(one.name.value)?.selectionSet.selections ?? [one])
          : [one];
      }),
    });
    const edited = visit(document, { SelectionSet: opened });
    if (print(edited) !== print(document)) yield edited;
  }
}

/** Drops what an operation defines and no longer uses. */
export function tidied(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  const spread = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: (node) => void used.add(node.name.value),
    FragmentSpread: (node) => void spread.add(node.name.value),
  });
  const kept = visit(document, {
    VariableDefinition: (node) => (used.has(node.variable.name.value) ? undefined : null),
    FragmentDefinition: (node) => (spread.has(node.name.value) ? undefined : null),
  });
  return print(kept) === print(document) ? kept : tidied(kept);
}

/** Subgraphs without a field, or without a type, in all of them at once. */
export function* withoutEverywhere(
  subgraphs: Readonly<Record<string, string>>,
): Generator<Record<string, string>> {
  const documents = Object.entries(subgraphs).map(
    ([name, sdl]) => [name, parse(sdl, { noLocation: true })] as const,
  );
  const names = new Set<string>();
  for (const [, document] of documents) {
    for (const definition of document.definitions) {
      if (!('name' in definition) || definition.name === undefined) continue;
      names.add(definition.name.value);
      for (const field of fieldsOf(definition)) names.add(`${definition.name.value}.${field.name.value}`);
    }
  }
  for (const name of names) {
    const [type, field] = name.split('.');
    const edited = documents.map(([subgraph, document]) => {
      const without = visit(document, {
        ObjectTypeDefinition: (node) => (field === undefined && node.name.value === type ? null : undefined),
        InterfaceTypeDefinition: (node) =>
          field === undefined && node.name.value === type ? null : undefined,
        UnionTypeDefinition: (node) => ({
          ...node,
          types: node.types?.filter((one) => one.name.value !== type),
        }),
        FieldDefinition(node, _key, _parent, _path, ancestors) {
          const owner = ancestors.at(-1) as { name?: { value: string } } | undefined;
          return field === node.name.value && owner?.name?.value === type ? null : undefined;
        },
      });
      return [subgraph, print(without)] as const;
    });
    yield Object.fromEntries(edited);
  }
}

function fieldsOf(definition: DefinitionNode): readonly { readonly name: { readonly value: string } }[] {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ? (definition.fields ?? [])
    : [];
}
