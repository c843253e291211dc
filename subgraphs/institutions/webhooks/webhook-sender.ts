import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { isPublicAddress } from '../schools/public-address.js';
import { acceptableWebhookUrl } from './webhook-url.js';

/** Why no answer came. */
export type WebhookFailure = 'ADDRESS_REFUSED' | 'TIMEOUT' | 'UNREACHABLE';

/** What a receiver answered, or why it did not. */
export type WebhookAnswer =
  | { readonly status: number; readonly response: string }
  | { readonly status: null; readonly failure: WebhookFailure };

/** Sends one message to an address outside; never throws. */
export type WebhookSender = (message: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<WebhookAnswer>;

/** How far a sender trusts addresses; the defaults are what production uses. */
export interface WebhookSenderOptions {
  /** Throws where an address may not be asked at all. */
  readonly acceptable?: (url: string) => unknown;
  /** Whether a connection to a resolved address may be made. */
  readonly mayReach?: (address: string) => boolean;
  readonly lookup?: typeof systemLookup;
  /** Longest wait for one whole answer; 10 seconds by default. */
  readonly timeoutMs?: number;
}

/** The most that is read of an answer: enough for a message, too little to store anything in. */
const mostBytes = 1024;

class AddressRefused extends Error {}

/**
 * A sender that makes no connection to an address inside the alliance's network: the name is resolved, and every
 * address looked at, by the very lookup that the connection uses, so that a name cannot lead elsewhere a moment later.
 * Redirects are not followed; of the answer no more than a kilobyte is read.
 */
export function createWebhookSender(options: WebhookSenderOptions = {}): WebhookSender {
  const acceptable = options.acceptable ?? acceptableWebhookUrl;
  const mayReach = options.mayReach ?? isPublicAddress;
  const timeoutMs = options.timeoutMs ?? 10_000;
  let agent: Agent | undefined;

  return async ({ url, headers, body }) => {
    agent ??= new Agent({
      connect: { lookup: guarded(options.lookup ?? systemLookup, mayReach), timeout: timeoutMs },
      keepAliveTimeout: 1_000,
    });
    try {
      acceptable(url);
    } catch {
      return { status: null, failure: 'ADDRESS_REFUSED' };
    }
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent, signal });
      return { status: answer.statusCode, response: await beginningOf(answer.body) };
    } catch (error) {
      return { status: null, failure: failureOf(error, signal) };
    }
  };
}

function guarded(lookup: typeof systemLookup, mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '');
      const [first] = found;
      // One address inside among several is refused too: which one is taken is not ours to say.
      if (first === undefined || !found.every(({ address }) => mayReach(address)))
        return callback(new AddressRefused(hostname), '');
      if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the stream.
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  const text = Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
  // PostgreSQL stores no U+0000.
  return text.replaceAll('\0', '\u{FFFD}');
}

function failureOf(error: unknown, signal: AbortSignal): WebhookFailure {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AddressRefused) return 'ADDRESS_REFUSED';
    if ('code' in cause && cause.code === 'UND_ERR_CONNECT_TIMEOUT') return 'TIMEOUT';
  }
  return signal.aborted ? 'TIMEOUT' : 'UNREACHABLE';
}
