/**
 * All subgraphs of the shop in one process, and the key set of an identity provider: takes the key set over the
 * channel, answers with the addresses. An answer is computed once and then given from memory by the text of its
 * request, without what makes the request distinct: the gateway is measured, not the subgraphs.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphql, type GraphQLSchema } from 'graphql';
import { distinguishing } from './shop-query.js';
import { shopSubgraph, shopSubgraphs } from './shop-subgraphs.js';

/** More answers than this are not remembered; the operations of a run are fewer. */
const mostAnswers = 60_000;

interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

function serve(
  name: string,
  schema: GraphQLSchema,
): (request: IncomingMessage, response: ServerResponse) => void {
  const answers = new Map<string, Buffer>();
  async function answerTo(body: string): Promise<Buffer> {
    const key = body.replaceAll(distinguishing, '');
    let answer = answers.get(key);
    if (answer === undefined) {
      const { query, variables, operationName } = JSON.parse(body) as Asked;
      const result = await graphql({ schema, source: query, variableValues: variables, operationName });
      if (result.errors !== undefined) process.stderr.write(`${name}: ${result.errors[0]?.message}\n`);
      answer = Buffer.from(JSON.stringify(result));
      if (answers.size < mostAnswers) answers.set(key, answer);
    }
    return answer;
  }
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answerTo(Buffer.concat(chunks).toString()).then((answer) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
          .end(answer),
      );
    });
  };
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer({ keepAliveTimeout: 120_000 }, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

process.once('message', (keys: string) => {
  void (async () => {
    const urls: Record<string, string> = {};
    for (const name of shopSubgraphs) urls[name] = `${await listen(serve(name, shopSubgraph(name)))}/graphql`;
    const jwks = await listen((_, response) =>
      response.setHeader('content-type', 'application/json').end(keys),
    );
    process.send?.({ urls, jwks: `${jwks}/jwks.json` });
  })();
});
process.once('disconnect', () => process.exit(0));
