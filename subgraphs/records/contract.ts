import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLScalarType, parse, type GraphQLSchema } from 'graphql';
import { isDecimal, type Decimal } from '../kit/base/decimal.js';
import { assetPath } from './asset.js';

/** The SDL that the router and every adapter serve, word for word. */
export const contractSdl = readFileSync(assetPath(import.meta.url, './contract.graphql'), 'utf8');

/** How current a fact is. */
export type Freshness = 'LIVE' | 'CACHED' | 'STALE' | 'UNAVAILABLE';

/** How an adapter reaches the school's system. */
export type RecordsMethod = 'SQL' | 'REST' | 'SOAP' | 'DROP';

/** The keys of the two entities that schools serve; everything else of them may be unknown. */
export const schoolEntities = {
  StudentRecord: ['institutionId', 'studentNumber'],
  CourseResult: ['institutionId', 'nativeKey'],
} as const;

/** An entity that a school serves. */
export type SchoolEntity = keyof typeof schoolEntities;

/** Whether a type's entities are kept by the schools. */
export function isSchoolEntity(typename: unknown): typename is SchoolEntity {
  return typename === 'StudentRecord' || typename === 'CourseResult';
}

/** The audience of the assertions that a school's adapter accepts. */
export function adapterAudience(institutionId: string): string {
  return `adapter:${institutionId}`;
}

/** Resolvers by type and field, as `buildSubgraphSchema` takes them. */
export type ContractResolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An executable schema of the contract; `_service` answers with the contract's own text. */
export function contractSchema(resolvers: ContractResolvers = {}): GraphQLSchema {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(contractSdl), resolvers: { Decimal: decimalScalar, ...resolvers } as never },
  ]);
  const service = schema.getQueryType()?.getFields()['_service'];
  if (service !== undefined) service.resolve = () => ({ sdl: contractSdl });
  return schema;
}

const decimalScalar = new GraphQLScalarType<Decimal, Decimal>({
  name: 'Decimal',
  serialize(value) {
    if (!isDecimal(value)) throw new TypeError('A Decimal is a string such as "3.5".');
    return value;
  },
});
