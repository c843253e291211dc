/**
 * Mercurius over `@mercuriusjs/gateway`, which speaks Federation 1: takes `{ services }`, each with its SDL of that
 * version, over the channel, answers with its address. Compiled queries (`jit`) as its documentation advises.
 */
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

process.once('message', async ({ services }) => {
  const app = Fastify({ logger: false, keepAliveTimeout: 120_000 });
  await app.register(mercuriusGateway, { gateway: { services }, jit: 1, graphiql: false });
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.send(`http://127.0.0.1:${app.server.address().port}/graphql`);
});
process.once('disconnect', () => process.exit(0));
