import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, type FormattedExecutionResult } from 'graphql';
import { createErrorMask } from '../../gateway/security/error-mask.js';
import { attachSubscriptions, type SubscriptionsOptions } from '../../gateway/subscriptions/attach.js';
import type { LiveExecution } from '../../gateway/subscriptions/live-operations.js';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { anonymous, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';

/** The API schema of the live query tests. */
export const api = buildSchema(`
  type Query { deposit(id: ID!): Deposit me: Learner }
  type Mutation { review(id: ID!): Deposit }
  type Deposit { id: ID! state: String }
  type Learner { id: ID! name: String }
`);

/** A real HTTP server with live queries over a graph that answers what the test says. */
export async function startLiveServer(more: Partial<SubscriptionsOptions> = {}) {
  const clock = new FakeClock();
  const wakeBus = createLocalWakeBus();
  const executions: LiveExecution[] = [];
  const graph = { state: 'SUBMITTED', fails: false };
  const tokens = new Map<string, { principal: Principal; expiresAt?: Date }>();
  tokens.set('Bearer li', {
    principal: { kind: 'PERSON', subject: 'li', grants: [], scopes: [] },
    expiresAt: new Date(clock.now().getTime() + 60_000),
  });
  const logged: unknown[] = [];
  const httpServer: Server = createServer((request, response) => {
    if (request.url?.startsWith('/graphql/stream')) void subscriptions.handleEventStream(request, response);
    else response.writeHead(404).end();
  });
  const subscriptions = attachSubscriptions({
    httpServer,
    wakeBus,
    clock,
    schema: api,
    mask: createErrorMask({ log: { error: (line: unknown) => void logged.push(line) } }),
    async authenticate(headers) {
      const header = headers['authorization'];
      if (header === undefined) return { principal: anonymous };
      const known = tokens.get(String(header));
      if (known === undefined) throw new AmrloError('TOKEN_INVALID');
      return known;
    },
    async execute(request): Promise<FormattedExecutionResult> {
      executions.push(request);
      if (graph.fails) throw new Error('select * from deposit');
      return { data: { deposit: { state: graph.state, seenBy: request.principal.subject } } };
    },
    ...more,
  });
  await once(httpServer.listen(0, '127.0.0.1'), 'listening');
  const { port } = httpServer.address() as AddressInfo;
  return {
    clock,
    wakeBus,
    executions,
    graph,
    tokens,
    logged,
    subscriptions,
    httpServer,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
    streamUrl: `http://127.0.0.1:${port}/graphql/stream`,
    async close() {
      await subscriptions.close();
      httpServer.closeAllConnections();
      await new Promise((resolve) => httpServer.close(resolve));
    },
  };
}

/** A started live server. */
export type LiveServer = Awaited<ReturnType<typeof startLiveServer>>;

/** Yields to the machine until a condition holds; a test that waits in vain ends by its own timeout. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
