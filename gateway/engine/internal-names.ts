import { createHash } from 'node:crypto';
import { Kind, print, type FieldNode, type OperationTypeNode, type ValueNode } from 'graphql';

/**
 * The name under which a field travels between the subgraphs and the engine. It depends on nothing but the field, its
 * arguments and, for an object, the client's alias. So two selections of one name can never mean different things: what a
 * client calls `id`, what a key calls `id`, and one field that a client and a `@requires` ask with different arguments stay
 * apart, and a leaf that is the same is fetched once. Objects under different aliases stay apart too: a null that climbs
 * within a subgraph must not take what was selected under another alias. The client's names come back when the answer is
 * written.
 * @param kind of a mutation every alias counts, of a leaf too: the same change under two names is asked for twice
 */
export function internalName(
  { name, alias, arguments: args = [], selectionSet }: FieldNode,
  kind: OperationTypeNode | 'requires',
): string {
  const field = name.value;
  const counts = selectionSet !== undefined || kind === 'mutation';
  const own = alias === undefined || alias.value === field || !counts ? '' : alias.value;
  if (args.length === 0 && own === '') return field in Object.prototype ? `${field}__plain` : field;
  const text = args
    .map((argument) => print({ ...argument, value: sorted(argument.value) }))
    .sort()
    .join(',');
  return `${field}__${createHash('sha256').update(`${text} ${own}`).digest('hex').slice(0, 12)}`;
}

/** `{ a: 1, b: 2 }` and `{ b: 2, a: 1 }` are one value, and validation lets them stand under one name. */
function sorted(value: ValueNode): ValueNode {
  if (value.kind === Kind.LIST) return { ...value, values: value.values.map(sorted) };
  if (value.kind !== Kind.OBJECT) return value;
  const fields = value.fields.map((field) => ({ ...field, value: sorted(field.value) }));
  return { ...value, fields: fields.sort((a, b) => (a.name.value < b.name.value ? -1 : 1)) };
}
