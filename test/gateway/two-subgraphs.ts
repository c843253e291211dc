import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import type { AssertionSigner } from '../../subgraphs/kit/base/identity/assertion.js';
import { createInProcessTransport } from '../../subgraphs/kit/base/link/in-process-transport.js';
import { createLink, type Link, type SubgraphLinkOptions } from '../../subgraphs/kit/base/link/link.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { SubgraphRequest, SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { startGateway, type Gateway, type GatewayOptions } from '../../gateway/start-gateway.js';
import { parseSupergraph, type Supergraph } from '../../gateway/supergraph/supergraph.js';

const link2 =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires", "@shareable", "@authenticated", "@requiresScopes"])';

const learnersSdl = `${link2}
type Query { me: Learner  learner(id: ID!): Learner  slow: String  secret: String @authenticated  fail(how: String!): String }
type Mutation { rename(name: String!): Learner }
type Learner @key(fields: "id") { id: ID!  name: String  studentRecords: [StudentRecord]  deposits: [Deposit!] }
type Deposit @key(fields: "id") { id: ID!  credits: String }
type StudentRecord @key(fields: "institutionId studentNumber", resolvable: false) { institutionId: ID!  studentNumber: ID! }`;

const recordsSdl = `${link2}
type StudentRecord @key(fields: "institutionId studentNumber") { institutionId: ID!  studentNumber: ID!  results: [Result!]  programme: String }
type Result { course: String!  grade: String }
type Deposit @key(fields: "id") { id: ID!  credits: String @external  remaining: String @requires(fields: "credits") }`;

/** What a test makes the subgraphs do. */
export interface Behaviour {
  /** Runs before a subgraph answers; may throw or wait. */
  before?: (subgraph: string, request: SubgraphRequest) => void | Promise<void>;
  /** Throws in place of the results of this school. */
  failingSchool?: { institutionId: string; error: Error };
  failingCredits?: Error;
  learnerName?: string;
}

function learnersSchema(behaviour: Behaviour): GraphQLSchema {
  const me = () => ({ __typename: 'Learner', id: 'lrn_1', name: behaviour.learnerName ?? '王小明' });
  return buildSubgraphSchema([
    {
      typeDefs: parse(learnersSdl),
      resolvers: {
        Query: {
          me,
          learner: (_: unknown, { id }: { id: string }) => (id === 'lrn_1' ? me() : null),
          slow: (_: unknown, __: unknown, { signal }: SubgraphRequest) =>
            new Promise((_resolve, reject) =>
              signal.addEventListener('abort', () => reject(new Error('stopped'))),
            ),
          secret: () => 'for the signed in',
          fail: (_: unknown, { how }: { how: string }) => {
            throw new Error(how);
          },
        },
        Mutation: { rename: (_: unknown, { name }: { name: string }) => ({ ...me(), name }) },
        Learner: {
          __resolveReference: async ({ id }: { id: string }) => ({ ...me(), id }),
          studentRecords: () => [
            { institutionId: 'a', studentNumber: '1' },
            { institutionId: 'b', studentNumber: '2' },
            null,
            { institutionId: 'c', studentNumber: '3' },
          ],
          deposits: () => [{ id: 'dep_1' }, { id: 'dep_2' }],
        },
        Deposit: {
          credits: ({ id }: { id: string }) => {
            if (behaviour.failingCredits !== undefined && id === 'dep_1') throw behaviour.failingCredits;
            return '3.5';
          },
        },
      } as never,
    },
  ]);
}

function recordsSchema(behaviour: Behaviour): GraphQLSchema {
  return buildSubgraphSchema([
    {
      typeDefs: parse(recordsSdl),
      resolvers: {
        StudentRecord: {
          __resolveReference: async (reference: object) => reference,
          results: ({ institutionId }: { institutionId: string }) => {
            const { failingSchool } = behaviour;
            if (failingSchool?.institutionId === institutionId) throw failingSchool.error;
            return [{ course: `course of ${institutionId}`, grade: 'A' }];
          },
          programme: () => '软件工程',
        },
        Deposit: {
          __resolveReference: async (reference: object) => reference,
          remaining: ({ credits }: { credits: string | null }) => `remaining of ${String(credits)}`,
        },
      } as never,
    },
  ]);
}

/** The composed supergraph of the two subgraphs. */
export function composed(): Supergraph {
  const result = composeServices(
    Object.entries({ learners: learnersSdl, records: recordsSdl }).map(([name, sdl]) => ({
      name,
      url: `http://${name}.internal:4001/graphql`,
      typeDefs: parse(sdl),
    })),
  );
  if (result.supergraphSdl === undefined) throw new Error(String(result.errors));
  return parseSupergraph(result.supergraphSdl);
}

/** A subgraph's handler: executes the request on its schema. */
export function handlerOf(name: 'learners' | 'records', behaviour: Behaviour = {}) {
  const schema = name === 'learners' ? learnersSchema(behaviour) : recordsSchema(behaviour);
  return async (request: SubgraphRequest): Promise<SubgraphResponse> => {
    await behaviour.before?.(name, request);
    const result = await execute({
      schema,
      document: request.document ?? parse(request.query),
      variableValues: request.variables,
      operationName: request.operationName,
      contextValue: request,
    });
    return {
      data: result.data,
      ...(result.errors
        ? {
            errors: result.errors.map((error) => ({
              message: error.message,
              path: error.path,
              extensions:
                error.originalError && 'extensions' in error.originalError
                  ? (error.originalError.extensions as Record<string, unknown>)
                  : error.extensions,
            })),
          }
        : {}),
    };
  };
}

/** A log that keeps its lines. */
export function keptLog(): { log: Logger; lines: Array<Record<string, unknown>> } {
  const lines: Array<Record<string, unknown>> = [];
  return {
    lines,
    log: pino(
      { level: 'info' },
      { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    ),
  };
}

export const plainSigner: AssertionSigner = {
  sign: async (principal, audience) => `${principal.subject}@${audience}`,
};

/** A gateway over both subgraphs in this process, or over the transports given. */
export async function startTestGateway(
  options: {
    behaviour?: Behaviour;
    subgraphs?: Record<string, SubgraphLinkOptions>;
    timeoutMs?: number;
    /** Called when a request has joined an equal one. */
    shared?: () => void;
    over?: Partial<GatewayOptions>;
  } = {},
): Promise<{ gateway: Gateway; link: Link; lines: Array<Record<string, unknown>> } & AsyncDisposable> {
  const { log, lines } = keptLog();
  const { behaviour = {}, timeoutMs = 2_000 } = options;
  const inProcess = (name: 'learners' | 'records'): SubgraphLinkOptions => ({
    timeoutMs,
    transport: createInProcessTransport(name, handlerOf(name, behaviour)),
  });
  const link = createLink({
    subgraphs: { learners: inProcess('learners'), records: inProcess('records'), ...options.subgraphs },
    signer: plainSigner,
    log,
    ...(options.shared
      ? {
          metrics: {
            called: () => undefined,
            shared: options.shared,
            retried: () => undefined,
            breakerChanged: () => undefined,
          },
        }
      : {}),
  });
  const gateway = await startGateway({
    supergraph: composed(),
    link,
    port: 0,
    production: false,
    log,
    security: 'off',
    ...options.over,
  });
  return {
    gateway,
    link,
    lines,
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await link.close();
    },
  };
}

/** An answer of the graph over HTTP. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: {
    data?: Record<string, unknown> | null;
    errors?: Array<{ message: string; path?: unknown[]; extensions: Record<string, unknown> }>;
  };
}

/** Asks the graph by POST. */
export async function ask(
  url: string,
  body: unknown,
  options: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': 'en', ...options.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: options.signal,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(text) as Answer['body'],
  };
}
