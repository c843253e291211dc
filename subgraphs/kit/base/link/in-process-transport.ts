import { AsyncLocalStorage } from 'node:async_hooks';
import type { SubgraphTransport } from './subgraph-request.js';

/**
 * Reaches a subgraph of the same process: no socket, no text, the plan's own document.
 * Every call starts in the async context in which this transport was made, so that nothing ambient of the caller
 * (its transaction, its request scope) leaks into a room that will run elsewhere in another deployment.
 */
export function createInProcessTransport(handler: SubgraphTransport): SubgraphTransport {
  const inFreshContext = AsyncLocalStorage.snapshot();
  return async (request) => inFreshContext(handler, request);
}
