import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { InvoiceEntity, InvoiceEntryEntity } from './invoice.entity.js';

/** What a member owes is seen by its officials and by those who oversee the fees. */
export const invoicePolicy = rowPolicy(InvoiceEntity, ofMember);

/** What a member paid: as its invoice. */
export const invoiceEntryPolicy = rowPolicy(InvoiceEntryEntity, ofMember);

function ofMember(principal: Principal) {
  if (hasRole(principal, ['SERVICE', 'SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR'])) return 'all' as const;
  const institutions = institutionsOf(principal, ['INSTITUTION_ADMIN', 'REGISTRAR']);
  return institutions.length === 0 ? ('none' as const) : { institutionId: { $in: institutions } };
}
