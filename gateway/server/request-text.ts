import type { FastifyInstance } from 'fastify';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text that bytes stand for. A byte that is no UTF-8 is refused and not replaced: what a client of another encoding writes
 * would be stored as garbage, and nobody could tell later what it was. A byte order mark is left out.
 * @throws AmrloError `REQUEST_NOT_UTF8`
 */
export function utf8TextOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new AmrloError('REQUEST_NOT_UTF8', {}, { cause: error });
  }
}

/**
 * The parameters of an address. Percent signs must stand for UTF-8 too: in another encoding a search would silently
 * look for something else.
 * @param search with its question mark or without
 * @throws AmrloError `REQUEST_NOT_UTF8`
 */
export function parametersIn(search: string): URLSearchParams {
  for (const [encoded] of search.matchAll(/(?:%[0-9a-f]{2})+/gi))
    utf8TextOf(Buffer.from(encoded.replaceAll('%', ''), 'hex'));
  return new URLSearchParams(search);
}

/** The part of a request's target from the question mark on; empty where there is none. */
export function searchOf(url: string | undefined): string {
  const at = url?.indexOf('?') ?? -1;
  return url === undefined || at < 0 ? '' : url.slice(at);
}

/**
 * Refuses a body that says it is in another encoding; one that says nothing is taken for UTF-8, as JSON is.
 * @throws AmrloError `CHARSET_UNSUPPORTED`
 */
export function checkCharset(contentType: string | undefined): void {
  for (const [, charset = ''] of (contentType ?? '').matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi)) {
    if (!/^utf-?8$/i.test(charset))
      throw new AmrloError('CHARSET_UNSUPPORTED', { charset: charset.slice(0, 50) });
  }
}

/** Bodies are JSON in UTF-8 and nothing else; the guard against `__proto__` is Fastify's own. */
export function takeJsonOnly(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  // A text body would pass as a simple request, which a page of another site may send.
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      checkCharset(request.headers['content-type']);
      text = utf8TextOf(body as Buffer);
    } catch (error) {
      done(error as AmrloError);
      return;
    }
    // It answers by `done`, never by a promise.
    void parseJson(request, text, done);
  });
}
