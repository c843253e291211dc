import type { FilterQuery } from '@mikro-orm/postgresql';
import { legalDate } from '../../kit/base/clock.js';
import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import { RosterLineEntity, type RosterLineRow } from './roster-line.entity.js';

/** The lines of the roster on a legal date: at most one for each institution. */
export function linesAsOf(asOf: string): FilterQuery<RosterLineRow> {
  return {
    $and: [
      { validFrom: { $lte: asOf } },
      { $or: [{ validTo: null }, { validTo: { $gt: asOf } }] },
      { $or: [{ namedFrom: null }, { namedFrom: { $lte: asOf } }] },
      { $or: [{ namedTo: null }, { namedTo: { $gt: asOf } }] },
    ],
  };
}

/** Today's line of the roster by institution; null where there is none. */
export const lineNow: LoaderDefinition<string, RosterLineRow | null> = {
  name: 'rosterLineNow',
  async batch(scope, institutionIds) {
    const today = linesAsOf(legalDate(scope.clock.now()));
    const rows = await scope.find(RosterLineEntity, {
      $and: [{ institutionId: { $in: [...institutionIds] } }, today],
    });
    const found = new Map(rows.map((row) => [row.institutionId, row]));
    return institutionIds.map((id) => found.get(id) ?? null);
  },
};
