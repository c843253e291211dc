import { hasRole, institutionsOf, type Principal, type Role } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import {
  AgreementApprovalEntity,
  AgreementEntity,
  AgreementVersionEntity,
  type AgreementApprovalRow,
  type AgreementRow,
  type AgreementVersionRow,
} from './agreement.entity.js';

const partyRoles: readonly Role[] = ['INSTITUTION_ADMIN', 'REGISTRAR', 'TEACHER'];
const overseers: readonly Role[] = ['SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR'];

function seesAll(principal: Principal): boolean {
  return principal.kind === 'SERVICE' || hasRole(principal, overseers);
}

/** Signed agreements are the alliance's common knowledge; what is negotiated is seen by its parties and overseers. */
export const agreementPolicy = rowPolicy<AgreementRow>(AgreementEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  if (principal.kind === 'ANONYMOUS') return 'none';
  const institutions = institutionsOf(principal, partyRoles);
  if (institutions.length === 0) return { state: 'SIGNED' };
  return { $or: [{ state: 'SIGNED' }, { partyIds: { $overlap: institutions } }] };
});

/** Every content that was ever proposed: for the parties and the overseers. */
export const agreementVersionPolicy = rowPolicy<AgreementVersionRow>(AgreementVersionEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  return { partyIds: { $overlap: institutionsOf(principal, partyRoles) } };
});

/** Who approved and signed: for the parties and the overseers. */
export const agreementApprovalPolicy = rowPolicy<AgreementApprovalRow>(
  AgreementApprovalEntity,
  (principal) => {
    if (seesAll(principal)) return 'all';
    return { partyIds: { $overlap: institutionsOf(principal, partyRoles) } };
  },
);
