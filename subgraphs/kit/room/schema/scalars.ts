import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars';
import { isDecimal, parseDecimal } from '../../base/decimal.js';

/** An exact decimal as a string; a number is refused because it has been rounded before it arrives. */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'An exact decimal as a string, for example "3.5"; always beside its unit or credit scheme.',
  serialize: (value) => parseDecimal(value),
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined),
});

function read(value: unknown): string {
  if (!isDecimal(value)) throw new GraphQLError('A Decimal is a string such as "3.5".');
  return parseDecimal(value);
}

/** An instant, RFC 3339 in UTC. */
export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'An instant, RFC 3339 in UTC, for example "2026-01-15T08:00:00.000Z".',
});

/** A legal date, `YYYY-MM-DD` in Asia/Shanghai. */
export const DateScalar = new GraphQLScalarType({
  ...GraphQLLocalDate.toConfig(),
  name: 'Date',
  description: 'A legal date in Asia/Shanghai, for example "2026-01-15".',
});
