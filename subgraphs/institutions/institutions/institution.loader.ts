import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity, type InstitutionRow } from './institution.entity.js';
import type {
  Institution,
  InstitutionKind,
  InstitutionLevel,
  InstitutionListing,
} from './institution.types.js';

/** What the graph shows of a row. */
export function showInstitution(row: InstitutionRow): Institution {
  return {
    id: row.id,
    name: row.name,
    nameEn: row.nameEn ?? null,
    kind: row.kind as InstitutionKind,
    moeCode: row.moeCode ?? null,
    authority: row.authority ?? null,
    province: row.province ?? null,
    city: row.city ?? null,
    level: (row.level as InstitutionLevel | null) ?? null,
    note: row.note ?? null,
    country: row.country,
    schac: row.schac ?? null,
    creditCode: row.creditCode ?? null,
    listing: (row.listing as InstitutionListing | null) ?? null,
    listingSince: row.listingSince ?? null,
    mergedIntoId: row.mergedInto ?? null,
  };
}

/** Institutions by id; absent ones are null. */
export const institutionById: LoaderDefinition<string, Institution | null> = {
  name: 'institutionById',
  async batch(scope, ids) {
    const rows = await scope.find(InstitutionEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showInstitution(row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};
