import { hasRole, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import {
  DocumentApprovalEntity,
  DocumentVersionEntity,
  SecretariatDocumentEntity,
} from './secretariat-document.entity.js';

/** A published document is its audience's; before that it is the secretariat's and its approvers'. */
export const secretariatDocumentPolicy = rowPolicy(SecretariatDocumentEntity, (principal) => {
  if (hasRole(principal, ['SERVICE', 'SECRETARIAT'])) return 'all';
  const published = { state: 'PUBLISHED', audience: { $in: audiencesOf(principal) } };
  if (!hasRole(principal, 'COUNCIL_MEMBER')) return published;
  return { $or: [published, { approvers: { $contains: [principal.subject] } }] };
});

/** Versions are read through their document, whose policy and wall decide. */
export const documentVersionPolicy = rowPolicy(DocumentVersionEntity, () => 'all');

/** Approvals are read through their document, whose policy and wall decide. */
export const documentApprovalPolicy = rowPolicy(DocumentApprovalEntity, () => 'all');

function audiencesOf(principal: Principal): string[] {
  if (hasRole(principal, ['COUNCIL_MEMBER', 'SUPERVISOR'])) return ['PUBLIC', 'MEMBERS', 'COUNCIL'];
  return hasRole(principal, ['INSTITUTION_ADMIN', 'REGISTRAR']) ? ['PUBLIC', 'MEMBERS'] : ['PUBLIC'];
}
