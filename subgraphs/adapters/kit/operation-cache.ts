import { parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { SubgraphRequest } from '../../kit/base/link/subgraph-request.js';

/** Parses and validates each operation once. */
export class OperationCache {
  readonly #schema: GraphQLSchema;
  readonly #documents = new LRUCache<string, DocumentNode>({ max: 500 });

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** @throws AmrloError `GRAPHQL_PARSE_FAILED` or `GRAPHQL_VALIDATION_FAILED` */
  documentOf(request: Pick<SubgraphRequest, 'query' | 'document'>): DocumentNode {
    const known = this.#documents.get(request.query);
    if (known !== undefined) return known;
    const document = request.document ?? parsed(request.query);
    const fault = validate(this.#schema, document, undefined, { maxErrors: 1 })[0];
    if (fault !== undefined) throw new AmrloError('GRAPHQL_VALIDATION_FAILED', { detail: fault.message });
    this.#documents.set(request.query, document);
    return document;
  }
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { noLocation: true });
  } catch (error) {
    throw new AmrloError('GRAPHQL_PARSE_FAILED', { detail: error instanceof Error ? error.message : '' });
  }
}
