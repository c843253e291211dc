import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { StoredMark } from './case-review.entity.js';

/** A mark as an expert gives it. */
export interface GivenMark {
  readonly item: string;
  readonly mark: string;
  readonly remark?: string | null;
}

/**
 * The marks of an opinion in the order of the checklist; pure.
 * @throws AmrloError `MARKS_INCOMPLETE` naming every item that is missing, unknown or marked twice
 */
export function marksFor(
  checklist: readonly { readonly code: string }[],
  given: readonly GivenMark[],
): StoredMark[] {
  const codes = new Set(checklist.map(({ code }) => code));
  const byItem = Map.groupBy(given, ({ item }) => item);
  const wrong = [
    ...[...codes].filter((code) => byItem.get(code)?.length !== 1),
    ...[...byItem.keys()].filter((item) => !codes.has(item)),
  ];
  if (wrong.length > 0) throw refuse('MARKS_INCOMPLETE', { items: wrong.join(', ') }, ['input', 'marks']);
  return [...codes].flatMap((code) =>
    (byItem.get(code) ?? []).map(({ item, mark, remark }) => ({ item, mark, remark: remark ?? null })),
  );
}
