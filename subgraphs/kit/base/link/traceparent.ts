import { randomUUID } from 'node:crypto';

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/**
 * The `traceparent` of a new span (W3C Trace Context, version 00): the caller's trace where it named one in the
 * right form, else a new, unsampled trace.
 */
export function childTraceparent(parent: string | undefined): string {
  const known = parent === undefined ? null : pattern.exec(parent);
  // Node keeps random bytes in store for UUIDs, and this runs for every call of a subgraph. The second half of one
  // has 62 random bits.
  const span = hexadecimal(randomUUID()).slice(16);
  if (known !== null && !/^0+$/.test(known[1] ?? '')) return `00-${known[1]}-${span}-${known[2]}`;
  return `00-${hexadecimal(randomUUID())}-${span}-00`;
}

function hexadecimal(uuid: string): string {
  return uuid.replaceAll('-', '');
}
