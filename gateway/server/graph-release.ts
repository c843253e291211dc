import { setImmediate as turn } from 'node:timers/promises';
import { Kind, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Link } from '../../subgraphs/kit/base/link/link-call.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import { createCompiledEngine, type EngineFigures } from '../engine/compiled-engine.js';
import type { LoadedGraph } from '../engine/graph-engine.js';
import type { PersistedOperations } from '../operations/persisted-operations.js';
import { createAuthorization } from '../security/authorization.js';
import { withoutSuggestion, type ErrorMask } from '../security/error-mask.js';
import { parseOperation, type OperationLimits } from '../security/limits.js';
import { withLiveQueries } from '../subscriptions/live-queries.js';
import type { Supergraph } from '../supergraph/supergraph.js';
import { createGraphServer, type GraphServer } from './apollo-server.js';

/** What one release of the graph is made of. */
export interface GraphParts {
  readonly supergraph: Supergraph;
  /** The way to the subgraphs of this supergraph; closed by its owner, not by the gateway. */
  readonly link: Link;
  readonly operations?: PersistedOperations;
  /** Called once, at the instant at which this release begins to serve. */
  readonly serves?: () => void;
  /** Called once when the last request on this release has ended and another one serves. */
  readonly retired?: () => void;
}

/**
 * One release of the graph, complete: schema, authorization, plans, validated documents. Nothing of it is shared with
 * another release, so that an answer is of one release as a whole.
 */
export interface GraphRelease {
  readonly supergraph: Supergraph;
  readonly graph: LoadedGraph;
  readonly server: GraphServer;
  readonly operations: PersistedOperations | undefined;
  /** The names of registered operations that do not fit this release. */
  readonly outdated: readonly string[];
  /** What its compiled plans saved so far. */
  figures(): EngineFigures;
  /**
   * Makes sure that an operation which the client has not sent in full fits this release.
   * @throws AmrloError `OPERATION_OUTDATED`
   */
  checkStored(query: string): void;
  close(): Promise<void>;
}

/**
 * Makes a release and proves that it can serve: planner, API schema, authorization tables, the registered operations
 * planned. Between two operations other work goes on, so that a release can be made beside one that serves.
 * @param name what an error calls the supergraph
 * @throws AmrloError `SUPERGRAPH_INVALID`
 */
export async function prepareRelease(
  parts: GraphParts,
  options: {
    name: string;
    /** False: every field is open to everybody. */
    secured: boolean;
    production: boolean;
    mask: ErrorMask;
    limits: OperationLimits;
    log: Logger;
  },
): Promise<GraphRelease> {
  const { supergraph, link, operations } = parts;
  const { production, mask, limits, log } = options;
  const outdated: string[] = [];
  try {
    const engine = createCompiledEngine({
      supergraph,
      link,
      ...(options.secured ? { authorization: createAuthorization(supergraph.schema) } : {}),
      log,
    });
    const graph = await engine.load();
    const checkStored = storedCheck(graph, limits, production);
    for (const { name, document } of operations?.registered ?? []) {
      await turn();
      try {
        checkStored(document);
        const parsed = parseOperation(document, limits);
        // A live query is planned as a query when it is asked for.
        const isLive = parsed.definitions.some(
          (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'subscription',
        );
        if (!isLive) engine.warm(parsed, name);
      } catch (error) {
        // It may belong to another release of the graph; whoever asks for it gets the error.
        outdated.push(name);
        log.warn({ operation: name, err: error }, 'a registered operation could not be planned');
      }
    }
    const server = await createGraphServer({ graph, production, mask, log });
    return {
      supergraph,
      graph,
      server,
      operations,
      outdated,
      checkStored,
      figures: () => engine.figures(),
      async close() {
        await server.apollo.stop();
        await engine.stop();
        parts.retired?.();
      },
    };
  } catch (cause) {
    if (cause instanceof AmrloError) throw cause;
    throw new AmrloError(
      'SUPERGRAPH_INVALID',
      { file: options.name, detail: (cause as Error).message },
      { cause },
    );
  }
}

function storedCheck(
  { schema }: LoadedGraph,
  limits: OperationLimits,
  production: boolean,
): GraphRelease['checkStored'] {
  const live = withLiveQueries(schema);
  /** By text: what does not fit, or '' where all does. */
  const verdicts = new LRUCache<string, string>({
    maxSize: 8 * 1024 * 1024,
    sizeCalculation: (_, text) => text.length + 1,
  });
  return (query) => {
    let verdict = verdicts.get(query);
    if (verdict === undefined) {
      const [misfit] = validate(live, parseOperation(query, limits), undefined, { maxErrors: 1 });
      verdict = misfit?.message ?? '';
      verdicts.set(query, verdict);
    }
    if (verdict === '') return;
    throw new AmrloError('OPERATION_OUTDATED', { detail: production ? withoutSuggestion(verdict) : verdict });
  };
}
