import {
  execute,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { AmrloError } from '../base/errors/amrlo-error.js';
import type { SubgraphRequest } from '../base/link/subgraph-request.js';

/** Executes operations on one schema; parsing and validation are done once per text. */
export function createExecutor(schema: GraphQLSchema) {
  const documents = new LRUCache<string, DocumentNode>({ max: 1_000 });

  function documentOf(request: SubgraphRequest): DocumentNode {
    const known = documents.get(request.query);
    if (known !== undefined) return known;
    let document: DocumentNode;
    try {
      document = request.document ?? parse(request.query, { noLocation: true });
    } catch (error) {
      throw new AmrloError('GRAPHQL_PARSE_FAILED', { detail: (error as Error).message });
    }
    const faults = validate(schema, document);
    if (faults[0] !== undefined)
      throw new AmrloError('GRAPHQL_VALIDATION_FAILED', { detail: faults[0].message });
    documents.set(request.query, document);
    return document;
  }

  return async (request: SubgraphRequest, contextValue: object): Promise<ExecutionResult> => {
    const result = await execute({
      schema,
      document: documentOf(request),
      contextValue,
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
    });
    // Without data nothing was begun: a variable does not fit, or there is no operation of that name.
    if (result.data !== undefined || result.errors?.[0] === undefined) return result;
    throw new AmrloError('BAD_USER_INPUT', { detail: result.errors[0].message });
  };
}
