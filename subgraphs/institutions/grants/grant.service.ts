import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { rolesOf } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { ServicePointEntity } from '../service-points/service-point.entity.js';
import { endGrant } from './end-grant.js';
import { GrantEntity } from './grant.entity.js';
import { assertAdministers, assertAdministersForGood } from './grant-rights.js';
import { institutionRoles, reviewDueAfter } from './grant-rules.js';
import type {
  GiveGrantInput,
  GrantChanges,
  GrantPayload,
  PrincipalGrants,
  RevokeGrantInput,
  Viewer,
} from './grant.types.js';
import { isInForce, showGrant } from './show-grant.js';
import { withTakenOver } from './taken-over.js';

constraintRefuses('role_grant_ended', () => refuse('GRANT_ENDED'));
constraintRefuses('role_grant_point', () => refuse('GRANT_POINT_MISFIT', {}, ['input', 'servicePointId']));
constraintRefuses('role_grant_point_closed', () =>
  refuse('SERVICE_POINT_CLOSED', {}, ['input', 'servicePointId']),
);
constraintRefuses('role_grant_one_centre', () =>
  refuse('CERTIFICATION_CENTRE_ELSEWHERE', {}, ['input', 'institutionId']),
);

const subject = z.string().min(1).max(200);
const reason = z.string().trim().min(1).max(1_000);

/** Who may act for whom. */
export class GrantService {
  /** The one who asks, with every grant that is in force now, and what they delegated or were delegated. */
  async viewer(scope: RequestScope): Promise<Viewer> {
    const { subject: self } = scope.principal;
    const now = scope.clock.now();
    const left = { $or: [{ validTo: null }, { validTo: { $gt: now } }] };
    const own = await scope.find(GrantEntity, { subject: self, ...left });
    const given = await scope.find(GrantEntity, { givenBy: self, delegatedFrom: { $ne: null }, ...left });
    return {
      subject: self,
      roles: [...rolesOf(scope.principal)].sort(),
      grants: own.filter((row) => isInForce(row, now)).map(showGrant),
      delegationsGiven: given.map(showGrant),
      delegationsReceived: own.filter((row) => row.delegatedFrom != null).map(showGrant),
    };
  }

  /** The grants of a person, with those that begin later, so that the gateway can apply the interval itself. */
  async ofPrincipal(scope: RequestScope, of: string): Promise<PrincipalGrants> {
    const rows = await scope.find(GrantEntity, { subject: of });
    const now = scope.clock.now();
    const grants = await withTakenOver(scope, rows.map(showGrant));
    return {
      // Mergers are never undone, so what they add lets the epoch only rise.
      epoch: rows.reduce((sum, row) => sum + row.version, 0) + grants.length - rows.length,
      grants: grants.filter(({ to }) => to === null || to > now),
    };
  }

  /**
   * Everybody whose grants were changed by a transaction that was not over at the look that gave the cursor. The order
   * of commits is not that of numbers, so a change may be told twice; none is missed.
   */
  async changes(scope: RequestScope, since: string | undefined): Promise<GrantChanges> {
    const known = since !== undefined && /^\d{1,19}$/.test(since) ? since : undefined;
    const { sql } = await scope.unit();
    const [row] = await sql.execute<{ cursor: string; complete: boolean; subjects: string }>(
      `select pg_snapshot_xmin(snapshot)::text as cursor,
         coalesce(?::text::xid8 <= pg_snapshot_xmax(snapshot), false) as complete,
         (select coalesce(json_agg(distinct subject), '[]')::text from role_grant
          where changed_in >= ?::text::xid8) as subjects
       from pg_current_snapshot() as snapshot`,
      [known ?? null, known ?? null],
    );
    if (row === undefined) throw new Error('The database gave no snapshot.');
    return { ...row, subjects: JSON.parse(row.subjects) as string[] };
  }

  /** Gives a grant; the secretariat gives any, an institution's administrator those of their institution. */
  give(scope: RequestScope, input: GiveGrantInput): Promise<GrantPayload> {
    return mutate(
      scope,
      { operation: 'giveGrant', action: 'GIVE_GRANT', subjectType: 'Grant', input },
      async (transaction) => {
        checkInput(z.object({ subject }), input);
        const institutionId = input.institutionId ?? null;
        assertFits(input.role, institutionId);
        assertAdministersForGood(scope.principal, 'giveGrant', { role: input.role, institutionId });
        if (institutionId !== null) await transaction.lock(InstitutionEntity, institutionId);
        const now = scope.clock.now();
        const from = input.from ?? now;
        if (input.to != null && input.to <= from) throw refuse('INTERVAL_EMPTY', {}, ['input', 'to']);
        await assertPoint(transaction, input, from);
        const row = transaction.create(GrantEntity, {
          id: newId('Grant'),
          subject: input.subject,
          role: input.role,
          institutionId,
          servicePointId: input.servicePointId ?? null,
          validFrom: from,
          validTo: input.to ?? null,
          givenBy: scope.principal.subject,
          reviewDueAt: reviewDueAfter(from),
          version: 1,
          createdAt: now,
        });
        await transaction.flush();
        transaction.audited({ subjectId: row.id, after: showGrant(row) });
        transaction.wake('GrantEpoch', row.subject);
        return { grant: showGrant(row) };
      },
    );
  }

  /** Ends a grant now, with what was delegated from it; the gateway forgets it at once. */
  revoke(scope: RequestScope, input: RevokeGrantInput): Promise<GrantPayload> {
    return mutate(
      scope,
      { operation: 'revokeGrant', action: 'REVOKE_GRANT', subjectType: 'Grant', input },
      async (transaction) => {
        checkInput(z.object({ reason }), input);
        const row = await transaction.lock(GrantEntity, input.grantId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ grant: showGrant(current) }),
        });
        const isDelegator = row.delegatedFrom != null && row.givenBy === scope.principal.subject;
        if (!isDelegator) {
          assertAdministers(scope.principal, 'revokeGrant', {
            role: row.role,
            institutionId: row.institutionId ?? null,
          });
        }
        await endGrant(transaction, row, {
          by: scope.principal.subject,
          at: scope.clock.now(),
          reason: input.reason,
        });
        transaction.audited({ subjectId: row.id, detail: { reason: input.reason } });
        return { grant: showGrant(row) };
      },
    );
  }
}

/**
 * Roles of an institution name it, roles of the alliance name none; the certification centre may be a department of a
 * member, and then its grants say which (charter art. 12(8)).
 */
function assertFits(role: string, institutionId: string | null): void {
  if (role === 'CERTIFICATION_CENTRE') return;
  if (institutionRoles.includes(role) === (institutionId !== null)) return;
  throw refuse('GRANT_INSTITUTION_MISFIT', { role }, ['input', 'institutionId']);
}

async function assertPoint(
  transaction: MutationTransaction,
  input: GiveGrantInput,
  from: Date,
): Promise<void> {
  const path = ['input', 'servicePointId'];
  if ((input.role === 'SERVICE_POINT_CLERK') !== (input.servicePointId != null)) {
    throw refuse('GRANT_POINT_MISFIT', {}, path);
  }
  if (input.servicePointId == null) return;
  const point = await transaction.lock(ServicePointEntity, input.servicePointId);
  if (point.hostInstitutionId !== input.institutionId) throw refuse('GRANT_POINT_MISFIT', {}, path);
  if (point.validTo != null && point.validTo <= from) throw refuse('SERVICE_POINT_CLOSED', {}, path);
}
