import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question as a local server received it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly form: URLSearchParams;
  readonly body: string;
}

/** What a local server answers; `HANG` answers never. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent as JSON; `text` is sent as it is. */
      readonly json?: unknown;
      readonly text?: string;
    }
  | 'HANG';

/** A web service on this machine. */
export interface RestServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** How many questions were under way at once at most. */
  readonly busiest: () => number;
  /** How many connections were closed by the other side while a question was under way. */
  readonly left: () => number;
  stop(): Promise<void>;
}

/** Starts a web service that answers as `reply` says. */
export async function startRestServer(reply: (asked: Asked) => Reply | Promise<Reply>): Promise<RestServer> {
  const asked: Asked[] = [];
  let underWay = 0;
  let busiest = 0;
  let left = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    busiest = Math.max(busiest, underWay);
    response.on('close', () => {
      underWay -= 1;
      if (!response.writableFinished) left += 1;
    });
    const body = await textOf(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      form: new URLSearchParams(body),
      body,
    };
    asked.push(one);
    const answer = await reply(one);
    if (answer === 'HANG') return;
    const text = answer.text ?? (answer.json === undefined ? '' : JSON.stringify(answer.json));
    response.writeHead(answer.status ?? 200, {
      'content-type': answer.text === undefined ? 'application/json' : 'text/html; charset=utf-8',
      ...answer.headers,
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    busiest: () => busiest,
    left: () => left,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
