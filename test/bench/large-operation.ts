import {
  getNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Choose } from '../gateway/differential/choose.js';

/** Levels below the root; the limit on the depth of operations lies beyond. */
const depth = 8;

/** A valid query that selects so many fields, wherever they lead; fields with required arguments are left out. */
export function largeOperation(choose: Choose, schema: GraphQLSchema, fields: number): string {
  let left = fields;

  function selection(type: GraphQLObjectType, levels: number): string {
    const usable = Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));
    const chosen = choose
      .some(usable)
      .filter(({ type: of }) => levels > 0 || !isCompositeType(getNamedType(of)));
    return `{ ${['__typename', ...chosen.flatMap((field) => written(field, levels))].join(' ')} }`;
  }

  function written({ name, type }: GraphQLField<unknown, unknown>, levels: number): string[] {
    const named = getNamedType(type);
    if (left <= 0 || (isCompositeType(named) && !isObjectType(named))) return [];
    left -= 1;
    return [isObjectType(named) ? `${name} ${selection(named, levels - 1)}` : name];
  }

  const query = schema.getQueryType();
  if (query == null) throw new Error('The schema has no queries.');
  return selection(query, depth);
}
