import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer, type ApolloServerOptions } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { LoadedGraph, OperationContext } from '../engine/graph-engine.js';
import { explanationOf } from '../explain/explanation.js';
import type { PlanTrace } from '../engine/plan-trace.js';
import { withoutSuggestion, type ErrorMask } from '../security/error-mask.js';

type ApolloGatewayInterface = NonNullable<ApolloServerOptions<ServerContext>['gateway']>;
type Executor = NonNullable<Awaited<ReturnType<ApolloGatewayInterface['load']>>['executor']>;
type ExecutorAnswer = Awaited<ReturnType<Executor>>;

/** What one request to the server depends on. */
export interface ServerContext extends OperationContext {
  /** The answer tells how it came about; only for those who may see that. */
  readonly explained: boolean;
  /** Told how many milliseconds of this process it took to plan the operation, where it had to be planned. */
  readonly onPlanned?: (milliseconds: number) => void;
}

/** Apollo Server over our engine. */
export interface GraphServer {
  readonly apollo: ApolloServer<ServerContext>;
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
  const apollo = new ApolloServer<ServerContext>({
    gateway: {
      async load() {
        return {
          executor: async (request) => {
            const context = request.context as unknown as ServerContext;
            let trace: PlanTrace | undefined;
            const { text, ...answer } = await graph.execute({
              document: request.document,
              operationName: request.request.operationName,
              variables: request.request.variables,
              context,
              textWanted: true,
              ...(context.onPlanned ? { onPlanned: context.onPlanned } : {}),
              ...(context.explained ? { onTrace: (ran: PlanTrace) => void (trace = ran) } : {}),
            });
            const given = text === undefined ? answer : { data: new WrittenData(text) };
            // Without a trace nothing was run: a variable did not fit, or the caller may read none of it.
            return (
              trace === undefined ? given : { ...given, extensions: { explain: explanationOf(trace) } }
            ) as ExecutorAnswer;
          },
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
    stringifyResult,
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

/** Data that the engine has written as JSON already; Apollo Server passes it on without looking into it. */
class WrittenData {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function stringifyResult(result: FormattedExecutionResult): string {
  if (!(result.data instanceof WrittenData)) return JSON.stringify(result);
  const { extensions } = result;
  const more = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
  return `{"data":${result.data.text}${more}}`;
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
