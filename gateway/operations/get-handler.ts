import type { DocumentNode } from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../../subgraphs/kit/base/errors/catalogue.js';
import { localeOf } from '../../subgraphs/kit/base/locale.js';
import type { RequestHeaders } from '../security/authentication.js';
import type { ErrorMask } from '../security/error-mask.js';
import { defaultLimits, parseOperation, type OperationLimits } from '../security/limits.js';
import { parametersIn, searchOf } from '../server/request-text.js';
import { chosenOperation } from './chosen-operation.js';
import { entityTagOf, matchesEntityTag, readHeaders } from './entity-tag.js';
import type { PersistedOperations } from './persisted-operations.js';

/** A query that came by GET, ready to run. */
export interface GetExecution {
  readonly query: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown> | undefined;
  readonly headers: RequestHeaders;
}

/** An HTTP answer, for any server to send. */
export interface GetAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the handler stands on. */
export interface GetHandlerOptions {
  readonly operations: PersistedOperations;
  /** Runs the query as for POST, errors already masked; the body is the answer's JSON. */
  readonly execute: (
    request: GetExecution,
  ) => Promise<{ status?: number; headers?: Record<string, string>; body: string }>;
  readonly mask: ErrorMask;
  readonly limits?: OperationLimits;
}

/**
 * Answers `GET /graphql?operationName&variables&extensions`: persisted queries only, with an entity tag, so that a phone
 * that holds the answer already gets 304 and no body. Mutations and subscriptions are refused with 405 before anything runs.
 */
export function createGetHandler(
  options: GetHandlerOptions,
): (request: { url: string; headers: RequestHeaders }) => Promise<GetAnswer> {
  return async ({ url, headers }) => {
    try {
      const execution = await readRequest(url, headers, options);
      const { status = 200, headers: given = {}, body } = await options.execute(execution);
      // The length is the sender's business: a 304 has no body.
      const { 'content-length': _, ...more } = given;
      const sent = { 'content-type': 'application/json; charset=utf-8', ...more, ...readHeaders };
      if (status !== 200) return { status, headers: { ...sent, 'cache-control': 'no-store' }, body };
      const etag = entityTagOf(body);
      if (matchesEntityTag(headers['if-none-match'], etag))
        return { status: 304, headers: { ...readHeaders, etag }, body: '' };
      return { status, headers: { ...sent, etag }, body };
    } catch (error) {
      return refusal(error, headers, options.mask);
    }
  };
}

async function readRequest(
  url: string,
  headers: RequestHeaders,
  options: GetHandlerOptions,
): Promise<GetExecution> {
  const search = parametersIn(searchOf(url));
  const extensions = jsonIn(search, 'extensions');
  if (search.has('query') || !extensions?.['persistedQuery']) throw new AmrloError('OPERATION_HASH_EXPECTED');
  const { query } = await options.operations.resolve({ extensions }, false);
  const document = parseOperation(query, options.limits ?? defaultLimits);
  const operationName = search.get('operationName') || undefined;
  if (chosenOperation(document, operationName).operation !== 'query')
    throw new AmrloError('METHOD_NOT_ALLOWED');
  return { query, document, operationName, variables: jsonIn(search, 'variables'), headers };
}

function jsonIn(search: URLSearchParams, name: string): Record<string, unknown> | undefined {
  const text = search.get(name);
  if (text === null || text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AmrloError('REQUEST_MALFORMED', { detail: name });
  }
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new AmrloError('REQUEST_MALFORMED', { detail: name });
  return value as Record<string, unknown>;
}

function refusal(error: unknown, headers: RequestHeaders, mask: ErrorMask): GetAnswer {
  const language = headers['accept-language'];
  const formatted = mask.mask(error, localeOf(Array.isArray(language) ? language[0] : language));
  const code = formatted.extensions?.['code'] as ErrorCode;
  const retryAfter = formatted.extensions?.['retryAfterMs'];
  return {
    status: catalogue[code].status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...readHeaders,
      'cache-control': 'no-store',
      ...(code === 'METHOD_NOT_ALLOWED' ? { allow: 'POST' } : {}),
      ...(typeof retryAfter === 'number' ? { 'retry-after': String(Math.ceil(retryAfter / 1000)) } : {}),
    },
    body: JSON.stringify({ errors: [formatted] }),
  };
}
