import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';
import type { MembershipState } from '../memberships/membership.types.js';
import { InstitutionNameEntity, MembershipPeriodEntity } from './roster-history.entity.js';
import type { InstitutionName, MembershipPeriod } from './roster-history.types.js';

/** The names of institutions by id, the latest first. Changes within one day leave no trace here. */
export const namesOf: LoaderDefinition<string, InstitutionName[]> = {
  name: 'institutionNames',
  async batch(scope, institutionIds) {
    const where = { institutionId: { $in: [...institutionIds] } };
    const rows = await scope.find(InstitutionNameEntity, where, { orderBy: { id: 'desc' } });
    const lasting = rows.filter(({ validFrom, validTo }) => validTo == null || validFrom !== validTo);
    const found = Map.groupBy(lasting, (row) => row.institutionId);
    return institutionIds.map((id) =>
      (found.get(id) ?? []).map(({ name, nameEn, validFrom, validTo }) => ({
        name,
        nameEn: nameEn ?? null,
        validFrom: validFrom ?? null,
        validTo: validTo ?? null,
      })),
    );
  },
};

/** The membership of institutions in time by id, the latest first. Changes within one day leave no trace here. */
export const membershipPeriodsOf: LoaderDefinition<string, MembershipPeriod[]> = {
  name: 'membershipPeriods',
  async batch(scope, institutionIds) {
    const where = { institutionId: { $in: [...institutionIds] } };
    const rows = await scope.find(MembershipPeriodEntity, where, { orderBy: { id: 'desc' } });
    const lasting = rows.filter(({ validFrom, validTo }) => validFrom !== validTo);
    const found = Map.groupBy(lasting, (row) => row.institutionId);
    return institutionIds.map((id) =>
      (found.get(id) ?? []).map(({ state, memberCode, joinedOn, validFrom, validTo }) => ({
        state: state as MembershipState,
        memberCode,
        joinedOn,
        validFrom,
        validTo: validTo ?? null,
      })),
    );
  },
};
