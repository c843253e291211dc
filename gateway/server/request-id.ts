import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The header that names a request, in and out. */
export const requestIdHeader = 'x-request-id';

/** The caller's own request id where it is a sane one (8 to 128 characters that no log or header can trip over), else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers[requestIdHeader];
  return typeof given === 'string' && /^[A-Za-z0-9._:-]{8,128}$/.test(given) ? given : randomUUID();
}
