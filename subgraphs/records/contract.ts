import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLScalarType, parse, print, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import { isDecimal, type Decimal } from '../kit/base/decimal.js';
import { assetPath } from './asset.js';

/** The SDL that the router and every adapter serve, word for word. */
export const contractSdl = readFileSync(assetPath(import.meta.url, './contract.graphql'), 'utf8');

/** How current a fact is. */
export type Freshness = 'LIVE' | 'CACHED' | 'STALE' | 'UNAVAILABLE';

/** How an adapter reaches the school's system. */
export type RecordsMethod = 'SQL' | 'REST' | 'SOAP' | 'DROP';

/** The keys of the entities that schools serve; everything else of them may be unknown. */
export const schoolEntities = {
  StudentRecord: ['institutionId', 'studentNumber'],
  CourseResult: ['institutionId', 'nativeKey'],
  SchoolCertificate: ['institutionId', 'nativeKey'],
} as const;

/** An entity that a school serves. */
export type SchoolEntity = keyof typeof schoolEntities;

/** Whether a type's entities are kept by the schools. */
export function isSchoolEntity(typename: unknown): typename is SchoolEntity {
  return typeof typename === 'string' && Object.hasOwn(schoolEntities, typename);
}

/** The one field of Institution that the router answers itself: a dead adapter cannot report its own health. */
export const routersField = 'recordsSystem';

/** The fields of Institution whose lists adapters may keep; no other type has fields of these names. */
export const keptLists: ReadonlySet<string> = new Set([
  'schoolCourses',
  'schoolProgrammes',
  'gradeDistributions',
]);

/** Fields of entities that say that something is missing, or that the reader knows already. */
export const sayingFields: ReadonlySet<string> = new Set([
  '__typename',
  'institutionId',
  'studentNumber',
  'nativeKey',
  'id',
  'complete',
  'provenance',
]);

/** The audience of the assertions that a school's adapter accepts. */
export function adapterAudience(institutionId: string): string {
  return `adapter:${institutionId}`;
}

/**
 * Fields for services only (`@policy(policies: [["SERVICE"]])`), as `Type.field`. Their answers are about one question
 * of one caller: they are asked of the school every time, and neither kept nor shared.
 */
export const serviceFields: ReadonlySet<string> = serviceFieldsOf(parse(contractSdl));

function serviceFieldsOf(document: DocumentNode): Set<string> {
  const found = new Set<string>();
  for (const type of document.definitions) {
    if (type.kind !== 'ObjectTypeDefinition') continue;
    for (const field of type.fields ?? []) {
      const policies = field.directives?.find(({ name }) => name.value === 'policy')?.arguments?.[0]?.value;
      if (policies !== undefined && print(policies) === '[["SERVICE"]]')
        found.add(`${type.name.value}.${field.name.value}`);
    }
  }
  return found;
}

/**
 * Whether a subgraph's SDL says the same as the contract. White space, comments, descriptions and the order of the
 * definitions say nothing; text that is no SDL is not the contract.
 */
export function isContract(sdl: unknown): boolean {
  if (sdl === contractSdl) return true;
  if (typeof sdl !== 'string' || sdl.length > 4 * contractSdl.length) return false;
  try {
    return saying(sdl) === saying(contractSdl);
  } catch {
    // What cannot be parsed differs, in whatever way.
    return false;
  }
}

function saying(sdl: string): string {
  const bare = visit(parse(sdl, { noLocation: true }), {
    enter: (node) =>
      'description' in node && node.description !== undefined
        ? { ...node, description: undefined }
        : undefined,
  });
  return bare.definitions
    .map((definition) => print(definition))
    .sort()
    .join('\n');
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
