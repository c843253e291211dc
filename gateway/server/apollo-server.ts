import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer, type ApolloServerOptions } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError } from 'graphql';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { LoadedGraph, OperationContext } from '../engine/graph-engine.js';
import { withoutSuggestion, type ErrorMask } from '../security/error-mask.js';

type ApolloGatewayInterface = NonNullable<ApolloServerOptions<OperationContext>['gateway']>;
type Executor = NonNullable<Awaited<ReturnType<ApolloGatewayInterface['load']>>['executor']>;
type ExecutorAnswer = Awaited<ReturnType<Executor>>;

/** Apollo Server over our engine. */
export interface GraphServer {
  readonly apollo: ApolloServer<OperationContext>;
  /** Apollo formats errors without knowing the request; the reader's language is given around the call. */
  readonly language: AsyncLocalStorage<Locale>;
}

/**
 * Apollo Server does what it is good at (content negotiation, CSRF prevention, validation with a document store) and
 * nothing per request beyond that: every plugin it would install by itself is off.
 */
export async function createGraphServer(options: {
  graph: LoadedGraph;
  production: boolean;
  mask: ErrorMask;
  log: Logger;
}): Promise<GraphServer> {
  const { graph, production, mask, log } = options;
  const language = new AsyncLocalStorage<Locale>();
  const apollo = new ApolloServer<OperationContext>({
    gateway: {
      async load() {
        return {
          executor: async (request) =>
            (await graph.execute({
              document: request.document,
              operationName: request.request.operationName,
              variables: request.request.variables,
              context: request.context as unknown as OperationContext,
            })) as ExecutorAnswer,
        };
      },
      onSchemaLoadOrUpdate(listener) {
        listener({ apiSchema: graph.schema, coreSupergraphSdl: '' });
        return () => undefined;
      },
      stop: async () => undefined,
    },
    introspection: !production,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    nodeEnv: production ? 'production' : 'development',
    logger: {
      debug() {},
      info() {},
      warn: (line: string) => log.warn(line),
      error: (line: string) => log.error(line),
    },
    stringifyResult: (result) => JSON.stringify(result),
    formatError: (formatted, error) =>
      formatFault(formatted, error, language.getStore() ?? 'zh-CN', mask, production),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return { apollo, language };
}

function formatFault(
  formatted: GraphQLFormattedError,
  error: unknown,
  locale: Locale,
  mask: ErrorMask,
  production: boolean,
): GraphQLFormattedError {
  if (formatted.extensions?.['validationErrorCode'] === 'INTROSPECTION_DISABLED') {
    return mask.mask({ message: '', extensions: { code: 'INTROSPECTION_DISABLED' } }, locale);
  }
  // Apollo puts its own code over the one a request fault may have had; the fault itself says more.
  const shown = production ? { ...formatted, message: withoutSuggestion(formatted.message) } : formatted;
  return mask.formatError(locale)(shown, error);
}
