import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookAnswer, WebhookSender } from '../../subgraphs/institutions/webhooks/webhook-sender.js';

/** A message as a receiver got it. */
export interface ReceivedMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A receiver in place of the network: keeps what it got, and answers what the test wants. */
export function fakeReceiver(): {
  readonly received: ReceivedMessage[];
  readonly send: WebhookSender;
  answer: (message: ReceivedMessage) => WebhookAnswer | Promise<WebhookAnswer>;
} {
  const received: ReceivedMessage[] = [];
  const self = {
    received,
    answer: (_: ReceivedMessage): WebhookAnswer | Promise<WebhookAnswer> => ({ status: 204, response: '' }),
    send: async (message: ReceivedMessage) => {
      received.push(message);
      return self.answer(message);
    },
  };
  return self;
}

/** A receiver over HTTP on this machine. */
export interface HttpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: { path: string; headers: IncomingHttpHeaders; body: string }[];
}

/** Starts one; the handler gives status, headers and body of the answer, or never answers. */
export async function httpReceiver(
  handle: (
    path: string,
  ) => { status: number; headers?: Record<string, string>; body?: string | Buffer } | undefined,
): Promise<HttpReceiver> {
  const received: HttpReceiver['received'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const answer = handle(path);
      if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
