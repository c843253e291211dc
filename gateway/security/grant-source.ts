import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { systemClock, type Clock } from '../../subgraphs/kit/base/clock.js';
import { roles, servicePrincipal, type Grant } from '../../subgraphs/kit/base/identity/principal.js';
import type { Link } from '../../subgraphs/kit/base/link/link-call.js';
import type { GrantSource } from './grant-cache.js';

const grantsQuery = `query PrincipalGrants($subject: String!) {
  principalGrants(subject: $subject) {
    epoch grants { id role institutionId servicePointId delegatedFromId from to }
  }
}`;

const changesQuery = `query GrantChanges($since: String) {
  grantChanges(since: $since) { cursor complete subjects }
}`;

const changesAnswer = z.object({
  grantChanges: z.object({
    cursor: z.string().min(1),
    complete: z.boolean(),
    subjects: z.array(z.string()),
  }),
});

const grantsAnswer = z.object({
  principalGrants: z.object({
    epoch: z.coerce.number().int(),
    grants: z.array(
      z.object({
        id: z.string().min(1),
        role: z.string(),
        institutionId: z.string().nullish(),
        servicePointId: z.string().nullish(),
        delegatedFromId: z.string().nullish(),
        from: z.string(),
        to: z.string().nullish(),
      }),
    ),
  }),
});

type GrantAnswer = z.infer<typeof grantsAnswer>['principalGrants']['grants'][number];

/**
 * Asks the institutions room for grants, and for who has other ones than before, as a service of this house.
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

  async function ask(operationName: string, query: string, variables: Record<string, unknown>) {
    const requestId = randomUUID();
    const response = await link.call({
      subgraph,
      query,
      operationName,
      // The link shares equal queries that are under way; after a withdrawal an older answer must not be shared.
      variables: { ...variables, asked: requestId },
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
    return response.data;
  }

  return {
    async grantsOf(subject) {
      const data = await ask('PrincipalGrants', grantsQuery, { subject });
      const { epoch, grants } = grantsAnswer.parse(data).principalGrants;
      return { epoch, grants: grants.flatMap(asGrant) };
    },
    async changedSince(since) {
      const data = await ask('GrantChanges', changesQuery, since === undefined ? {} : { since });
      const { cursor, complete, subjects } = changesAnswer.parse(data).grantChanges;
      return { cursor, subjects: complete ? subjects : null };
    },
  };
}

/** A role that this version does not know gives nothing. */
function asGrant(row: GrantAnswer): Grant[] {
  const role = roles.find((one) => one === row.role);
  if (role === undefined) return [];
  const { id, institutionId = null, servicePointId, delegatedFromId, from, to = null } = row;
  return [
    {
      id,
      role,
      institutionId,
      from,
      to,
      ...(servicePointId == null ? {} : { servicePointId }),
      ...(delegatedFromId == null ? {} : { delegatedFromId }),
    },
  ];
}
