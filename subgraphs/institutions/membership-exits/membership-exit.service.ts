import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { inactivityEvidence } from '../activities/inactivity-evidence.js';
import { MembershipEntity, type MembershipRow } from '../memberships/membership.entity.js';
import { membershipContext } from '../memberships/membership.loader.js';
import { membershipMachine } from '../memberships/membership.machine.js';
import { findInactivity } from './inactivity-rule.js';
import { MembershipExitEntity, type MembershipExitRow } from './membership-exit.entity.js';
import type {
  CompleteExitInput,
  ExitProposalInput,
  MembershipExitPayload,
  ProposeInactivityExitInput,
  RequestVoluntaryExitInput,
  WithdrawExitInput,
} from './membership-exit.inputs.js';
import { exitById, exitContext, exitOfMembership, showExit } from './membership-exit.loader.js';
import { membershipExitMachine } from './membership-exit.machine.js';
import type {
  MembershipExit,
  MembershipExitsArguments,
  OutstandingObligations,
} from './membership-exit.types.js';
import { lockExit, moveExit, returnOf, type LockedExit } from './move-exit.js';
import { obligationsOf } from './obligations.js';
import { proposeExit, type ExitGrounds } from './propose-exit.js';

const reasoned = z.object({
  reason: z.string().trim().min(1, 'reason: 1–2000').max(2_000, 'reason: 1–2000'),
});

/** Ways out of the alliance. Everybody but the standing council only proposes, takes back or completes. */
export class MembershipExitService {
  readonly #evidenceOf: typeof inactivityEvidence;

  constructor(evidenceOf: typeof inactivityEvidence) {
    this.#evidenceOf = evidenceOf;
  }

  /** One exit; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<MembershipExit | null> {
    return scope.load(exitById, id);
  }

  /** The exit that a membership goes through or went through; null without one, or when it is hidden. */
  ofMembership(scope: RequestScope, membershipId: string): Promise<MembershipExit | null> {
    return scope.load(exitOfMembership, membershipId);
  }

  /** The exits that the caller may see, the newest first. */
  async list(
    scope: RequestScope,
    args: MembershipExitsArguments,
    withTotal: boolean,
  ): Promise<Connection<MembershipExit>> {
    const given = Object.entries(args.filter ?? {}).filter(([, value]) => value != null);
    const where: FilterQuery<MembershipExitRow> = Object.fromEntries(given);
    const page = await scope.page(MembershipExitEntity, args, {
      where,
      orderBy: [{ proposedAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showExit(scope, row));
  }

  /** What a member still owes, for its own administrators and those who watch over its exit; null for others. */
  async obligations(scope: RequestScope, institutionId: string): Promise<OutstandingObligations | null> {
    const mayAsk =
      hasRole(scope.principal, ['SECRETARIAT', 'COUNCIL_MEMBER']) ||
      hasRole(scope.principal, 'INSTITUTION_ADMIN', institutionId);
    return mayAsk ? obligationsOf(scope, institutionId) : null;
  }

  /** Proposes the exit of a member of whom the ledger of activities counts nothing in three years. */
  proposeInactivity(scope: RequestScope, input: ProposeInactivityExitInput): Promise<MembershipExitPayload> {
    return this.#propose(scope, 'proposeInactivityExit', input, async (transaction, membership, reason) => {
      const now = scope.clock.now();
      const evidence = await this.#evidenceOf(transaction.sql, membership.institutionId, now);
      return { ground: 'INACTIVITY', reason, inactivity: findInactivity(evidence, now) };
    });
  }

  /** Asks, for a member, that it may leave. */
  requestVoluntary(scope: RequestScope, input: RequestVoluntaryExitInput): Promise<MembershipExitPayload> {
    return this.#propose(scope, 'requestVoluntaryExit', input, async (_transaction, _membership, reason) => ({
      ground: 'VOLUNTARY',
      reason,
    }));
  }

  /** Takes a proposal back before it is decided; the membership is again what it was. */
  withdraw(scope: RequestScope, input: WithdrawExitInput): Promise<MembershipExitPayload> {
    return mutate(scope, options('withdrawExit', input), async (transaction) => {
      const locked = await this.#lock(scope, transaction, input);
      membershipExitMachine.check('withdrawExit', exitContext(scope, locked.exit));
      const { reason } = checkInput(reasoned, input);
      const follows = returnOf(locked.membership);
      const changed = await moveExit(scope, transaction, locked, { action: 'withdrawExit', follows });
      transaction.audited({ subjectId: locked.exit.id, ...changed, detail: { reason } });
      return { exit: showExit(scope, locked.exit) };
    });
  }

  /** Completes an exit when the member owes nothing any more; asked of the other rooms before the transaction. */
  async complete(scope: RequestScope, input: CompleteExitInput): Promise<MembershipExitPayload> {
    const [seen] = hasRole(scope.principal, 'SECRETARIAT')
      ? await scope.find(MembershipExitEntity, { id: input.exitId })
      : [];
    // Settled and not awaited to a throw: a refusal of the step itself comes before that of a silent room.
    const [owed] = await Promise.allSettled(
      seen === undefined ? [] : [obligationsOf(scope, seen.institutionId)],
    );
    return mutate(scope, options('completeExit', input), async (transaction) => {
      const locked = await this.#lock(scope, transaction, input);
      membershipExitMachine.check('completeExit', exitContext(scope, locked.exit));
      if (owed === undefined) throw refuse('NOT_FOUND', { type: 'MembershipExit', id: input.exitId });
      if (owed.status === 'rejected') throw owed.reason;
      const { total: count, agreements, applications, deposits } = owed.value;
      if (count > 0) throw refuse('OBLIGATIONS_OPEN', { count, agreements, applications, deposits });
      const changed = await moveExit(scope, transaction, locked, {
        action: 'completeExit',
        change: { exitedAt: scope.clock.now() },
        follows: 'endRunOff',
      });
      transaction.audited({ subjectId: locked.exit.id, ...changed });
      return { exit: showExit(scope, locked.exit) };
    });
  }

  #propose(
    scope: RequestScope,
    action: 'proposeInactivityExit' | 'requestVoluntaryExit',
    input: ExitProposalInput,
    groundsOf: (
      transaction: MutationTransaction,
      membership: MembershipRow,
      reason: string,
    ) => Promise<ExitGrounds>,
  ): Promise<MembershipExitPayload> {
    return mutate(scope, options(action, input), async (transaction) => {
      const membership = await transaction.lock(MembershipEntity, input.membershipId, {
        expectedVersion: input.expectedVersion,
      });
      membershipMachine.check(action, membershipContext(scope, membership));
      const { reason } = checkInput(reasoned, input);
      const grounds = await groundsOf(transaction, membership, reason);
      const row = await proposeExit(scope, transaction, membership, grounds);
      return { exit: showExit(scope, row) };
    });
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { exitId: string; expectedVersion: number },
  ): Promise<LockedExit> {
    return lockExit(transaction, input.exitId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ exit: showExit(scope, row) }),
    });
  }
}

function options<Input extends object>(operation: string, input: Input) {
  return { operation, action: 'CHANGE_EXIT', subjectType: 'MembershipExit', input } as const;
}
