import { composeServices } from '@apollo/composition';
import { parse, print, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { GraphEngine, LoadedGraph } from '../../../gateway/engine/graph-engine.js';
import { parseSupergraph, type Supergraph } from '../../../gateway/supergraph/supergraph.js';
import { anonymous } from '../../../subgraphs/kit/base/identity/principal.js';
import type { Link } from '../../../subgraphs/kit/base/link/link-call.js';
import { createLogger } from '../../../subgraphs/kit/base/log.js';
import type { Answer } from './compared.js';
import { readDeclared, type Declared } from './declared.js';
import { hash, type FederationCase, type Plain } from './federation-case.js';
import { createStore, type Store } from './store.js';
import { subgraphSchema, subgraphSide, type SubgraphSide } from './subgraph-side.js';
import { truth, wholeSchema, type Truth } from './whole-schema.js';

/** Makes the executor under test; today's and any later one take these. */
export type CreateEngine = (options: {
  readonly supergraph: Supergraph;
  readonly link: Link;
  readonly log: ReturnType<typeof createLogger>;
}) => GraphEngine;

/** An executor's answer to an operation of a case. */
export interface EngineAnswer extends Answer {
  /** What no subgraph may be asked, and was. */
  readonly violations: readonly string[];
}

/** The composed subgraphs of a case, with the executors that are compared; operations run one after the other. */
export interface Federation {
  readonly whole: GraphQLSchema;
  /** The subgraphs' names. */
  readonly subgraphs: readonly string[];
  readonly declared: Declared;
  readonly supergraph: Supergraph;
  /** Why an operation cannot be asked at all, if so. */
  invalid(document: DocumentNode): string | undefined;
  truth(asked: AskedOperation): Truth;
  /** @param engine the name that it was given */
  answer(engine: string, asked: AskedOperation): Promise<EngineAnswer>;
  stop(): Promise<void>;
}

/** An operation with the failures under which it runs. */
export interface AskedOperation extends Pick<FederationCase, 'failures' | 'variables'> {
  readonly document: DocumentNode;
}

/**
 * Composes the subgraphs and loads the executors.
 * @returns why the subgraphs do not compose, where they do not
 */
export async function federate(
  subgraphs: FederationCase['subgraphs'],
  engines: Readonly<Record<string, CreateEngine>>,
): Promise<Federation | { readonly refused: string }> {
  const composed = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}/`, typeDefs: parse(sdl) })),
  );
  if (composed.supergraphSdl === undefined) return { refused: String(composed.errors?.[0]?.message) };
  const supergraph = parseSupergraph(composed.supergraphSdl);
  const schemas = new Map(Object.entries(subgraphs).map(([name, sdl]) => [name, subgraphSchema(name, sdl)]));
  const declared = readDeclared(schemas);
  const whole = wholeSchema(composed.supergraphSdl);
  const log = createLogger({ level: 'silent', name: 'differential' });
  let side: SubgraphSide | undefined;
  const link: Link = {
    call: (call) => (side as SubgraphSide).link.call(call),
    state: () => [],
    async close() {},
  };
  const running = new Map<string, { engine: GraphEngine; graph: LoadedGraph }>();
  for (const [name, create] of Object.entries(engines)) {
    const engine = create({ supergraph, link, log });
    running.set(name, { engine, graph: await engine.load() });
  }
  const storeOf = (failures: FederationCase['failures']): Store =>
    createStore(supergraph.schema, declared, failures);
  return {
    whole,
    supergraph,
    declared,
    subgraphs: [...schemas.keys()],
    invalid(document) {
      const faults = [whole, ...[...running.values()].map(({ graph }) => graph.schema)].flatMap((schema) =>
        validate(schema, document),
      );
      return faults[0]?.message;
    },
    truth: ({ document, variables, failures }) => truth(whole, document, variables, storeOf(failures)),
    async answer(name, { document, variables, failures }) {
      side = subgraphSide(schemas, { store: storeOf(failures), declared, failures });
      const { graph } = running.get(name)!;
      const { data, text, errors } = await graph.execute({
        document,
        operationName: null,
        variables: { ...variables },
        // Both forms of an answer are held against the truth.
        textWanted: hash(print(document)) % 2 === 0,
        context: {
          principal: anonymous,
          requestId: 'differential',
          locale: 'en',
          deadline: Date.now() + 60_000,
          signal: new AbortController().signal,
        },
      });
      const given = text === undefined ? JSON.stringify(data ?? null) : text;
      return {
        data: JSON.parse(given) as Plain | null,
        errors: JSON.parse(JSON.stringify(errors ?? [])) as NonNullable<Answer['errors']>,
        violations: side.violations,
      };
    },
    async stop() {
      for (const { engine } of running.values()) await engine.stop();
    },
  };
}
