import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { evidenceHash } from './evidence.js';
import { placeOrder, type Place } from './list-page.js';
import { mapProgramme, type MappedProgramme } from './map-programme.js';
import type { Mapping } from './mapping.js';
import type { NativeRow } from './native-row.js';

/** A programme with its place and its row. */
export interface ProgrammeItem {
  readonly place: Place;
  readonly value: MappedProgramme;
  readonly row: NativeRow;
  /** Whether the school has several versions of it. */
  readonly hasVersions: boolean;
}

/** The programmes in a school's rows, in the order of their codes and versions; the same row twice is one programme. */
export function programmeList(
  rows: readonly NativeRow[],
  columns: NonNullable<Mapping['programme']>,
  institution: string,
): { readonly items: readonly ProgrammeItem[]; readonly understood: boolean } {
  const found = new Map<string, Omit<ProgrammeItem, 'hasVersions'>>();
  let understood = true;
  for (const row of rows) {
    const value = mapProgramme(row, columns, institution);
    if (value === null || Object.values(value).some((field) => field instanceof AmrloError))
      understood = false;
    if (value === null) continue;
    const place: Place = [value.code, `${value.version ?? ''} ${evidenceHash(row)}`];
    found.set(place.join('\n'), { place, value, row });
  }
  const perCode = Map.groupBy(found.values(), ({ value }) => value.code);
  return {
    understood,
    items: [...found.values()]
      .map((item) => ({ ...item, hasVersions: (perCode.get(item.value.code)?.length ?? 0) > 1 }))
      .sort((a, b) => placeOrder(a.place, b.place)),
  };
}
