import { z } from 'zod';
import { newId } from '../../kit/base/ids.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { MembershipEntity } from './membership.entity.js';
import { membershipByInstitution, showMembership } from './membership.loader.js';
import { membershipMachine } from './membership.machine.js';
import type {
  Membership,
  MembershipPayload,
  MembershipStepInput,
  RecordFoundingMemberInput,
} from './membership.types.js';

constraintRefuses('membership_institution_key', () => refuse('MEMBER_EXISTS'));
constraintRefuses('membership_code_key', () => refuse('MEMBER_CODE_TAKEN', {}, ['input', 'memberCode']));

const memberCode = z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,11}$/, 'memberCode: [A-Z0-9-]{2,12}');

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
        checkInput(z.object({ memberCode }), input);
        const institution = await transaction.lock(InstitutionEntity, input.institutionId);
        const now = scope.clock.now();
        const row = transaction.create(MembershipEntity, {
          id: newId('Membership'),
          institutionId: institution.id,
          memberCode: input.memberCode,
          state: 'ACTIVE',
          stateSince: now,
          joinedOn: input.joinedOn,
          charterVersion: input.charterVersion,
          version: 1,
          createdAt: now,
        });
        await transaction.emit({
          type: 'MemberAdmitted',
          aggregateType: 'Institution',
          aggregateId: institution.id,
          version: 1,
          payload: { institutionId: institution.id, memberCode: input.memberCode, joinedOn: input.joinedOn },
        });
        transaction.audited({ subjectId: row.id, after: input });
        transaction.wake('Institution', institution.id);
        return { membership: showMembership(scope, row) };
      },
    );
  }

  /** Takes one step of the machine. */
  change(
    scope: RequestScope,
    action: 'suspendMembership' | 'reinstateMembership',
    input: MembershipStepInput,
  ): Promise<MembershipPayload> {
    return mutate(
      scope,
      { operation: action, action: 'CHANGE_INSTITUTION', subjectType: 'Membership', input },
      async (transaction) => {
        const row = await transaction.lock(MembershipEntity, input.membershipId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ membership: showMembership(scope, current) }),
        });
        const state = row.state as 'ACTIVE' | 'SUSPENDED';
        const facts = undefined;
        membershipMachine.check(action, {
          state,
          principal: scope.principal,
          institutionId: row.institutionId,
          facts,
        });
        const before = { state: row.state };
        row.state = membershipMachine.next(action, state);
        row.stateSince = scope.clock.now();
        await transaction.emit({
          type: 'MembershipChanged',
          aggregateType: 'Institution',
          aggregateId: row.institutionId,
          version: row.version + 1,
          payload: { institutionId: row.institutionId, state: row.state },
        });
        transaction.audited({
          subjectId: row.id,
          before,
          after: { state: row.state },
          detail: { reason: input.reason },
        });
        transaction.wake('Institution', row.institutionId);
        return { membership: showMembership(scope, row) };
      },
    );
  }
}
