import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { Link } from '../../base/link/link.js';
import { servicePrincipal } from '../../base/identity/principal.js';
import type { ScopeRequest } from './request-scope.js';

/** Reads another room's facts; the operation is written out in the caller, so its shape is reviewed there. */
export interface SubgraphClient {
  /** Asks for the same principal. Rejects when any part of the answer failed: half a fact is not a fact. */
  query<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Asks as a service of this house, for facts that only services may read. */
  queryAsService<T>(service: string, query: string, variables?: Record<string, unknown>): Promise<T>;
}

/** A client for one subgraph, over the given link, within the request's budget. */
export function createSubgraphClient(link: Link, subgraph: string, request: ScopeRequest): SubgraphClient {
  async function ask<T>(
    principal: ScopeRequest['principal'],
    query: string,
    variables: Record<string, unknown>,
  ) {
    const answer = await link.call({
      subgraph,
      query,
      variables,
      isMutation: false,
      principal,
      requestId: request.requestId,
      ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
      locale: request.locale,
      deadline: request.deadline,
      signal: request.signal,
    });
    const failure = answer.errors?.[0];
    if (failure !== undefined || !answer.data) {
      throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph }, { cause: failure });
    }
    return answer.data as T;
  }
  return {
    query: (query, variables = {}) => ask(request.principal, query, variables),
    queryAsService: (service, query, variables = {}) => ask(servicePrincipal(service), query, variables),
  };
}
