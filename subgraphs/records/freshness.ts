import type { ObjectShape } from './shape.js';

/** How a copy is marked when it is given. */
export interface CopyMark {
  /** CACHED within the age that the reader accepts, STALE beyond it. */
  readonly freshness: 'CACHED' | 'STALE';
  /** When the copy was read from the school; told where the school told no time of its own. */
  readonly readAt: Date;
}

/**
 * Marks an answer already given as a copy, wherever it says where it comes from: on the record, on results, periods,
 * certificates and pages, under whatever names. `complete` becomes false where the copy is stale. Fresher is never
 * made of staler, and what was not obtained stays so.
 */
export function markCopy(answer: Record<string, unknown>, shape: ObjectShape, mark: CopyMark): void {
  if (shape.typeName === 'Provenance') return markProvenance(answer, shape, mark);
  for (const { key, name, object } of shape.fields) {
    const value = answer[key];
    if (value === null || value === undefined) continue;
    if (name === 'complete' && object === undefined) {
      if (mark.freshness === 'STALE') answer[key] = false;
    } else if (object?.tellsFreshness === true) {
      for (const item of Array.isArray(value) ? value : [value]) {
        if (item !== null) markCopy(item as Record<string, unknown>, object, mark);
      }
    }
  }
}

function markProvenance(
  provenance: Record<string, unknown>,
  { fields }: ObjectShape,
  { freshness, readAt }: CopyMark,
): void {
  if (fields.some(({ key, name }) => name === 'freshness' && provenance[key] === 'UNAVAILABLE')) return;
  for (const { key, name } of fields) {
    if (name === 'asOf') provenance[key] ??= readAt.toISOString();
    if (name === 'freshness' && (provenance[key] === 'LIVE' || freshness === 'STALE'))
      provenance[key] = freshness;
  }
}
