import { GraphQLError } from 'graphql';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { catalogue } from '../kit/base/errors/catalogue.js';
import type { SubgraphError, SubgraphRequest } from '../kit/base/link/subgraph-request.js';

/** The AmrloError inside an error, or `INTERNAL` with the request's id in place of anything unknown. */
export function amrloErrorOf(error: unknown, requestId: string): AmrloError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (cause instanceof AmrloError) return cause;
  return new AmrloError('INTERNAL', { id: requestId }, { cause });
}

/** An error in the form in which a subgraph reports it: in the reader's language, with its code, without insides. */
export function reportError(
  error: unknown,
  request: Pick<SubgraphRequest, 'locale' | 'requestId'>,
  path?: ReadonlyArray<string | number>,
): SubgraphError {
  const known = amrloErrorOf(error, request.requestId);
  const { retryable } = catalogue[known.code];
  return {
    message: known.messageIn(request.locale),
    ...(path === undefined ? {} : { path }),
    extensions: {
      code: known.code,
      retryable,
      ...(known.code === 'INTERNAL' ? { id: request.requestId } : {}),
    },
  };
}
