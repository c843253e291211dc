import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { NativeRow } from './native-row.js';

/**
 * The hash of a native row: SHA-256 over its RFC 8785 canonical JSON, so that the order of columns does not matter.
 * The row is what the mapping reads; identity numbers are read apart and are never part of it.
 */
export function evidenceHash(row: NativeRow): string {
  return `sha256:${createHash('sha256')
    .update(canonicalize(row) ?? '', 'utf8')
    .digest('hex')}`;
}
