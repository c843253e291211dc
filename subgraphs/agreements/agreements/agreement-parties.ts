import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';

const memberships = `query PartiesOfAgreement($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Institution { id membership { state } } }
}`;

/**
 * Makes sure that every party is an active member (charter art. 20); asked of `institutions` before a transaction.
 * @throws AmrloError `INSTITUTION_NOT_MEMBER`; `UPSTREAM_UNAVAILABLE` when it could not be found out
 */
export async function assertActiveMembers(scope: RequestScope, ids: readonly string[]): Promise<void> {
  const answer = await scope
    .remote('institutions')
    .query<{ _entities: ({ id: string; membership: { state: string } | null } | null)[] }>(memberships, {
      representations: ids.map((id) => ({ __typename: 'Institution', id })),
    });
  for (const [index, id] of ids.entries()) {
    if (answer._entities[index]?.membership?.state !== 'ACTIVE') {
      throw refuse('INSTITUTION_NOT_MEMBER', { institution: id }, ['input', 'partnerIds']);
    }
  }
}
