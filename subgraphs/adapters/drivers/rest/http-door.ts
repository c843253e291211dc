import { Pool } from 'undici';

/** How a host is reached. */
export interface HttpDoorOptions {
  /** The host's address; only its origin counts. */
  readonly url: URL;
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
}

/** What is sent; the path holds the query. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; of several the first. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
  /** The path that answered, after redirects. */
  readonly path: string;
}

/** The one way to a host: a bounded number of kept sockets, bounded answers, and no way to any other host. */
export interface HttpDoor {
  /** @throws Error (of the connection, of the size, of a redirect elsewhere) and the signal's reason */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** A kept socket that the other side has just closed; nothing was answered on it. */
const brokenSocket: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Opens the door to a host. Aborting a request closes its socket, by which the host learns that nobody waits. */
export function createHttpDoor({
  url,
  connections,
  connectTimeoutMs,
  maxResponseBytes,
}: HttpDoorOptions): HttpDoor {
  const pool = new Pool(url.origin, {
    connections,
    // How long an answer may take is decided by the reading, not here.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 10_000,
    connect: { timeout: connectTimeoutMs },
  });

  async function once(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await pool.request({
      method: request.method,
      path: request.path,
      headers: { ...request.headers, 'accept-encoding': 'identity' },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Leaving the loop destroys the body and with it the socket.
      if (bytes > maxResponseBytes)
        throw new RangeError(`the answer is longer than ${maxResponseBytes} bytes`);
      chunks.push(chunk);
    }
    const header = (name: string): string | undefined => {
      const value = answer.headers[name];
      return typeof value === 'object' ? value[0] : value;
    };
    const charset = /charset="?([\w-]+)/i.exec(header('content-type') ?? '')?.[1];
    return {
      status: answer.statusCode,
      header,
      text: decode(Buffer.concat(chunks), charset),
      path: request.path,
    };
  }

  async function sent(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await once(request, signal);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (request.method !== 'GET' || signal.aborted || !brokenSocket.has(String(code))) throw error;
      return once(request, signal);
    }
  }

  return {
    async send(request, signal) {
      let asked = request;
      for (let hop = 0; ; hop += 1) {
        const answer = await sent(asked, signal);
        const location = answer.header('location');
        if (!redirects.has(answer.status) || location === undefined) return answer;
        const target = new URL(location, new URL(asked.path, url.origin));
        if (target.origin !== url.origin) throw new Error('the answer redirects to another host');
        if (hop === mostRedirects) throw new Error('the answer redirects again and again');
        // A form that was sent is not sent elsewhere, and never turned into a question without it.
        if (request.method !== 'GET') throw new Error(`a ${request.method} was redirected`);
        asked = { ...request, path: target.pathname + target.search };
      }
    },
    close: () => pool.destroy(),
  };
}

/** Lost characters stay visible as U+FFFD, and only the fields that hold them are refused. */
function decode(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A character set that nobody knows: JSON is UTF-8 by its own standard (RFC 8259, 8.1).
    return new TextDecoder().decode(bytes);
  }
}

/**
 * Checks the address of a web service: HTTPS, or HTTP on this machine or where the school file allows it.
 * @throws Error with one sentence that names the setting
 */
export function acceptableUrl(setting: string, address: string, allowPlainHttp: boolean): URL {
  const url = new URL(address);
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (loopback || allowPlainHttp))) {
    throw new Error(
      `${setting} must begin with https:, because records are read through it; a protected network without TLS is declared with allowPlainHttp.`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(`${setting} must hold no user, password, query or fragment.`);
  }
  return url;
}
