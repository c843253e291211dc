import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { institutionById } from '../institutions/institution.loader.js';
import type { InstitutionKind } from '../institutions/institution.types.js';
import type { MembershipState } from '../memberships/membership.types.js';
import { containing } from './containing.js';
import { memberStates } from './member-states.js';
import { publicBadge } from './public-badge.js';
import { RosterLineEntity, type RosterLineRow } from './roster-line.entity.js';
import { lineNow, linesAsOf } from './roster-line.loader.js';
import {
  MembersOrder,
  type MembersArguments,
  type MembersFilter,
  type MembershipVerification,
  type PublicBadge,
  type RosterLine,
  type VerifyMembershipArguments,
} from './roster-line.types.js';

const orders: Record<MembersOrder, QueryOrderMap<RosterLineRow>> = {
  [MembersOrder.MEMBER_CODE_ASC]: { memberCode: 'asc' },
  [MembersOrder.NAME_ASC]: { name: 'asc' },
  [MembersOrder.JOINED_ON_ASC]: { joinedOn: 'asc' },
};

/** Reads of the roster of members: today's and that of any other date go the same way. */
export class RosterLineService {
  /** A page of the roster as of a date. */
  async members(
    scope: RequestScope,
    args: MembersArguments,
    withTotal: boolean,
  ): Promise<Connection<RosterLine>> {
    const asOf = dateAskedAbout(scope, args.asOf);
    const page = await scope.page(RosterLineEntity, args, {
      where: { $and: [linesAsOf(asOf), ...conditions(args.filter ?? {})] },
      orderBy: [orders[args.orderBy ?? MembersOrder.MEMBER_CODE_ASC]],
      withTotal,
    });
    return connectionOf(page, show);
  }

  /** Whether an institution was a member on a date; null where no institution has or ever had that code or id. */
  async verify(scope: RequestScope, args: VerifyMembershipArguments): Promise<MembershipVerification | null> {
    const asOf = dateAskedAbout(scope, args.asOf);
    const institutionId = args.institutionId ?? (await this.#holderOf(scope, args.memberCode, asOf));
    if (institutionId === undefined) return null;
    if ((await scope.load(institutionById, institutionId)) === null) return null;
    const row = await scope.findOne(RosterLineEntity, { $and: [{ institutionId }, linesAsOf(asOf)] });
    const wasMember = row !== null && memberStates.includes(row.state);
    return { asOf, wasMember, institutionId, line: row === null ? null : show(row) };
  }

  /** The badge of a member in good standing, else null. */
  async badge(scope: RequestScope, institutionId: string): Promise<PublicBadge | null> {
    const row = await scope.load(lineNow, institutionId);
    return row === null ? null : publicBadge(row, legalDate(scope.clock.now()));
  }

  /** Who has a code on a date, else who had it last. */
  async #holderOf(
    scope: RequestScope,
    memberCode: string | undefined,
    asOf: string,
  ): Promise<string | undefined> {
    if (memberCode == null) return undefined;
    const onDate = await scope.findOne(RosterLineEntity, { $and: [{ memberCode }, linesAsOf(asOf)] });
    if (onDate !== null) return onDate.institutionId;
    const orderBy = { validFrom: 'desc', id: 'desc' } as const;
    const [ever] = await scope.find(RosterLineEntity, { memberCode }, { orderBy, limit: 1 });
    return ever?.institutionId;
  }
}

/** Today, or the date given: what is not yet known would be vouched for if tomorrow were answered like today. */
function dateAskedAbout(scope: RequestScope, asOf: string | null | undefined): string {
  const today = legalDate(scope.clock.now());
  if (asOf != null && asOf > today) throw refuse('INPUT_INVALID', { detail: `asOf ≤ ${today}` });
  return asOf ?? today;
}

function conditions(filter: MembersFilter): FilterQuery<RosterLineRow>[] {
  const all: FilterQuery<RosterLineRow>[] = [{ state: { $in: [...(filter.states ?? memberStates)] } }];
  if (filter.kinds != null) all.push({ kind: { $in: filter.kinds } });
  if (filter.provinces != null) all.push({ province: { $in: filter.provinces } });
  if (filter.search != null) {
    const like = { $like: containing(filter.search) };
    all.push({ $or: [{ name: like }, { nameEn: like }, { memberCode: like }] });
  }
  return all;
}

function show(row: RosterLineRow): RosterLine {
  return {
    institutionId: row.institutionId,
    name: row.name,
    nameEn: row.nameEn ?? null,
    kind: row.kind as InstitutionKind,
    province: row.province ?? null,
    memberCode: row.memberCode,
    state: row.state as MembershipState,
    since: row.validFrom,
    until: row.validTo ?? null,
    joinedOn: row.joinedOn,
  };
}
