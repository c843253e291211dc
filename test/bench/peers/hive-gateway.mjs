/**
 * Hive Gateway's runtime as its documentation sets it up for production: takes `{ sdl, native, share }` over the
 * channel, answers with its address. `native` takes the query planner in Rust and its executor, `share` gives one
 * call in flight to all who ask the same.
 */
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import http from '@graphql-mesh/transport-http';

process.once('message', ({ sdl, native, share }) => {
  const gateway = createGatewayRuntime({
    supergraph: sdl,
    transports: { http: { default: http } },
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: share } } },
    ...(native ? { unifiedGraphHandler } : {}),
    inboundInflightRequestDeduplication: share,
    logging: false,
    landingPage: false,
    graphiql: false,
    maskedErrors: true,
  });
  const server = createServer({ keepAliveTimeout: 120_000 }, gateway);
  server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}/graphql`));
});
process.once('disconnect', () => process.exit(0));
