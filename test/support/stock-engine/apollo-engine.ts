import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Link } from '../../../subgraphs/kit/base/link/link-call.js';
import type { Logger } from '../../../subgraphs/kit/base/log.js';
import { applyDenied, type Authorization } from '../../../gateway/security/authorization.js';
import { createErrorMask } from '../../../gateway/security/error-mask.js';
import { createOpenAuthorization } from '../../../gateway/security/open-authorization.js';
import type { Supergraph } from '../../../gateway/supergraph/supergraph.js';
import { clientErrors } from './client-errors.js';
import { FailedInputs } from './failed-inputs.js';
import type { GraphEngine, GraphOperation, GraphResult } from '../../../gateway/engine/graph-engine.js';
import { createFetcher, type PlanContext } from './link-data-source.js';

type Executor = ApolloGateway['executor'];

/** What the stock executor leaves: its errors may be anything. */
interface PlanResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly unknown[];
}

/**
 * The engine of the foundation: Apollo's planner and executor over our own link. What the client may not read is
 * taken out before planning, and plans are kept by what is left, so a plan made for one caller's rights never
 * serves another's.
 */
export function createApolloEngine(options: {
  supergraph: Supergraph;
  link: Link;
  /** Absent: every field is open to everybody; for a foreign supergraph outside production. */
  authorization?: Authorization;
  log: Logger;
}): GraphEngine {
  const { supergraph, link, authorization = createOpenAuthorization(), log } = options;
  // Read by the gateway's constructor; without it the process opens a connection to Apollo's metrics endpoint.
  // oxlint-disable-next-line node/no-process-env -- the package offers no option for it
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph.sdl,
    buildService: ({ name }) => dataSource(name, link, supergraph.schema),
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true },
    __exposeQueryPlanExperimental: false,
    // Its lines name internal addresses and say nothing that ours do not.
    logger: { debug() {}, info() {}, warn: (line) => log.warn(line), error: (line) => log.error(line) },
  });
  const mask = createErrorMask({ log });

  async function run(
    operation: GraphOperation,
    executor: Executor,
    schema: GraphQLSchema,
  ): Promise<GraphResult> {
    const { context } = operation;
    const variables = operation.variables ?? {};
    const { document, denied, key, empty } = authorization.filter(
      operation.document,
      operation.operationName,
      variables,
      context.principal,
    );
    const result: PlanResult = empty ? { data: {} } : await plan(executor, document, operation, key);
    const errors =
      result.errors === undefined ? [] : clientErrors(result.errors, result.data, mask, context.locale);
    return applyDenied(
      {
        ...(result.data === undefined ? {} : { data: result.data }),
        ...(errors.length === 0 ? {} : { errors }),
      },
      denied,
      schema,
      context.locale,
    );
  }

  async function plan(
    executor: Executor,
    document: DocumentNode,
    operation: GraphOperation,
    key: string,
  ): Promise<PlanResult> {
    const context: PlanContext = { ...operation.context, failedInputs: new FailedInputs() };
    const result = await executor({
      request: { variables: operation.variables ?? {}, operationName: operation.operationName ?? undefined },
      document,
      queryHash: key,
      operationName: operation.operationName ?? null,
      context,
      metrics: {},
      logger: log,
    } as unknown as Parameters<Executor>[0]);
    const errors: unknown[] = [...(result.errors ?? [])];
    // A null where the schema allows none, without an error of a subgraph: the stock executor only mentions it.
    const completion = (result.extensions as { valueCompletion?: unknown[] } | undefined)?.valueCompletion;
    if (errors.length === 0 && completion !== undefined) errors.push(...completion.map(asFault));
    return {
      data: result.data as Record<string, unknown> | null | undefined,
      errors: errors.length === 0 ? undefined : errors,
    };
  }

  return {
    async load() {
      const { schema, executor } = await gateway.load();
      return {
        schema,
        async execute(operation) {
          try {
            return await run(operation, executor, schema);
          } catch (error) {
            return { errors: clientErrors([error], undefined, mask, operation.context.locale) };
          }
        },
      };
    },
    stop: () => gateway.stop(),
  };
}

function dataSource(name: string, link: Link, schema: GraphQLSchema): GraphQLDataSource {
  const fetch = createFetcher({ subgraph: name, link, schema });
  return {
    async process({ request, context, ...options }) {
      const document = 'document' in options ? options.document : undefined;
      if (document === undefined) throw new Error('The plan carries no document.');
      const answer = await fetch({
        query: request.query ?? '',
        document,
        operationName: request.operationName,
        variables: request.variables ?? {},
        context: context as PlanContext,
      });
      return answer;
    },
  };
}

function asFault(completion: unknown): Error {
  const { message, path } = completion as { message?: string; path?: unknown };
  return Object.assign(new Error(message ?? 'a value could not be completed'), { path });
}
