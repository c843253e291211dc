import { AsyncLocalStorage } from 'node:async_hooks';
import { AmrloError } from '../errors/amrlo-error.js';
import { jsonCopy, type JsonCopy } from './json-copy.js';
import {
  maxAnswerBytes,
  maxRequestBytes,
  type SubgraphRequest,
  type SubgraphResponse,
  type SubgraphTransport,
} from './subgraph-request.js';

/**
 * Reaches a subgraph of the same process: no socket, no text, the plan's own document.
 *
 * What it gives is what HTTP gives, so that a room does not notice where it runs: only the fields of a request cross,
 * variables and answers as copies of what JSON can carry, within the same limits of length. Neither side can write into
 * what the other keeps.
 *
 * Every call starts in the async context in which this transport was made, so that nothing ambient of the caller
 * (its transaction, its request scope) leaks into a room that will run elsewhere in another deployment.
 * @throws AmrloError `REQUEST_TOO_LARGE`, and `UPSTREAM_UNAVAILABLE` for an answer that is too long
 */
export function createInProcessTransport(subgraph: string, handler: SubgraphTransport): SubgraphTransport {
  const inFreshContext = AsyncLocalStorage.snapshot();
  return async (request) => receivedAnswer(subgraph, await inFreshContext(handler, receivedRequest(request)));
}

/**
 * The request as a subgraph gets it. Named one by one: what is not named here does not cross.
 * @throws AmrloError `REQUEST_TOO_LARGE`
 */
function receivedRequest(request: SubgraphRequest): SubgraphRequest {
  const { query, operationName } = request;
  const copy = jsonCopy({ query, variables: request.variables ?? {}, operationName });
  if (isLongerThan(maxRequestBytes, copy))
    throw new AmrloError('REQUEST_TOO_LARGE', { max: maxRequestBytes });
  return {
    query,
    document: request.document,
    operationName,
    variables: (copy.value as Required<SubgraphRequest>).variables,
    assertion: request.assertion,
    requestId: request.requestId,
    traceparent: request.traceparent,
    locale: request.locale,
    deadline: request.deadline,
    signal: request.signal,
    ...(request.reportWanted === true ? { reportWanted: true } : {}),
  };
}

/** @throws AmrloError `UPSTREAM_UNAVAILABLE` when it is too long */
function receivedAnswer(subgraph: string, { data, errors, extensions }: SubgraphResponse): SubgraphResponse {
  const copy = jsonCopy({ data, errors, extensions });
  if (isLongerThan(maxAnswerBytes, copy)) {
    const cause = new RangeError(`the answer is longer than ${maxAnswerBytes} bytes`);
    throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph }, { cause });
  }
  return copy.value as SubgraphResponse;
}

/** Made into text only where it may be too long. */
function isLongerThan(bytes: number, { value, bytesAtMost }: JsonCopy): boolean {
  return bytesAtMost > bytes && Buffer.byteLength(JSON.stringify(value)) > bytes;
}
