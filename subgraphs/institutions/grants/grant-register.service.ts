import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { GrantEntity, GrantStepEntity, type GrantRow } from './grant.entity.js';
import {
  GrantOrder,
  type GrantFilter,
  type GrantHistoryArguments,
  type GrantsArguments,
  type GrantStep,
  type GrantStepKind,
} from './grant-register.types.js';
import type { Grant } from './grant.types.js';
import { showGrant } from './show-grant.js';

const orders: Record<GrantOrder, QueryOrderMap<GrantRow>> = {
  [GrantOrder.SUBJECT_ASC]: { subject: 'asc' },
  [GrantOrder.REVIEW_DUE_ASC]: { reviewDueAt: 'asc' },
};

/** The register of grants, for those who are answerable for them. */
export class GrantRegisterService {
  /** A page of the grants that the caller may see. */
  async list(scope: RequestScope, args: GrantsArguments, withTotal: boolean): Promise<Connection<Grant>> {
    const page = await scope.page(GrantEntity, args, {
      where: conditionOf(args.filter ?? {}, scope.clock.now()),
      orderBy: [orders[args.orderBy ?? GrantOrder.SUBJECT_ASC]],
      withTotal,
    });
    return connectionOf(page, showGrant);
  }

  /** What happened to a grant, from its beginning on; empty for one that the caller may not see. */
  async history(
    scope: RequestScope,
    args: GrantHistoryArguments,
    withTotal: boolean,
  ): Promise<Connection<GrantStep>> {
    const page = await scope.page(GrantStepEntity, args, {
      where: { grantId: args.grantId },
      orderBy: [],
      withTotal,
    });
    return connectionOf(page, (row) => ({
      kind: row.kind as GrantStepKind,
      at: row.at,
      by: row.by,
      reason: row.reason ?? null,
    }));
  }
}

function conditionOf(filter: GrantFilter, now: Date): FilterQuery<GrantRow> {
  const conditions: FilterQuery<GrantRow>[] = [];
  if (filter.institutionId != null) conditions.push({ institutionId: filter.institutionId });
  if (filter.servicePointId != null) conditions.push({ servicePointId: filter.servicePointId });
  if (filter.role != null) conditions.push({ role: filter.role });
  if (filter.subject != null) conditions.push({ subject: filter.subject });
  const isDue = filter.dueForReview === true;
  if (isDue) conditions.push({ reviewDueAt: { $lte: now } });
  if (filter.inForce === true || isDue) {
    conditions.push({ validFrom: { $lte: now } }, { $or: [{ validTo: null }, { validTo: { $gt: now } }] });
  } else if (filter.inForce === false) {
    conditions.push({ $or: [{ validFrom: { $gt: now } }, { validTo: { $lte: now } }] });
  }
  return conditions.length === 0 ? {} : { $and: conditions };
}
