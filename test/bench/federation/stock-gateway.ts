/** Stock Apollo Server over stock `@apollo/gateway`: takes the supergraph over the channel, answers with its address. */
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

process.once('message', (supergraphSdl: string) => {
  void (async () => {
    const gateway = new ApolloGateway({ supergraphSdl });
    const server = new ApolloServer({ gateway, introspection: false });
    const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
    process.send?.(`${url}graphql`);
  })();
});
process.once('disconnect', () => process.exit(0));
