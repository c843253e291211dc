import type { InstitutionRow } from '../institutions/institution.entity.js';
import { showInstitution } from '../institutions/institution.loader.js';
import type { Institution } from '../institutions/institution.types.js';

/**
 * What the graph shows of an institution that a statement of figures has read with the figures, as `to_jsonb(row)`, so
 * that a ranking needs no second statement.
 */
export function institutionIn(record: Readonly<Record<string, unknown>>): Institution {
  const row = Object.fromEntries(
    Object.entries(record).map(([column, value]) => [
      column.replace(/_(\w)/g, (_, first: string) => first.toUpperCase()),
      value,
    ]),
  );
  return showInstitution(row as unknown as InstitutionRow);
}
