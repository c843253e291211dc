import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, type GraphQLError } from 'graphql';
import { createCompiledEngine, type CompiledEngine } from '../../../gateway/engine/compiled-engine.js';
import type { GraphOperation, GraphResult, LoadedGraph } from '../../../gateway/engine/graph-engine.js';
import type { PlanTrace } from '../../../gateway/engine/plan-trace.js';
import { parseSupergraph, type Supergraph } from '../../../gateway/supergraph/supergraph.js';
import { anonymous } from '../../../subgraphs/kit/base/identity/principal.js';
import { createLink } from '../../../subgraphs/kit/base/link/link.js';
import type { SubgraphRequest, SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import { keptLog, plainSigner } from '../two-subgraphs.js';

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@context", "@fromContext", "@external", "@requires", "@provides", "@shareable", "@interfaceObject", "@inaccessible", "@override"])`;

/** A subgraph of a test: its SDL without the link to the specification, and its resolvers. */
export interface Part {
  readonly sdl: string;
  readonly resolvers?: unknown;
}

/** One request that reached a subgraph. */
export interface Call {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** The answer of the engine as a client would read it. */
export interface Asked {
  readonly data: unknown;
  /** Path and code of every error. */
  readonly errors: ReadonlyArray<readonly [string, unknown]>;
}

type Ask = (
  query: string,
  variables?: Record<string, unknown>,
  more?: Partial<GraphOperation>,
) => Promise<Asked>;

/** A graph of a test. */
export interface ComposedGraph {
  readonly engine: CompiledEngine;
  readonly supergraph: Supergraph;
  /** What was asked of the subgraphs since the last question. */
  readonly calls: Call[];
  /** What was logged. */
  readonly lines: ReadonlyArray<Record<string, unknown>>;
  readonly ask: Ask;
  /** The same question to the stock executor, the oracle. */
  readonly askStock: Ask;
  readonly trace: (query: string, variables?: Record<string, unknown>) => Promise<PlanTrace>;
}

/** An error that a resolver may throw: it reaches the client with its code. */
export function refusal(code = 'STORE_UNAVAILABLE'): Error {
  return Object.assign(new Error('x'), { extensions: { code } });
}

/** Composes subgraphs and puts the engine in front of them; they run in this process. */
export async function composeGraph(
  parts: Readonly<Record<string, Part>>,
  options: {
    /** Takes the place of a subgraph's answer where it returns one. */
    answer?: (
      subgraph: string,
      request: SubgraphRequest,
    ) => SubgraphResponse | Promise<SubgraphResponse> | undefined;
    planCacheSize?: number;
    /** Changes the composed text; for what composition does not let through. */
    edit?: (sdl: string) => string;
  } = {},
): Promise<ComposedGraph> {
  const composed = composeServices(
    Object.entries(parts).map(([name, { sdl }]) => ({
      name,
      url: '',
      typeDefs: parse(`${federation}\n${sdl}`),
    })),
  );
  if (composed.supergraphSdl === undefined) throw new Error(String(composed.errors));
  const supergraph = parseSupergraph(options.edit?.(composed.supergraphSdl) ?? composed.supergraphSdl);
  const calls: Call[] = [];
  const { log, lines } = keptLog();
  const link = createLink({
    subgraphs: Object.fromEntries(
      Object.entries(parts).map(([name, part]) => {
        const own = executorOf(part);
        const transport = async (given: SubgraphRequest): Promise<SubgraphResponse> => {
          // As over a wire: nothing is shared between a subgraph and the engine.
          const variables = structuredClone(given.variables ?? {});
          calls.push({ subgraph: name, query: given.query, variables: structuredClone(variables) });
          const request = { ...given, variables };
          const answer = await (options.answer?.(name, request) ?? own(request));
          return JSON.parse(JSON.stringify(answer)) as SubgraphResponse;
        };
        return [name, { transport }];
      }),
    ),
    signer: plainSigner,
    log,
  });
  const { planCacheSize } = options;
  const engine = createCompiledEngine({
    supergraph,
    link,
    log,
    ...(planCacheSize === undefined ? {} : { planCacheSize }),
  });
  const graph = await engine.load();
  const run = (
    { execute: answer }: Pick<LoadedGraph, 'execute'>,
    query: string,
    variables: Record<string, unknown>,
    more: Partial<GraphOperation>,
  ) => {
    calls.length = 0;
    return answer({
      document: parse(query),
      variables,
      context: {
        principal: anonymous,
        requestId: 'test',
        locale: 'en',
        deadline: Date.now() + 10_000,
        signal: new AbortController().signal,
      },
      ...more,
    });
  };
  const asked = ({ data, text, errors }: GraphResult): Asked => ({
    data: text === undefined ? plain(data) : JSON.parse(text),
    errors: (errors ?? []).map(place),
  });
  let stock: Promise<LoadedGraph> | undefined;
  return {
    engine,
    supergraph,
    calls,
    lines,
    ask: async (query, variables = {}, more = {}) => asked(await run(graph, query, variables, more)),
    async askStock(query, variables = {}, more = {}) {
      stock ??= import('../../support/stock-engine/apollo-engine.js').then(({ createApolloEngine }) =>
        createApolloEngine({ supergraph, link, log }).load(),
      );
      return asked(await run(await stock, query, variables, more));
    },
    async trace(query, variables = {}) {
      let kept: PlanTrace | undefined;
      await run(graph, query, variables, { onTrace: (trace) => (kept = trace) });
      if (kept === undefined) throw new Error('no trace');
      return kept;
    },
  };
}

function place({ path, extensions }: GraphQLError): readonly [string, unknown] {
  return [(path ?? []).join('.'), extensions['code']];
}

/** As it is on the wire, so that only data is compared. */
function plain(data: unknown): unknown {
  return data === undefined ? undefined : JSON.parse(JSON.stringify(data));
}

function executorOf({ sdl, resolvers = {} }: Part): (request: SubgraphRequest) => Promise<SubgraphResponse> {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(`${federation}\n${sdl}`), resolvers: resolvers as never },
  ]);
  return async (request) => {
    const { data, errors } = await execute({
      schema,
      // The text, not the document: a subgraph of another process gets nothing else.
      document: parse(request.query),
      variableValues: request.variables,
      operationName: request.operationName,
      contextValue: request,
    });
    const told = errors?.map(({ message, path, originalError, extensions }) => ({
      message,
      path,
      extensions:
        (originalError as { extensions?: Record<string, unknown> } | undefined)?.extensions ?? extensions,
    }));
    return { data: data as Record<string, unknown> | null, ...(told ? { errors: told } : {}) };
  };
}
