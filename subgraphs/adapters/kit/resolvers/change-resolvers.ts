import { notSupplied, provenanceOf, type AdapterContext, type AdapterParts } from '../adapter-parts.js';
import { checkedFirst } from '../list-page.js';

/** Most students of a page of changes. */
const mostChanges = 1_000;

/** `Institution.recordChanges`. */
export function changeResolvers(parts: AdapterParts): Record<string, unknown> {
  return {
    recordChanges: async (
      _: unknown,
      asked: { readonly since?: string | null; readonly first?: number | null },
      { reader, read }: AdapterContext,
    ) => {
      const first = checkedFirst(asked.first, mostChanges, 100);
      const { changes: finder, mapping, school } = parts;
      const source =
        mapping.changes !== undefined && 'compare' in mapping.changes ? 'fingerprints' : 'changes';
      if (finder === undefined || !(await reader.supplies(source))) {
        throw notSupplied(school.name, 'Institution.recordChanges');
      }
      const found = await finder.find(asked.since ?? null, first, read);
      return {
        ...found,
        changes: found.changes.map((change) => ({ ...change, at: change.at.toISOString() })),
        provenance: () => provenanceOf(parts, null, read),
      };
    },
  };
}
