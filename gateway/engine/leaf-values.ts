import { isEnumType, type GraphQLEnumType, type GraphQLScalarType } from 'graphql';

/** Whether a value, neither null nor undefined, may stand for a leaf. */
export type LeafCheck = (value: unknown) => boolean;

const builtIn: Readonly<Record<string, LeafCheck>> = {
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => typeof value === 'number' && (value | 0) === value,
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
};

const anything: LeafCheck = () => true;

/**
 * The check of a leaf type of the API schema. Only what the specification defines is checked; what a custom scalar looks
 * like is the subgraph's business. A value of an enum that clients must not know is not among those of the API schema.
 */
export function leafCheck(type: GraphQLScalarType | GraphQLEnumType): LeafCheck {
  if (!isEnumType(type)) return builtIn[type.name] ?? anything;
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => names.has(value);
}
