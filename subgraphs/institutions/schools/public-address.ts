import { BlockList, isIP } from 'node:net';

/**
 * Reads an address with the parser that will connect to it, so that what is judged is what is asked.
 * @returns the URL, or what is wrong with it: `form` (no http(s) address, or too long), `USER:PASSWORD@`, `#…`
 */
export function plainUrl(text: string, longest: number): URL | 'form' | 'USER:PASSWORD@' | '#…' {
  // The parser drops line breaks, tabs and outer spaces, and reads a backslash as a slash: none belongs in an address.
  const isPlain = /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(text);
  const url = isPlain ? URL.parse(text) : null;
  if (url === null || url.href.length > longest) return 'form';
  if (url.username !== '' || url.password !== '' || /^[^:]+:\/\/[^/?#]*@/.test(text)) return 'USER:PASSWORD@';
  return text.includes('#') ? '#…' : url;
}

/** Names of one word, and names that are never in the public tree (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`). */
const privateName = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;

/** Whether a host may lie outside: a name of the public tree, or an address that is globally reachable. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '').toLowerCase();
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return isPublicAddress(bare);
  return host.includes('.') && !privateName.test(host);
}

/** Whether an address, as text, is globally reachable. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !privateAddresses.check(address, 'ipv4');
    case 6:
      return globalUnicast.check(address, 'ipv6') && !privateAddresses.check(address, 'ipv6');
    default:
      return false;
  }
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
