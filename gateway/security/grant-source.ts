import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { roles, servicePrincipal, type Grant } from '../../subgraphs/kit/base/identity/principal.js';
import type { Link } from '../../subgraphs/kit/base/link/link-call.js';
import type { GrantSource } from './grant-cache.js';

const query = `query PrincipalGrants($subject: String!) {
  principalGrants(subject: $subject) { epoch grants { id role institutionId from to } }
}`;

const answer = z.object({
  principalGrants: z.object({
    epoch: z.coerce.number().int(),
    grants: z.array(
      z.object({
        id: z.string().min(1),
        role: z.string(),
        institutionId: z.string().nullish(),
        from: z.string(),
        to: z.string().nullish(),
      }),
    ),
  }),
});

/**
 * Asks the institutions room for a subject's grants as a service of this house.
 * Rejects when the room does not answer, or answers with anything but grants; an error is never an empty list.
 */
export function createGrantSource(options: {
  link: Pick<Link, 'call'>;
  /** The subgraph that keeps grants; `institutions` unless told otherwise. */
  subgraph?: string;
  timeoutMs?: number;
  clock?: Clock;
}): GrantSource {
  const { link, subgraph = 'institutions', timeoutMs = 2_000, clock = systemClock } = options;
  return {
    async grantsOf(subject) {
      const requestId = randomUUID();
      const response = await link.call({
        subgraph,
        query,
        operationName: 'PrincipalGrants',
        // The link shares equal queries that are under way; after a withdrawal an older answer must not be shared.
        variables: { subject, asked: requestId },
        isMutation: false,
        principal: servicePrincipal('gateway'),
        requestId,
        locale: 'en',
        deadline: clock.now().getTime() + timeoutMs,
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.errors !== undefined && response.errors.length > 0) {
        const code = response.errors[0]?.extensions?.['code'];
        throw new Error(`Grants were not obtained: ${typeof code === 'string' ? code : 'unknown'}`);
      }
      const { epoch, grants } = answer.parse(response.data).principalGrants;
      return { epoch, grants: grants.flatMap(asGrant) };
    },
  };
}

/** A role that this version does not know gives nothing. */
function asGrant(row: {
  id: string;
  role: string;
  institutionId?: string | null;
  from: string;
  to?: string | null;
}): Grant[] {
  const role = roles.find((one) => one === row.role);
  if (role === undefined) return [];
  return [{ id: row.id, role, institutionId: row.institutionId ?? null, from: row.from, to: row.to ?? null }];
}
