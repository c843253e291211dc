import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole, rolesOf } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { GrantEntity, type GrantRow } from './grant.entity.js';
import type {
  GiveGrantInput,
  Grant,
  GrantPayload,
  GrantRole,
  PrincipalGrants,
  RevokeGrantInput,
  Viewer,
} from './grant.types.js';

/** Roles that belong to an institution, and that its own administrators may give. */
const institutionRoles: readonly string[] = [
  'TEACHER',
  'REGISTRAR',
  'SERVICE_POINT_CLERK',
  'INSTITUTION_ADMIN',
];

const subject = z.string().min(1).max(200);

/** Who may act for whom. */
export class GrantService {
  /** The one who asks, with every grant that is in force now. */
  async viewer(scope: RequestScope): Promise<Viewer> {
    const own = await this.#inForce(scope, scope.principal.subject);
    return {
      subject: scope.principal.subject,
      roles: [...rolesOf(scope.principal)].sort(),
      grants: own.map(showGrant),
    };
  }

  /** The grants of a person, with those that begin later, so that the gateway can apply the interval itself. */
  async ofPrincipal(scope: RequestScope, of: string): Promise<PrincipalGrants> {
    const rows = await scope.find(GrantEntity, { subject: of });
    const now = scope.clock.now();
    return {
      epoch: rows.reduce((sum, row) => sum + row.version, 0),
      grants: rows.filter((row) => row.validTo == null || row.validTo > now).map(showGrant),
    };
  }

  /** Gives a grant; the secretariat gives any, an institution's administrator those of their institution. */
  give(scope: RequestScope, input: GiveGrantInput): Promise<GrantPayload> {
    return mutate(
      scope,
      { operation: 'giveGrant', action: 'GIVE_GRANT', subjectType: 'Grant', input },
      async (transaction) => {
        checkInput(z.object({ subject }), input);
        const institutionId = input.institutionId ?? null;
        if (institutionRoles.includes(input.role) !== (institutionId !== null)) {
          throw refuse('GRANT_INSTITUTION_MISFIT', { role: input.role }, ['input', 'institutionId']);
        }
        this.#assertMayGive(scope, institutionId);
        if (institutionId !== null) await transaction.lock(InstitutionEntity, institutionId);
        const now = scope.clock.now();
        const from = input.from ?? now;
        if (input.to != null && input.to <= from) throw refuse('INTERVAL_EMPTY', {}, ['input', 'to']);
        const row = transaction.create(GrantEntity, {
          id: newId('Grant'),
          subject: input.subject,
          role: input.role,
          institutionId,
          validFrom: from,
          validTo: input.to ?? null,
          givenBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        transaction.audited({ subjectId: row.id, after: showGrant(row) });
        transaction.wake('GrantEpoch', row.subject);
        return { grant: showGrant(row) };
      },
    );
  }

  /** Ends a grant now; the gateway forgets it at once. */
  revoke(scope: RequestScope, input: RevokeGrantInput): Promise<GrantPayload> {
    return mutate(
      scope,
      { operation: 'revokeGrant', action: 'REVOKE_GRANT', subjectType: 'Grant', input },
      async (transaction) => {
        const row = await transaction.lock(GrantEntity, input.grantId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ grant: showGrant(current) }),
        });
        this.#assertMayGive(scope, row.institutionId ?? null);
        const now = scope.clock.now();
        // A grant that was to begin later ends where it begins: an empty interval, never one that runs backward.
        const end = row.validFrom > now ? row.validFrom : now;
        if (row.validTo == null || row.validTo > end) row.validTo = end;
        row.revokedBy = scope.principal.subject;
        await transaction.flush();
        transaction.audited({ subjectId: row.id, detail: { reason: input.reason } });
        transaction.wake('GrantEpoch', row.subject);
        return { grant: showGrant(row) };
      },
    );
  }

  #assertMayGive(scope: RequestScope, institutionId: string | null): void {
    if (hasRole(scope.principal, 'SECRETARIAT')) return;
    if (institutionId !== null && hasRole(scope.principal, 'INSTITUTION_ADMIN', institutionId)) return;
    throw refuse('ACTION_FORBIDDEN', { action: 'giveGrant' });
  }

  #inForce(scope: RequestScope, of: string): Promise<GrantRow[]> {
    const now = scope.clock.now();
    return scope.find(GrantEntity, {
      subject: of,
      validFrom: { $lte: now },
      $or: [{ validTo: null }, { validTo: { $gt: now } }],
    });
  }
}

function showGrant(row: GrantRow): Grant {
  return {
    id: row.id,
    subject: row.subject,
    role: row.role as GrantRole,
    institutionId: row.institutionId ?? null,
    from: row.validFrom,
    to: row.validTo ?? null,
    version: row.version,
  };
}
