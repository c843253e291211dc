import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { NativeRow } from './native-row.js';

/**
 * The hash of a native row: SHA-256 over its RFC 8785 canonical JSON, so that the order of columns does not matter.
 * The row is what a driver gives for a source other than `identities`, which has no column whose name says that it holds
 * identity numbers or passwords (secret-columns.ts): whoever has the hash of such a number finds it by trying all.
 */
export function evidenceHash(row: NativeRow): string {
  return `sha256:${createHash('sha256')
    .update(canonicalize(wellFormed(row)) ?? '', 'utf8')
    .digest('hex')}`;
}

/** RFC 8785 knows no half characters; they are written out, so that rows that differ in them have different hashes. */
function wellFormed(row: NativeRow): NativeRow {
  const sound = (text: string): string => (text.isWellFormed() ? text : JSON.stringify(text));
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [sound(name), value === null ? null : sound(value)]),
  );
}
