import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** What a `jsonb` column holds. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one spelling of a value (RFC 8785): keys sorted, no blanks, so that equal contents have equal bytes.
 * Absent (`undefined`) members are left out; dates are spelled as they are in JSON.
 * @throws TypeError for a bigint
 * @throws Error for what JSON cannot hold (half a surrogate pair, an infinite number)
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value === undefined ? null : value);
  if (text === undefined) throw new TypeError('The value has no JSON form.');
  return text;
}

/** The SHA-256 of a value's canonical form, in lower-case hexadecimal. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
