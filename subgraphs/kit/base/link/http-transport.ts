import { Pool } from 'undici';
import { AmrloError } from '../errors/amrlo-error.js';
import type { ClosableTransport } from './link-call.js';
import {
  maxAnswerBytes,
  subgraphHeaders,
  type SubgraphRequest,
  type SubgraphResponse,
} from './subgraph-request.js';

/** How a subgraph is reached over HTTP. */
export interface HttpTransportOptions {
  /** The subgraph's name, for errors. */
  readonly subgraph: string;
  /** Its endpoint, for example `http://127.0.0.1:4001/graphql`. */
  readonly url: string;
  /** Sockets kept open at most; 64 when absent. The bulkhead bounds the calls, this bounds the sockets. */
  readonly connections?: number;
  /** A longer answer counts as a failure; 16 MiB when absent. */
  readonly maxResponseBytes?: number;
  /** Milliseconds to wait for a connection; 2,000 when absent. */
  readonly connectTimeoutMs?: number;
}

/**
 * Reaches a subgraph over HTTP with a pool of its own. An aborted signal closes the request's socket, which is
 * how the subgraph learns that nobody waits. How long an answer may take is decided by the budget, not here.
 */
export function createHttpTransport(
  options: HttpTransportOptions,
): ClosableTransport & { close(): Promise<void> } {
  const { subgraph } = options;
  const url = new URL(options.url);
  const path = url.pathname + url.search;
  const maxBytes = options.maxResponseBytes ?? maxAnswerBytes;
  const pool = new Pool(url.origin, {
    connections: options.connections ?? 64,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: options.connectTimeoutMs ?? 2_000 },
  });
  const unavailable = (cause: unknown): AmrloError =>
    new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph }, { cause });

  async function transport(request: SubgraphRequest): Promise<SubgraphResponse> {
    let status: number;
    let text: string;
    try {
      const answer = await pool.request({
        method: 'POST',
        path,
        headers: headersOf(request),
        body: JSON.stringify({
          query: request.query,
          variables: request.variables,
          operationName: request.operationName,
        }),
        signal: request.signal,
      });
      status = answer.statusCode;
      // Who answers from elsewhere is not the one that was asked; leaving the body unread closes the socket.
      if (status >= 300 && status < 400) {
        answer.body.on('error', () => undefined).destroy();
        throw new Error(`status ${status}: redirections are not followed`);
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        // Leaving the loop destroys the body and with it the socket.
        if (bytes > maxBytes) throw new RangeError(`the answer is longer than ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      text = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes)).toString('utf8');
    } catch (error) {
      if (request.signal.aborted) throw new AmrloError('REQUEST_CANCELLED', { subgraph }, { cause: error });
      throw unavailable(error);
    }
    return answerOf(text, status);
  }

  function answerOf(text: string, status: number): SubgraphResponse {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      // The text itself stays out of the cause: a proxy's error page may name internal hosts.
      throw unavailable(new Error(`status ${status}, and the body is not JSON`));
    }
    if (!isAnswer(answer))
      throw unavailable(new Error(`status ${status}, and the body is no GraphQL answer`));
    return answer;
  }

  return Object.assign(transport, { close: () => pool.close() });
}

function headersOf(request: SubgraphRequest): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    [subgraphHeaders.assertion]: request.assertion,
    [subgraphHeaders.requestId]: request.requestId,
    [subgraphHeaders.locale]: request.locale,
    [subgraphHeaders.budget]: String(Math.max(1, Math.round(request.deadline - Date.now()))),
  };
  if (request.traceparent !== undefined) headers[subgraphHeaders.traceparent] = request.traceparent;
  if (request.reportWanted === true) headers[subgraphHeaders.report] = 'wanted';
  return headers;
}

function isAnswer(value: unknown): value is SubgraphResponse {
  if (typeof value !== 'object' || value === null) return false;
  const { data, errors } = value as { data?: unknown; errors?: unknown };
  if (data === undefined && errors === undefined) return false;
  return (
    (data === undefined || data === null || (typeof data === 'object' && !Array.isArray(data))) &&
    (errors === undefined || Array.isArray(errors))
  );
}
