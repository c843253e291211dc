import type { FastifyReply } from 'fastify';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../../subgraphs/kit/base/errors/catalogue.js';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { ErrorMask } from '../security/error-mask.js';

/** Answers with one error, in the shape of a GraphQL answer and with the catalogue's HTTP status. */
export function sendFault(
  reply: FastifyReply,
  error: unknown,
  locale: Locale,
  mask: ErrorMask,
): FastifyReply {
  const formatted = mask.mask(error, locale);
  const code = formatted.extensions?.['code'] as ErrorCode;
  const status = catalogue[code].status;
  const retryAfterMs = formatted.extensions?.['retryAfterMs'];
  if (typeof retryAfterMs === 'number' && (status === 429 || status === 503)) {
    reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ errors: [formatted] }));
}

/** What Fastify could not read, as an error of the catalogue. */
export function asRequestFault(error: unknown, maxBodyBytes: number): unknown {
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new AmrloError('REQUEST_TOO_LARGE', { max: maxBodyBytes });
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return error;
  const detail =
    code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ||
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY'
      ? {
          FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Content-Type',
          FST_ERR_CTP_INVALID_JSON_BODY: 'JSON',
          FST_ERR_CTP_EMPTY_JSON_BODY: 'empty body',
        }[code]
      : String(message).slice(0, 200);
  return new AmrloError('REQUEST_MALFORMED', { detail });
}
