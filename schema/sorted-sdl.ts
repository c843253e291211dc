import {
  Kind,
  parse,
  print,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
} from 'graphql';

/**
 * The same SDL with definitions by name, and on request their members by name too: what a program emitted in the
 * order of its imports then changes only when the schema does.
 */
export function sortedSdl(sdl: string, options: { members?: boolean } = {}): string {
  const definitions = [...parse(sdl).definitions].sort((a, b) =>
    order(rank(a) - rank(b), nameOf(a), nameOf(b)),
  );
  const sorted = options.members === true ? definitions.map(withSortedMembers) : definitions;
  return `${print({ kind: Kind.DOCUMENT, definitions: sorted })}\n`;
}

/** Schema and directives are what a reader looks for first, then the roots, then everything by name. */
function rank(node: DefinitionNode): number {
  if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) return 0;
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return 1;
  const root = ['Query', 'Mutation'].indexOf(nameOf(node));
  return root < 0 ? 4 : 2 + root;
}

function nameOf(node: DefinitionNode): string {
  return 'name' in node ? (node.name?.value ?? '') : '';
}

function withSortedMembers(node: DefinitionNode): DefinitionNode {
  if ('fields' in node && node.fields !== undefined) {
    return {
      ...node,
      fields: byName<FieldDefinitionNode | InputValueDefinitionNode>(node.fields),
    } as DefinitionNode;
  }
  if ('values' in node && node.values !== undefined) return { ...node, values: byName(node.values) };
  return node;
}

function byName<T extends FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode>(
  nodes: readonly T[],
): T[] {
  return [...nodes].sort((a, b) => order(0, a.name.value, b.name.value));
}

function order(first: number, a: string, b: string): number {
  if (first !== 0) return first;
  return a < b ? -1 : Number(a > b);
}
