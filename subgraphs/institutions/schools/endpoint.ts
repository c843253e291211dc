import { BlockList, isIP } from 'node:net';
import { refuse } from '../../kit/base/errors/amrlo-error.js';

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
  if (!anywhere && !(url.protocol === 'https:' && isPublic(url.hostname))) throw reserved(url.host);
  return url.href;
}

function addressIn(endpoint: string): URL {
  // The parser drops line breaks, tabs and outer spaces, and reads a backslash as a slash: none belongs in an address.
  const isPlain = /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(endpoint);
  const url = isPlain ? URL.parse(endpoint) : null;
  if (url === null || url.href.length > longest) throw invalid('http(s)://… | local:NAME');
  if (url.username !== '' || url.password !== '' || /^[^:]+:\/\/[^/?#]*@/.test(endpoint))
    throw invalid('USER:PASSWORD@');
  if (endpoint.includes('#')) throw invalid('#…');
  return url;
}

/** Names of one word, and names that are never in the public tree (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`). */
const privateName = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;

function isPublic(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '').toLowerCase();
  const bare = host.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  if (family === 4) return !privateAddresses.check(bare, 'ipv4');
  if (family === 6) return globalUnicast.check(bare, 'ipv6') && !privateAddresses.check(bare, 'ipv6');
  return host.includes('.') && !privateName.test(host);
}

/** What IANA's registries of special-purpose addresses do not call globally reachable, and what may wrap such ones. */
const privateAddresses = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  privateAddresses.addSubnet(network, bits, 'ipv4');
// Teredo and 6to4 carry an IPv4 address, which may be a private one; the others are documentation and protocols.
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  privateAddresses.addSubnet(network, bits, 'ipv6');

/** Everything outside is loopback, local, multicast, mapped, translated, or not given out. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

function invalid(detail: string) {
  return refuse('SCHOOL_ENDPOINT_INVALID', { detail }, path);
}

function reserved(endpoint: string) {
  return refuse('SCHOOL_ENDPOINT_RESERVED', { endpoint }, path);
}
