import { Pool, type Dispatcher } from 'undici';
import type { Clock } from '../../../kit/base/clock.js';
import { readXml, type XmlElement } from '../xml/xml-document.js';
import { defaultXmlLimits, XmlFault } from '../xml/xml-fault.js';
import { decodeXml } from '../xml/xml-text.js';
import { SoapRefusal } from './soap-envelope.js';
import type { SoapDriverDeclaration } from './soap-schema.js';

/** A time limit that ran out; the service was told by closing the connection. */
export class SoapTimeout extends Error {
  override readonly name = 'SoapTimeout';
}

/** One school's service over HTTP. */
export interface SoapExchange {
  /**
   * Sends an envelope and gives the document of the answer. Aborting, and the end of the time, close the connection.
   * @throws XmlFault, SoapRefusal, SoapTimeout, or what the connection failed with
   */
  send(
    envelope: string,
    action: string,
    limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<XmlElement>;
  close(): Promise<void>;
}

/** How a service is reached. */
export interface SoapEndpoint {
  readonly url: string;
  /** The header Authorization. */
  readonly authorization?: string | undefined;
  readonly clock: Clock;
  readonly declared: Pick<SoapDriverDeclaration, 'version' | 'parallel' | 'maxAnswerBytes'>;
}

/** Opens no connection yet; connections are made when something is asked, `parallel` of them at most. */
export function createSoapExchange({ url, authorization, clock, declared }: SoapEndpoint): SoapExchange {
  const endpoint = new URL(url);
  const { version, maxAnswerBytes } = declared;
  const pool = new Pool(endpoint.origin, {
    connections: declared.parallel,
    pipelining: 1,
    // Time is kept by the clock below, for the whole question; these only catch what would hang beyond any budget.
    connect: { timeout: 30_000 },
    headersTimeout: 150_000,
    bodyTimeout: 150_000,
  });
  const fixed = {
    accept: version === '1.1' ? 'text/xml' : 'application/soap+xml',
    ...(authorization === undefined ? {} : { authorization }),
  };

  return {
    async send(envelope, action, { signal, timeoutMs }) {
      const own = new AbortController();
      const giveUp = clock.after(timeoutMs, () =>
        own.abort(new SoapTimeout('the service did not answer in time')),
      );
      const ended = AbortSignal.any([signal, own.signal]);
      try {
        const answer = await pool.request({
          path: endpoint.pathname + endpoint.search,
          method: 'POST',
          headers: { ...fixed, ...headersOf(version, action) },
          body: envelope,
          signal: ended,
        });
        return await documentOf(answer, maxAnswerBytes);
      } catch (error) {
        if (own.signal.aborted && !signal.aborted) throw own.signal.reason;
        throw error;
      } finally {
        giveUp();
      }
    },
    close: () => pool.destroy(),
  };
}

function headersOf(version: '1.1' | '1.2', action: string): Record<string, string> {
  if (version === '1.1') return { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${action}"` };
  const parameter = action === '' ? '' : `; action="${action}"`;
  return { 'content-type': `application/soap+xml; charset=utf-8${parameter}` };
}

/** SOAP sends faults with status 500 (1.1, section 6.2) or 400 (1.2, part 2, section 7.4.2); both are read as answers. */
async function documentOf(answer: Dispatcher.ResponseData, maxBytes: number): Promise<XmlElement> {
  const { statusCode, headers, body } = answer;
  const type = String(headers['content-type'] ?? '');
  const isXml = /^(?:text\/xml|application\/xml|application\/soap\+xml)\s*(?:;|$)/i.test(type);
  const isPlain = /^(?:identity)?$/i.test(String(headers['content-encoding'] ?? ''));
  if (!isXml || !isPlain || ![200, 400, 500].includes(statusCode)) {
    abandon(body);
    throw new SoapRefusal(
      `the service answered ${statusCode} with ${isXml ? 'XML' : 'something that is not XML'}`,
    );
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    abandon(body);
    throw new XmlFault('TOO_LARGE');
  }
  const parts: Buffer[] = [];
  let size = 0;
  // Leaving the loop destroys the body, and with it the connection.
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw new XmlFault('TOO_LARGE');
    parts.push(part);
  }
  const charset = /;\s*charset\s*=\s*"?([\w.-]+)"?/i.exec(type)?.[1];
  return readXml(decodeXml(Buffer.concat(parts), charset), { ...defaultXmlLimits, maxBytes });
}

/** Closes the connection of an answer that is not read; the reason is what is thrown, so the stream's own is not told. */
function abandon(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined);
  body.destroy();
}
