import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { contractSchema } from '../../records/contract.js';

/**
 * Every field of the contract that a record of a student has and that needs no argument, as a selection: what the
 * graph could ask. Made of the contract, so that a new field is shown without a change here.
 */
export function studentSelection(): string {
  const schema = contractSchema();
  const select = (type: GraphQLObjectType, above: readonly string[]): string =>
    Object.values(type.getFields())
      .filter((field) => field.args.every(({ type: argument }) => !String(argument).endsWith('!')))
      .map((field) => {
        const named = getNamedType(field.type);
        if (!isObjectType(named)) return field.name;
        return above.includes(named.name) ? '' : `${field.name} { ${select(named, [...above, named.name])} }`;
      })
      .join(' ');
  const student = schema.getType('StudentRecord') as GraphQLObjectType;
  return `... on StudentRecord { ${select(student, ['StudentRecord'])} }`;
}
