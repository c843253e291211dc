import { catalogue, type ErrorCode } from '../errors/catalogue.js';
import { AmrloError, messageOf } from '../errors/amrlo-error.js';
import { isFaultId, newFaultId } from '../errors/fault-id.js';
import type { Locale } from '../locale.js';
import type { Logger } from '../log.js';
import type { SubgraphError, SubgraphResponse } from './subgraph-request.js';

/** Who was asked and for whom; for the log and the message. */
export interface MaskingContext {
  readonly subgraph: string;
  readonly requestId: string;
  readonly locale: Locale;
  readonly log: Logger;
}

/**
 * Codes that speak about the request *we* wrote, not about the client's. Their text names fields and types of
 * the subgraph, and the client can do nothing about them.
 */
const ours: ReadonlySet<string> = new Set<ErrorCode>([
  'INTERNAL',
  'ASSERTION_MISSING',
  'REQUEST_MALFORMED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTROSPECTION_DISABLED',
  'PERSISTED_QUERY_NOT_FOUND',
]);

/**
 * The answer with its errors made safe to show: an error whose code is in the catalogue keeps its code, message,
 * rule and id; everything else becomes `INTERNAL` with an id, under which the log has the original.
 */
export function maskAnswer(answer: SubgraphResponse, context: MaskingContext): SubgraphResponse {
  if (answer.errors === undefined || answer.errors.length === 0) return answer;
  return { ...answer, errors: answer.errors.map((error) => maskError(error, context)) };
}

function maskError(error: SubgraphError, context: MaskingContext): SubgraphError {
  const extensions = error.extensions ?? {};
  const code = extensions['code'];
  const path = Array.isArray(error.path) ? { path: error.path as ReadonlyArray<string | number> } : {};
  if (typeof code === 'string' && Object.hasOwn(catalogue, code) && !ours.has(code)) {
    const entry = catalogue[code as ErrorCode];
    const retryAfterMs = extensions['retryAfterMs'];
    const rule = extensions['rule'] ?? entry.rule;
    return {
      message:
        typeof error.message === 'string'
          ? error.message.slice(0, 1_000)
          : messageOf(code as ErrorCode, {}, context.locale),
      ...path,
      extensions: {
        code,
        retryable: entry.retryable,
        ...(typeof rule === 'string' ? { rule } : {}),
        ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
        ...(isFaultId(extensions['id']) ? { id: extensions['id'] } : {}),
      },
    };
  }
  // A subgraph of this house has masked and logged already; its id is kept, so that one id leads to one log line.
  const id = isFaultId(extensions['id']) ? extensions['id'] : newFaultId();
  context.log.error(
    {
      id,
      subgraph: context.subgraph,
      requestId: context.requestId,
      upstreamCode: code,
      upstreamMessage: String(error.message).slice(0, 300),
      path: error.path,
    },
    'a subgraph reported an error that clients must not see',
  );
  return {
    message: messageOf('INTERNAL', { id }, context.locale),
    ...path,
    extensions: { code: 'INTERNAL', retryable: false, id },
  };
}

/** A failure of the whole call made safe: a catalogued fault passes, everything else becomes `INTERNAL` with a logged id. */
export function maskFailure(error: unknown, context: Omit<MaskingContext, 'locale'>): AmrloError {
  if (error instanceof AmrloError && !ours.has(error.code)) return error;
  const id = newFaultId();
  context.log.error(
    { id, subgraph: context.subgraph, requestId: context.requestId, err: error },
    'a subgraph call failed unexpectedly',
  );
  return new AmrloError('INTERNAL', { id, subgraph: context.subgraph }, { cause: error });
}
