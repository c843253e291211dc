import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import {
  SubAllianceEntity,
  SubAllianceMemberEntity,
  SubAllianceReportEntity,
  type SubAllianceMemberRow,
  type SubAllianceReportRow,
  type SubAllianceRow,
} from './sub-alliance.entity.js';

function isOfficial(principal: Principal): boolean {
  return principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT');
}

/** Founded sub-alliances are public; an application is for those who made it and those who decide it. */
export const subAlliancePolicy = rowPolicy<SubAllianceRow>(SubAllianceEntity, (principal) => {
  if (isOfficial(principal) || hasRole(principal, 'COUNCIL_MEMBER')) return 'all';
  return {
    $or: [
      { state: { $in: ['FOUNDED', 'DISSOLUTION_PROPOSED', 'DISSOLVED', 'MERGED'] } },
      { leadInstitutionId: { $in: institutionsOf(principal, ['INSTITUTION_ADMIN']) } },
    ],
  };
});

/** Who belongs and belonged is public; who asked is for them and the lead institution. */
export const subAllianceMemberPolicy = rowPolicy<SubAllianceMemberRow>(
  SubAllianceMemberEntity,
  (principal) => {
    if (isOfficial(principal)) return 'all';
    const administered = institutionsOf(principal, ['INSTITUTION_ADMIN']);
    return {
      $or: [
        { state: { $in: ['MEMBER', 'LEFT'] } },
        { institutionId: { $in: administered } },
        { leadInstitutionId: { $in: administered } },
      ],
    };
  },
);

/** Reports are for the lead institution, the councils and the secretariat. */
export const subAllianceReportPolicy = rowPolicy<SubAllianceReportRow>(
  SubAllianceReportEntity,
  (principal) => {
    if (isOfficial(principal) || hasRole(principal, 'COUNCIL_MEMBER')) return 'all';
    return { leadInstitutionId: { $in: institutionsOf(principal, ['INSTITUTION_ADMIN']) } };
  },
);
