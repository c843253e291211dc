import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { isPublicHost, plainUrl } from './public-address.js';

const longest = 500;
const path = ['input', 'endpoint'];

/**
 * Where an adapter may lie. Read by the parser that the router connects with, and kept as that parser writes it, so
 * that what was judged is what is asked: `http://2130706433` and `http://①②⑦.0.0.1` are both `http://127.0.0.1/`.
 *
 * The router stands inside the alliance's network. Only the secretariat may point it at something there; others give
 * a public address over TLS. A public name that leads to a private address cannot be told apart here; that is for the
 * network's rules (docs/deployment).
 * @param anywhere whether the caller may name addresses inside the alliance's network, `http:` and `local:`
 * @returns the address in its normal form
 * @throws AmrloError `SCHOOL_ENDPOINT_INVALID`, `SCHOOL_ENDPOINT_RESERVED`
 */
export function acceptableEndpoint(endpoint: string, anywhere: boolean): string {
  if (/^local:[a-z0-9-]+$/.test(endpoint) && endpoint.length <= longest) {
    if (!anywhere) throw reserved(endpoint);
    return endpoint;
  }
  const url = addressIn(endpoint);
  if (!anywhere && !(url.protocol === 'https:' && isPublicHost(url.hostname))) throw reserved(url.host);
  return url.href;
}

function addressIn(endpoint: string): URL {
  const read = plainUrl(endpoint, longest);
  if (read instanceof URL) return read;
  throw invalid(read === 'form' ? 'http(s)://… | local:NAME' : read);
}

function invalid(detail: string) {
  return refuse('SCHOOL_ENDPOINT_INVALID', { detail }, path);
}

function reserved(endpoint: string) {
  return refuse('SCHOOL_ENDPOINT_RESERVED', { endpoint }, path);
}
