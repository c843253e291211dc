import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import { parseSupergraph, type Supergraph } from '../../../gateway/supergraph/supergraph.js';
import type { SubgraphRequest, SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import { contractSdl } from '../../../subgraphs/records/contract.js';

/** A subgraph that refers to records and computes from what the schools say. */
const officeSdl = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@external", "@requires", "@authenticated"]
    )
  type Query {
    records(numbers: [String!]!): [StudentRecord]
    places: [Institution]
  }
  type StudentRecord @key(fields: "institutionId studentNumber") {
    institutionId: ID!
    studentNumber: String!
    name: String @external
    programme: String @external
    greeting(word: String!): String @requires(fields: "name") @authenticated
    both: String @requires(fields: "name programme") @authenticated
  }
  type CourseResult @key(fields: "institutionId nativeKey") {
    institutionId: ID!
    nativeKey: String!
    courseName: String @external
    shelf: String @requires(fields: "courseName") @authenticated
  }
  type Institution @key(fields: "id") {
    id: ID!
    student(number: String!): StudentRecord
  }
`;

const record = (institutionId: string, studentNumber: string) => ({ institutionId, studentNumber });

/** Its handler; it refers to students and places of these institutions. */
export function office(schools: readonly string[]): (request: SubgraphRequest) => Promise<SubgraphResponse> {
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(officeSdl),
      resolvers: {
        Query: {
          records: (_: unknown, { numbers }: { numbers: string[] }) =>
            numbers.flatMap((number) => schools.map((id) => record(id, number))),
          places: () => schools.map((id) => ({ id })),
        },
        StudentRecord: {
          __resolveReference: async (reference: object) => reference,
          greeting: ({ name }: { name: string }, { word }: { word: string }) => `${word} ${name}`,
          both: ({ name, programme }: Record<string, string | null>) => `${name} ${String(programme)}`,
        },
        CourseResult: {
          __resolveReference: async (reference: object) => reference,
          shelf: ({ courseName }: { courseName: string }) => `shelf of ${courseName}`,
        },
        Institution: {
          __resolveReference: async (reference: object) => reference,
          student: ({ id }: { id: string }, { number }: { number: string }) => record(id, number),
        },
      } as never,
    },
  ]);
  return async (request) => {
    const { data, errors } = await execute({
      schema,
      document: request.document ?? parse(request.query),
      variableValues: { ...request.variables },
    });
    return {
      data,
      ...(errors === undefined ? {} : { errors: errors.map(({ message, path }) => ({ message, path })) }),
    };
  };
}

/** The supergraph of the contract and this subgraph. */
export function composedWithOffice(): Supergraph {
  const composed = composeServices(
    Object.entries({ office: officeSdl, records: contractSdl }).map(([name, sdl]) => ({
      name,
      url: `http://${name}.internal/graphql`,
      typeDefs: parse(sdl),
    })),
  );
  if (composed.supergraphSdl === undefined) throw new Error(String(composed.errors));
  return parseSupergraph(composed.supergraphSdl);
}
