import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { MembershipEntity, type MembershipRow } from './membership.entity.js';
import { membershipByInstitution, membershipContext, showMembership } from './membership.loader.js';
import { membershipMachine, type MembershipAction } from './membership.machine.js';
import type {
  Membership,
  MembershipPayload,
  MembershipStepInput,
  MergeMembershipInput,
  RecordFoundingMemberInput,
} from './membership.types.js';
import { createMembership } from './new-membership.js';
import { moveMembership, type MembershipChange } from './move-membership.js';
import { subjectsActingFor } from './successors.js';

const reasoned = z.object({
  reason: z.string().trim().min(1, 'reason: 1–2000').max(2_000, 'reason: 1–2000'),
});

/** Memberships of the alliance. */
export class MembershipService {
  /** The membership of an institution, or null. */
  of(scope: RequestScope, institutionId: string): Promise<Membership | null> {
    return scope.load(membershipByInstitution, institutionId);
  }

  /** Records a member that joined before this system. */
  recordFounding(scope: RequestScope, input: RecordFoundingMemberInput): Promise<MembershipPayload> {
    return mutate(
      scope,
      { operation: 'recordFoundingMember', action: 'ADMIT_INSTITUTION', subjectType: 'Membership', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) {
          throw refuse('ACTION_FORBIDDEN', { action: 'recordFoundingMember' });
        }
        const institution = await transaction.lock(InstitutionEntity, input.institutionId);
        const { memberCode, joinedOn, charterVersion } = input;
        const row = await createMembership(transaction, scope, {
          institutionId: institution.id,
          memberCode,
          joinedOn,
          charterVersion,
        });
        transaction.audited({ subjectId: row.id, after: input });
        return { membership: showMembership(scope, row) };
      },
    );
  }

  /** Suspends a membership or reinstates it. */
  change(
    scope: RequestScope,
    action: 'suspendMembership' | 'reinstateMembership',
    input: MembershipStepInput,
  ): Promise<MembershipPayload> {
    return mutate(scope, options(action, input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      membershipMachine.check(action, membershipContext(scope, row));
      const { reason } = checkInput(reasoned, input);
      const suspensionReason = action === 'suspendMembership' ? reason : null;
      return this.#step(scope, transaction, row, { action, reason, change: { suspensionReason } });
    });
  }

  /**
   * Merges a member into another one, whose officials act for it from now on. Both are locked in the order of their
   * ids, so that two mergers in a circle wait for each other and the second finds its successor gone.
   */
  merge(scope: RequestScope, input: MergeMembershipInput): Promise<MembershipPayload> {
    return mutate(scope, options('mergeMembership', input), async (transaction) => {
      const [target] = await transaction.find(MembershipEntity, { institutionId: input.successorId });
      if (target !== undefined && target.id < input.membershipId) {
        await transaction.lock(MembershipEntity, target.id);
      }
      const row = await this.#lock(scope, transaction, input);
      membershipMachine.check('mergeMembership', membershipContext(scope, row));
      const successor =
        target === undefined || target.id === row.id
          ? undefined
          : await transaction.lock(MembershipEntity, target.id);
      if (successor?.state !== 'ACTIVE') throw refuse('SUCCESSOR_NOT_ACTIVE', {}, ['input', 'successorId']);
      const { successorId } = input;
      const { reason } = checkInput(reasoned, input);
      const change = { successorId };
      const payload = await this.#step(scope, transaction, row, {
        action: 'mergeMembership',
        reason,
        change,
      });
      for (const subject of await subjectsActingFor(transaction.sql, successorId)) {
        transaction.wake('GrantEpoch', subject);
      }
      return payload;
    });
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: MembershipStepInput,
  ): Promise<MembershipRow> {
    return transaction.lock(MembershipEntity, input.membershipId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ membership: showMembership(scope, row) }),
    });
  }

  async #step(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: MembershipRow,
    { action, reason, change }: { action: MembershipAction; reason: string; change: MembershipChange },
  ): Promise<{ membership: Membership }> {
    const before = { state: row.state };
    await moveMembership(scope, transaction, row, action, change);
    const after = { state: row.state, successorId: row.successorId ?? null };
    transaction.audited({ subjectId: row.id, before, after, detail: { reason } });
    return { membership: showMembership(scope, row) };
  }
}

function options<Input extends object>(operation: string, input: Input) {
  return { operation, action: 'CHANGE_INSTITUTION', subjectType: 'Membership', input } as const;
}
