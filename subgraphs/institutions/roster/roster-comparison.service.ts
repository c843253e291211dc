import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { membersAmong } from '../memberships/membership.loader.js';
import { applyLosses } from './apply-losses.js';
import { applyRoster } from './apply-roster.js';
import { confirmedLosses } from './confirmed-losses.js';
import { containing } from './containing.js';
import { editionInForce, heldRoster, lockRoster, recordEdition, rosterPrint } from './held-roster.js';
import { memberStates } from './member-states.js';
import {
  RosterChangeEntity,
  RosterComparisonEntity,
  type RosterChangeRow,
  type RosterComparisonRow,
} from './roster-comparison.entity.js';
import {
  comparisonById,
  countsByComparison,
  showChange,
  showComparison,
} from './roster-comparison.loader.js';
import { rosterComparisonMachine } from './roster-comparison.machine.js';
import { rosterComparisonWork } from './roster-comparison.work.js';
import type {
  ApplyRosterComparisonInput,
  DiscardRosterComparisonInput,
  RosterChange,
  RosterChangeCounts,
  RosterChangesArguments,
  RosterChangesFilter,
  RosterComparison,
  RosterComparisonPayload,
  RosterComparisonsArguments,
} from './roster-comparison.types.js';

const reasoned = z.object({ reason: z.string().trim().min(1, '1–2000').max(2_000, '1–2000') });

type Step = 'applyRosterComparison' | 'discardRosterComparison';

/** Newer lists: what they would change, and the decision of a person. */
export class RosterComparisonService {
  /** One comparison, or null. */
  byId(scope: RequestScope, id: string): Promise<RosterComparison | null> {
    return scope.load(comparisonById, id);
  }

  /** Comparisons, the newest first. */
  async list(
    scope: RequestScope,
    args: RosterComparisonsArguments,
    withTotal: boolean,
  ): Promise<Connection<RosterComparison>> {
    const page = await scope.page(RosterComparisonEntity, args, {
      where: args.states == null ? {} : { state: { $in: args.states } },
      orderBy: [{ createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showComparison(scope, row));
  }

  /** What differs, by province and Ministry code. */
  async changes(
    scope: RequestScope,
    comparisonId: string,
    args: RosterChangesArguments,
    withTotal: boolean,
  ): Promise<Connection<RosterChange>> {
    const page = await scope.page(RosterChangeEntity, args, {
      where: { $and: [{ comparisonId }, ...(await conditions(scope, args.filter ?? {}))] },
      orderBy: [{ province: 'asc' }, { moeCode: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showChange);
  }

  /** How many institutions each kind of change concerns. */
  async counts(scope: RequestScope, { id, unchanged }: RosterComparison): Promise<RosterChangeCounts> {
    return { ...(await scope.load(countsByComparison, id)), unchanged };
  }

  /** Takes the newer list over as a person has confirmed it: everything in one transaction, or nothing. */
  apply(scope: RequestScope, input: ApplyRosterComparisonInput): Promise<RosterComparisonPayload> {
    return this.#step(scope, 'applyRosterComparison', input, async (transaction, row) => {
      const { sql } = transaction;
      await lockRoster(sql);
      const held = await heldRoster(sql);
      if ((await editionInForce(sql)) !== row.previousAsOf || rosterPrint(held) !== row.rosterPrint) {
        throw refuse('ROSTER_CHANGED', {}, ['input', 'comparisonId']);
      }
      const changes = await transaction.find(RosterChangeEntity, { comparisonId: row.id });
      const rows = changes.flatMap(({ after }) => (after == null ? [] : [after]));
      const lost = changes.filter(({ after }) => after == null);
      const gone = new Set(lost.map(({ moeCode }) => moeCode));
      const listed = new Set([...held.filter(({ listing }) => listing === 'LISTED'), ...rows].map(codeOf));
      const isListed = (moeCode: string) => listed.has(moeCode) && !gone.has(moeCode);
      const losses = confirmedLosses(lost, input.confirmations, isListed);
      const now = scope.clock.now();
      await applyRoster(sql, { asOf: row.asOf, rows }, now);
      await applyLosses(sql, row.id, row.asOf, losses);
      const appliedBy = scope.principal.subject;
      await recordEdition(sql, { asOf: row.asOf, institutions: row.listed, appliedBy, at: now });
      return { asOf: row.asOf, changes: changes.length, lost: losses.length };
    });
  }

  /** Leaves the roster as it is. */
  discard(scope: RequestScope, input: DiscardRosterComparisonInput): Promise<RosterComparisonPayload> {
    return this.#step(scope, 'discardRosterComparison', input, async () => checkInput(reasoned, input));
  }

  /** One step of the machine, on the version that the caller has seen. */
  #step(
    scope: RequestScope,
    action: Step,
    input: { comparisonId: string; expectedVersion: number; idempotencyKey?: string },
    effect: (
      transaction: MutationTransaction,
      row: RosterComparisonRow,
    ) => Promise<Record<string, string | number>>,
  ): Promise<RosterComparisonPayload> {
    return mutate(
      scope,
      { operation: action, action: 'CHANGE_ROSTER', subjectType: 'RosterComparison', input },
      async (transaction) => {
        const row = await transaction.lock(RosterComparisonEntity, input.comparisonId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ rosterComparison: showComparison(scope, current) }),
        });
        const { state } = row;
        rosterComparisonMachine.check(action, { state, principal: scope.principal, facts: undefined });
        const detail = await effect(transaction, row);
        row.state = rosterComparisonMachine.next(action, state);
        row.stateEnteredAt = scope.clock.now();
        await transaction.work(rosterComparisonWork, row);
        transaction.audited({ subjectId: row.id, before: { state }, after: { state: row.state }, detail });
        transaction.wake('RosterComparison', row.id);
        return { rosterComparison: showComparison(scope, row) };
      },
    );
  }
}

function codeOf({ moeCode }: { readonly moeCode: string }): string {
  return moeCode;
}

async function conditions(
  scope: RequestScope,
  filter: RosterChangesFilter,
): Promise<FilterQuery<RosterChangeRow>[]> {
  const all: FilterQuery<RosterChangeRow>[] = [];
  if (filter.kinds != null) all.push({ kind: { $in: filter.kinds } });
  if (filter.provinces != null) all.push({ province: { $in: filter.provinces } });
  if (filter.search != null) all.push({ name: { $like: containing(filter.search) } });
  if (filter.member != null) {
    const members = await membersAmong(scope, { state: { $in: [...memberStates] } });
    const ids = members.map(({ institutionId }) => institutionId);
    all.push(
      filter.member
        ? { institutionId: { $in: ids } }
        : { $or: [{ institutionId: null }, { institutionId: { $nin: ids } }] },
    );
  }
  return all;
}
