import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { chosenOperation } from '../operations/chosen-operation.js';
import { checkLimits, parseOperation, type OperationLimits } from '../security/limits.js';
import { parametersIn } from './request-text.js';

/** An operation as a client sent it, by POST or in the address of a GET. */
export interface OperationParameters {
  readonly query?: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
  readonly extensions?: Record<string, unknown> | null;
}

/** Refuses what is too large before anything expensive happens to it. */
export interface OperationIntake {
  /**
   * @throws AmrloError `OPERATION_MISSING`, `PERSISTED_QUERY_NOT_FOUND`, `GRAPHQL_PARSE_FAILED`, `OPERATION_UNKNOWN`,
   *   `OPERATION_UNNAMED`, `SUBSCRIPTION_STREAM_EXPECTED`, `OPERATION_TOO_LARGE`, `PAGE_SIZE_INVALID`
   */
  admit(parameters: OperationParameters): void;
}

/** Measured: a parsed operation takes about 40 bytes for each character of its text, so these are about 80 MB. */
const mostCharacters = 2_000_000;

/** Validation alone can be made to take seconds by an operation of a few kilobytes; so size is checked before it. */
export function createOperationIntake(limits: OperationLimits): OperationIntake {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: mostCharacters,
    sizeCalculation: (_, text) => text.length + 1,
  });
  return {
    admit({ query, operationName, variables, extensions }) {
      if (query === undefined || query === '') {
        if (extensions?.['persistedQuery']) throw new AmrloError('PERSISTED_QUERY_NOT_FOUND');
        throw new AmrloError('OPERATION_MISSING');
      }
      let document = documents.get(query);
      if (document === undefined) {
        document = parseOperation(query, limits);
        documents.set(query, document);
      }
      if (chosenOperation(document, operationName).operation === 'subscription')
        throw new AmrloError('SUBSCRIPTION_STREAM_EXPECTED');
      checkLimits(document, operationName, variables, limits);
    },
  };
}

/** The operation in a POST body. @throws AmrloError `REQUEST_MALFORMED` */
export function operationInBody(body: unknown): OperationParameters {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw malformed('body');
  return checked(body as Record<string, unknown>);
}

/** The operation in the address of a GET. @throws AmrloError `REQUEST_MALFORMED`, `REQUEST_NOT_UTF8` */
export function operationInSearch(search: string): OperationParameters {
  const parameters = parametersIn(search);
  const found: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const values = parameters.getAll(name);
    if (values.length > 1) throw malformed(name);
    const value = values[0];
    if (value === undefined) continue;
    if (name === 'query' || name === 'operationName') {
      found[name] = value;
      continue;
    }
    try {
      found[name] = JSON.parse(value);
    } catch {
      throw malformed(name);
    }
  }
  return checked(found);
}

function checked(found: Record<string, unknown>): OperationParameters {
  for (const name of ['query', 'operationName']) {
    const value = found[name];
    if (value !== undefined && value !== null && typeof value !== 'string') throw malformed(name);
  }
  for (const name of ['variables', 'extensions']) {
    const value = found[name];
    if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value)))
      throw malformed(name);
  }
  return { ...found, query: (found['query'] as string | null | undefined) ?? undefined };
}

function malformed(detail: string): AmrloError {
  return new AmrloError('REQUEST_MALFORMED', { detail });
}
