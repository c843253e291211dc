import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue } from '../../subgraphs/kit/base/errors/catalogue.js';
import type { Link, LinkCall } from '../../subgraphs/kit/base/link/link-call.js';
import { reportExtension, type SubgraphError } from '../../subgraphs/kit/base/link/subgraph-request.js';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { Plain } from './answer-shape.js';
import type { SubgraphOperation } from './compiled-fetch.js';
import type { Cause } from './failures.js';
import type { OperationContext } from './graph-engine.js';
import type { RequestTrace } from './plan-trace.js';

/** What a subgraph gave, or why it gave nothing. */
export type SubgraphAnswer =
  | { readonly data: Plain; readonly errors: readonly SubgraphError[] }
  | { readonly data: undefined; readonly errors: readonly [SubgraphError, ...SubgraphError[]] };

/** Asks a subgraph; a failure becomes an answer, because a dead subgraph costs its own fields only. */
export async function askSubgraph(
  link: Link,
  subgraph: string,
  operation: SubgraphOperation,
  variables: Plain,
  kind: Pick<LinkCall, 'isMutation' | 'afterMutation'>,
  context: OperationContext,
  trace?: RequestTrace,
): Promise<SubgraphAnswer> {
  try {
    const { data, errors, extensions } = await link.call({
      subgraph,
      query: operation.query,
      document: operation.document,
      operationName: operation.operationName,
      variables,
      ...kind,
      principal: context.principal,
      requestId: context.requestId,
      traceparent: context.traceparent,
      locale: context.locale,
      deadline: context.deadline,
      signal: context.signal,
      ...(trace === undefined
        ? {}
        : {
            reportWanted: true,
            onShared: () => {
              trace.shared = true;
            },
          }),
    });
    if (trace !== undefined) trace.report = extensions?.[reportExtension];
    if (data !== null && data !== undefined) return { data, errors: errors ?? [] };
    const [first, ...rest] = errors ?? [];
    if (first !== undefined) return { data: undefined, errors: [first, ...rest] };
    return { data: undefined, errors: [unavailable(subgraph, context.locale)] };
  } catch (error) {
    if (!(error instanceof AmrloError)) throw error;
    return { data: undefined, errors: [asSubgraphError(error, context.locale)] };
  }
}

/** The error of a subgraph that answered something which is no answer. */
export function unavailable(subgraph: string, locale: Locale): SubgraphError {
  return asSubgraphError(new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph }), locale);
}

/** An error of a subgraph as the cause of missing values. */
export function causeOf(subgraph: string, error: SubgraphError, perObject = false): Cause {
  return { message: error.message, extensions: error.extensions ?? {}, subgraph, perObject, told: false };
}

function asSubgraphError(error: AmrloError, locale: Locale): SubgraphError {
  const { code, retryAfterMs, parameters } = error;
  return {
    message: error.messageIn(locale),
    extensions: {
      code,
      retryable: catalogue[code].retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(typeof parameters['id'] === 'string' && code === 'INTERNAL' ? { id: parameters['id'] } : {}),
    },
  };
}
