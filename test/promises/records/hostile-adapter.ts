import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SubgraphRequest, SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';

/** What a hostile adapter does with a question; `usual` is what an honest one would answer. */
export type Misbehaviour = (
  response: ServerResponse,
  usual: string,
  request: IncomingMessage,
) => void | Promise<void>;

/** An adapter over HTTP that can be told to misbehave on the wire. */
export async function startHostileAdapter(
  honest: (request: SubgraphRequest) => Promise<SubgraphResponse>,
): Promise<{
  url: string;
  behave: (how: Misbehaviour) => void;
  calls: () => number;
  stop: () => Promise<void>;
}> {
  let how: Misbehaviour = (response, usual) => void response.end(usual);
  let calls = 0;
  const server = createServer(async (request, response) => {
    calls += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as SubgraphRequest;
    const answer = await honest({
      query,
      variables: variables ?? {},
      assertion: '',
      requestId: 'req',
      locale: 'en',
      deadline: Date.now() + 10_000,
      signal: new AbortController().signal,
    });
    response.setHeader('content-type', 'application/json');
    await how(response, JSON.stringify(answer), request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    behave: (next) => (how = next),
    calls: () => calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
