import { hasRole, institutionsOf } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { MemberReportEntity } from './member-report.entity.js';

/** The secretariat sees every report, an institution's administrators those of their institution. */
export const memberReportPolicy = rowPolicy(MemberReportEntity, (principal) => {
  if (principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT')) return 'all';
  return { institutionId: { $in: institutionsOf(principal, ['INSTITUTION_ADMIN']) } };
});
