import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { GrantEntity, type GrantRow } from './grant.entity.js';
import { delegableRoles, reviewDueAfter } from './grant-rules.js';
import type { DelegateGrantInput, GrantPayload } from './grant.types.js';
import { isOver, showGrant } from './show-grant.js';

constraintRefuses('role_grant_delegation', () => refuse('GRANT_NOT_DELEGABLE'));
constraintRefuses('role_grant_inside', () => refuse('GRANT_ENDED'));

const delegation = z.object({
  subject: z.string().min(1).max(200),
  purpose: z.string().trim().min(1).max(500),
});

/** Stand-ins: a grant of one's own that another person acts with for a time (S2 权限A 一.5). */
export class DelegationService {
  /** Lets another person act with the same role for the same institution, inside one's own interval. */
  delegate(scope: RequestScope, input: DelegateGrantInput): Promise<GrantPayload> {
    return mutate(
      scope,
      { operation: 'delegateGrant', action: 'DELEGATE_GRANT', subjectType: 'Grant', input },
      async (transaction) => {
        checkInput(delegation, input);
        // The lock makes a revocation wait for this, or this for the revocation; one of them sees the other.
        const own = await transaction.lock(GrantEntity, input.grantId);
        if (own.subject !== scope.principal.subject) {
          throw refuse('ACTION_FORBIDDEN', { action: 'delegateGrant' });
        }
        if (input.subject === own.subject) throw refuse('GRANT_TO_ONESELF', {}, ['input', 'subject']);
        assertDelegable(own, input);
        const now = scope.clock.now();
        const from = input.from ?? (own.validFrom > now ? own.validFrom : now);
        assertInside(own, { from, to: input.to, now });
        const row = transaction.create(GrantEntity, {
          id: newId('Grant'),
          subject: input.subject,
          role: own.role,
          institutionId: own.institutionId ?? null,
          servicePointId: own.servicePointId ?? null,
          delegatedFrom: own.id,
          delegable: input.delegable ?? false,
          purpose: input.purpose,
          validFrom: from,
          validTo: input.to,
          givenBy: own.subject,
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
}

/** What was delegated goes on once at most, and only where the first holder allowed it. */
function assertDelegable(own: GrantRow, input: DelegateGrantInput): void {
  const isDelegated = own.delegatedFrom != null;
  const allowed = delegableRoles.has(own.role) && (!isDelegated || own.delegable);
  if (!allowed || (isDelegated && input.delegable === true)) {
    throw refuse('GRANT_NOT_DELEGABLE', {}, ['input', 'grantId']);
  }
}

function assertInside(own: GrantRow, { from, to, now }: { from: Date; to: Date; now: Date }): void {
  if (isOver(own, now)) throw refuse('GRANT_ENDED', {}, ['input', 'grantId']);
  if (to <= from) throw refuse('INTERVAL_EMPTY', {}, ['input', 'to']);
  const isBefore = from < own.validFrom;
  if (isBefore || (own.validTo != null && to > own.validTo)) {
    throw refuse(
      'GRANT_OUTSIDE_INTERVAL',
      { from: own.validFrom.toISOString(), to: own.validTo?.toISOString() ?? '…' },
      ['input', isBefore ? 'from' : 'to'],
    );
  }
}
