import { hasRole, institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { DossierEntryEntity, DossierEntryVersionEntity } from './dossier-entry.entity.js';

/** The institutions whose dossiers are one's own. */
export function ownInstitutions(principal: Principal): string[] {
  return institutionsOf(principal, ['REGISTRAR', 'INSTITUTION_ADMIN']);
}

function seesAll(principal: Principal): boolean {
  return principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT');
}

/**
 * Everybody reads what is PUBLIC, officials of members in good standing what members show each other (charter art.
 * 11(5)), an institution's own officials and the secretariat everything. The row policies of the database say the same.
 */
export const dossierEntryPolicy = rowPolicy(DossierEntryEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  const own = ownInstitutions(principal);
  const shown = { withdrawnAt: null, visibility: 'PUBLIC' as const };
  if (own.length === 0) return shown;
  return {
    $or: [
      { institutionId: { $in: own } },
      shown,
      { withdrawnAt: null, visibility: 'MEMBER' as const, readerInStanding: true },
    ],
  };
});

/** Earlier versions are the institution's own, and the secretariat's. */
export const dossierEntryVersionPolicy = rowPolicy(DossierEntryVersionEntity, (principal) => {
  if (seesAll(principal)) return 'all';
  const own = ownInstitutions(principal);
  return own.length === 0 ? 'none' : { institutionId: { $in: own } };
});
