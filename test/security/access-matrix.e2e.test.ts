import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { startTestAlliance, type TestAlliance } from '../support/alliance.js';
import type { Asker } from '../support/asker.js';

const schemaFolder = new URL('../../schema/', import.meta.url);
const read = (file: string) => readFile(new URL(file, schemaFolder), 'utf8');
const api = buildSchema(await read('api.graphql'));
const [header, ...lines] = (await read('access-matrix.tsv'))
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));
/** Services do not come through the gateway: no token makes one. */
const callers = header!.slice(3).filter((caller) => caller !== 'SERVICE');
const rootRows = lines.filter(([field, path]) => field === path && /^(Query|Mutation)\./.test(field!));
const institutional = new Set(['TEACHER', 'REGISTRAR', 'SERVICE_POINT_CLERK', 'INSTITUTION_ADMIN']);

let house: TestAlliance;
const askers = new Map<string, Asker>();
beforeAll(async () => {
  house = await startTestAlliance({
    env: { AMRLO_MAX_ROOT_FIELDS: '100', AMRLO_MAX_ALIASES: '1000', AMRLO_MAX_TOKENS: '100000' },
  });
  const { institutions } = await house.asNobody.must('{ institutions(first: 1) { edges { node { id } } } }');
  const host = institutions.edges[0].node.id as string;
  const servicePointId = await openServicePoint(host);
  for (const caller of callers) {
    if (caller === 'ANONYMOUS') askers.set(caller, house.asNobody);
    else askers.set(caller, await house.asSubject(`matrix-${caller.toLowerCase()}`));
    // Whoever is signed in is a learner towards their own data; nobody gives that role.
    if (['ANONYMOUS', 'SIGNED_IN', 'LEARNER'].includes(caller)) continue;
    const institutionId = institutional.has(caller) ? host : undefined;
    const input = {
      subject: `matrix-${caller.toLowerCase()}`,
      role: caller,
      institutionId,
      ...(caller === 'SERVICE_POINT_CLERK' ? { servicePointId } : {}),
      idempotencyKey: `matrix-${caller}`,
    };
    const payload = await house.as('secretariat').mutate('giveGrant', 'GiveGrantInput', input);
    expect([caller, payload.userErrors]).toEqual([caller, []]);
  }
}, 180_000);
afterAll(async () => house?.[Symbol.asyncDispose]());

/** Where the clerk acts. */
async function openServicePoint(hostInstitutionId: string): Promise<string> {
  const input = {
    pointCode: 'MATRIX',
    kind: 'HEI_POINT',
    name: 'Service point of the matrix',
    hostInstitutionId,
    regionCode: '640104',
    address: '1 Sample Road',
    idempotencyKey: 'matrix-service-point',
  };
  const payload = await house
    .as('secretariat')
    .mutate('openServicePoint', 'OpenServicePointInput', input, 'servicePoint { id }');
  expect(payload.userErrors).toEqual([]);
  return payload.servicePoint.id;
}

/** A value that fits the type and names nothing that exists. */
function literal(type: GraphQLInputType): string {
  const given: GraphQLInputType = getNullableType(type);
  if (isListType(given)) return `[${literal(given.ofType)}]`;
  if (isEnumType(given)) return given.getValues()[0]!.name;
  if (isInputObjectType(given)) {
    const wanted = Object.values(given.getFields()).filter((field) => isNonNullType(field.type));
    return `{ ${wanted.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
  }
  const known: Record<string, string> = {
    Int: '1',
    Boolean: 'true',
    Date: '"2026-01-01"',
    DateTime: '"2026-01-01T00:00:00Z"',
    Decimal: '"1"',
  };
  return known[getNamedType(given).name] ?? '"matrix-nothing"';
}

/** The first leaf that is found, without arguments. */
function selection(type: GraphQLOutputType, depth = 0): string | undefined {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named) || depth > 4) return undefined;
  const fields = Object.values(named.getFields()).filter((field) =>
    field.args.every((one) => !isNonNullType(one.type)),
  );
  const leaf = fields.find((field) => isLeafType(getNamedType(field.type)));
  if (leaf !== undefined) return `{ ${leaf.name} }`;
  for (const field of fields) {
    const inner = selection(field.type, depth + 1);
    if (inner !== undefined) return `{ ${field.name} ${inner} }`;
  }
  return undefined;
}

function textOf(field: GraphQLField<unknown, unknown>): string {
  const wanted = field.args.filter((one) => isNonNullType(one.type));
  const given = wanted.map((one) => `${one.name}: ${literal(one.type)}`).join(', ');
  return `${field.name}${given ? `(${given})` : ''} ${selection(field.type)}`;
}

const refusals = new Set(['FORBIDDEN_FIELD', 'UNAUTHENTICATED']);

describe('the access matrix', () => {
  it.each(callers)(
    'is what the gateway does with every root field for %s',
    async (caller) => {
      const column = header!.indexOf(caller);
      for (const type of ['Query', 'Mutation']) {
        const fields = (api.getType(type) as GraphQLObjectType).getFields();
        const rows = rootRows.filter(([field]) => {
          const [of, name = ''] = field!.split('.');
          return of === type && fields[name] !== undefined;
        });
        // So many at a time that mutations, which run one after the other, end within the time of an operation.
        for (let from = 0; from < rows.length; from += 40) {
          const asked = rows.slice(from, from + 40);
          const nameOf = (field: string) => field.slice(type.length + 1);
          const text = asked.map(([field]) => textOf(fields[nameOf(field!)]!)).join('\n');
          const { data, errors } = await askers.get(caller)!.ask(`${type.toLowerCase()} { ${text} }`);
          const refused = new Set(
            errors
              .filter(({ path, extensions }) => path?.length === 1 && refusals.has(extensions.code))
              .map(({ path }) => path![0]),
          );
          for (const [field, , , ...cells] of asked) {
            const name = nameOf(field!);
            const allowed = cells[column - 3] === '+';
            expect([caller, field, refused.has(name)]).toEqual([caller, field, !allowed]);
            if (!allowed) expect(data?.[name] ?? null).toBeNull();
          }
        }
      }
    },
    60_000,
  );
});

describe('every entity', () => {
  it('is refused to whoever asks a subgraph without a signed principal', async () => {
    for (const subgraph of ['institutions', 'outcomes', 'learners', 'agreements', 'records']) {
      const document = parse(await read(`${subgraph}.graphql`));
      const entities = document.definitions.flatMap((one) => {
        if (one.kind !== 'ObjectTypeDefinition' && one.kind !== 'ObjectTypeExtension') return [];
        const key = one.directives
          ?.find(({ name }) => name.value === 'key')
          ?.arguments?.find(({ name }) => name.value === 'fields');
        return key?.value.kind === 'StringValue'
          ? [{ name: one.name.value, keys: key.value.value.split(' ') }]
          : [];
      });
      expect(entities.length).toBeGreaterThan(0);
      for (const { name, keys } of entities) {
        const representation = { __typename: name, ...Object.fromEntries(keys.map((key) => [key, 'x'])) };
        for (const assertion of [undefined, '', 'forged']) {
          const answer = house.alliance.subgraphs.get(subgraph)!({
            query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${name} { ${keys[0]} } } }`,
            variables: { r: [representation] },
            assertion: assertion as string,
            requestId: 'matrix',
            locale: 'en',
            deadline: Date.now() + 10_000,
            signal: new AbortController().signal,
          });
          const code = await answer.then(
            ({ data, errors }) => [data ?? null, errors?.[0]?.extensions?.['code']],
            (error: { code?: string }) => [null, error.code],
          );
          expect([subgraph, name, ...code]).toEqual([subgraph, name, null, 'ASSERTION_MISSING']);
        }
      }
    }
  });
});
