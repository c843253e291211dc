import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { GrantEntity } from '../grants/grant.entity.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { SupervisionScopeEntity, type SupervisionScopeRow } from './supervision-scope.entity.js';
import { SupervisionVisitEntity } from './supervision-visit.entity.js';
import type {
  GiveSupervisionScopeInput,
  RevokeSupervisionScopeInput,
  SupervisionScope,
  SupervisionScopePayload,
} from './supervision.types.js';

const given = z.object({
  authority: z.string().trim().min(2).max(200),
  subject: z.string().min(1).max(200).nullish(),
  provinces: z.array(z.string().min(1).max(40)).min(1).max(40).nullish(),
  institutionIds: z.array(z.string().min(1).max(60)).min(1).max(500).nullish(),
  legalBasis: z.string().trim().min(2).max(1_000),
});

/** What authorities may look at (features.md #77); the secretariat gives and ends it. */
export class SupervisionScopeService {
  /** A page of the scopes that the caller may see, the newest first. */
  async list(
    scope: RequestScope,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<SupervisionScope>> {
    const page = await scope.page(SupervisionScopeEntity, args, {
      where: {},
      orderBy: [{ createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showSupervisionScope);
  }

  /** Gives a scope to one person or to one grant. */
  give(scope: RequestScope, input: GiveSupervisionScopeInput): Promise<SupervisionScopePayload> {
    return mutate(
      scope,
      {
        operation: 'giveSupervisionScope',
        action: 'CHANGE_SUPERVISION',
        subjectType: 'SupervisionScope',
        input,
      },
      async (transaction) => {
        assertSecretariat(scope, 'giveSupervisionScope');
        checkInput(given, input);
        if ((input.subject == null) === (input.grantId == null)) {
          throw refuse('SUPERVISION_SUBJECT_UNCLEAR', {}, ['input', 'subject']);
        }
        if (input.to <= input.from) throw refuse('INTERVAL_EMPTY', {}, ['input', 'to']);
        await assertKnown(transaction, input);
        const row = transaction.create(SupervisionScopeEntity, {
          id: newId('SupervisionScope'),
          authority: input.authority.trim(),
          subject: input.subject ?? null,
          grantId: input.grantId ?? null,
          provinces: input.provinces ?? null,
          institutionIds: input.institutionIds ?? null,
          validFrom: input.from,
          validTo: input.to,
          legalBasis: input.legalBasis.trim(),
          givenBy: scope.principal.subject,
          version: 1,
          createdAt: scope.clock.now(),
        });
        const supervisionScope = showSupervisionScope(row);
        transaction.audited({ subjectId: row.id, after: supervisionScope });
        return { supervisionScope };
      },
    );
  }

  /** Ends a scope now, and the visits that are under way in it. */
  revoke(scope: RequestScope, input: RevokeSupervisionScopeInput): Promise<SupervisionScopePayload> {
    return mutate(
      scope,
      {
        operation: 'revokeSupervisionScope',
        action: 'CHANGE_SUPERVISION',
        subjectType: 'SupervisionScope',
        input,
      },
      async (transaction) => {
        assertSecretariat(scope, 'revokeSupervisionScope');
        const row = await transaction.lock(SupervisionScopeEntity, input.scopeId, {
          expectedVersion: input.expectedVersion,
          current: (current) => ({ supervisionScope: showSupervisionScope(current) }),
        });
        if (row.revokedAt != null) throw refuse('SUPERVISION_NOT_IN_FORCE', {}, ['input', 'scopeId']);
        const now = scope.clock.now();
        const visits = await transaction.find(SupervisionVisitEntity, { scopeId: row.id, closedAt: null });
        for (const visit of visits) visit.closedAt = visit.expiresAt < now ? visit.expiresAt : now;
        row.revokedAt = now;
        row.revokedBy = scope.principal.subject;
        await transaction.flush();
        transaction.audited({
          subjectId: row.id,
          detail: { reason: input.reason, visits: visits.map(({ id }) => id) },
        });
        return { supervisionScope: showSupervisionScope(row) };
      },
    );
  }
}

/** What the graph shows of a scope. */
function showSupervisionScope(row: SupervisionScopeRow): SupervisionScope {
  return {
    id: row.id,
    authority: row.authority,
    subject: row.subject ?? null,
    grantId: row.grantId ?? null,
    provinces: row.provinces ?? null,
    institutionIds: row.institutionIds ?? null,
    from: row.validFrom,
    to: row.validTo,
    legalBasis: row.legalBasis,
    revokedAt: row.revokedAt ?? null,
    version: row.version,
  };
}

/** Whether a scope allows a visit on the legal day of an instant. */
export function isInForce(row: SupervisionScopeRow, at: Date): boolean {
  const day = legalDate(at);
  return row.revokedAt == null && row.validFrom <= day && day < row.validTo;
}

function assertSecretariat(scope: RequestScope, action: string): void {
  if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action });
}

async function assertKnown(
  transaction: MutationTransaction,
  { grantId, institutionIds }: GiveSupervisionScopeInput,
): Promise<void> {
  if (grantId != null) {
    const [grant] = await transaction.find(GrantEntity, { id: grantId, role: 'SUPERVISOR' });
    if (grant === undefined) throw refuse('NOT_FOUND', { type: 'Grant', id: grantId }, ['input', 'grantId']);
  }
  if (institutionIds == null) return;
  const found = await transaction.find(InstitutionEntity, { id: { $in: institutionIds } });
  const known = new Set(found.map(({ id }) => id));
  const unknown = institutionIds.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw refuse('NOT_FOUND', { type: 'Institution', id: unknown }, ['input', 'institutionIds']);
  }
}
