import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { membersAmong } from '../memberships/membership.loader.js';
import { containing } from '../roster/containing.js';
import { memberStates } from '../roster/member-states.js';
import { InstitutionEntity, type InstitutionRow } from './institution.entity.js';
import { institutionById, showInstitution } from './institution.loader.js';
import {
  InstitutionOrder,
  type Institution,
  type InstitutionFilter,
  type InstitutionsArguments,
} from './institution.types.js';

const orders: Record<InstitutionOrder, QueryOrderMap<InstitutionRow>> = {
  [InstitutionOrder.NAME_ASC]: { name: 'asc' },
  [InstitutionOrder.NAME_DESC]: { name: 'desc' },
  [InstitutionOrder.MOE_CODE_ASC]: { moeCode: 'asc nulls last' },
  [InstitutionOrder.ENGLISH_NAME_ASC]: { nameEn: 'asc nulls last' },
};

/** Reads of the roster. */
export class InstitutionService {
  /** One institution, or null. */
  byId(scope: RequestScope, id: string): Promise<Institution | null> {
    return scope.load(institutionById, id);
  }

  /** The institution with a code of the Ministry, or with an alliance member code. */
  async byCode(
    scope: RequestScope,
    code: { moeCode?: string; memberCode?: string },
  ): Promise<Institution | null> {
    if (code.moeCode != null) {
      const row = await scope.findOne(InstitutionEntity, { moeCode: code.moeCode });
      return row === null ? null : showInstitution(row);
    }
    if (code.memberCode == null) return null;
    const [member] = await membersAmong(scope, { memberCode: code.memberCode });
    return member === undefined ? null : scope.load(institutionById, member.institutionId);
  }

  /** A page of the roster. */
  async list(
    scope: RequestScope,
    args: InstitutionsArguments,
    withTotal: boolean,
  ): Promise<Connection<Institution>> {
    const page = await scope.page(InstitutionEntity, args, {
      where: await this.#condition(scope, args.filter ?? {}),
      orderBy: [orders[args.orderBy ?? InstitutionOrder.MOE_CODE_ASC]],
      withTotal,
    });
    return connectionOf(page, showInstitution);
  }

  async #condition(scope: RequestScope, filter: InstitutionFilter): Promise<FilterQuery<InstitutionRow>> {
    const conditions: FilterQuery<InstitutionRow>[] = [];
    if (filter.nameContains != null) conditions.push({ name: { $like: containing(filter.nameContains) } });
    if (filter.province != null) conditions.push({ province: filter.province });
    if (filter.country != null) conditions.push({ country: filter.country });
    if (filter.listing != null) conditions.push({ listing: filter.listing });
    if (filter.level != null) conditions.push({ level: filter.level });
    if (filter.member != null) {
      const members = await membersAmong(scope, { state: { $in: [...memberStates] } });
      const ids = members.map((member) => member.institutionId);
      conditions.push({ id: filter.member ? { $in: ids } : { $nin: ids } });
    }
    return conditions.length === 0 ? {} : { $and: conditions };
  }
}
