import { refuse, type InputPath } from '../../base/errors/amrlo-error.js';
import type { RequestScope } from './request-scope.js';

const standing = `query MemberStanding($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Institution { id membership { state inStanding } } }
}`;

interface Standing {
  readonly state: string;
  readonly inStanding: boolean;
}

/**
 * Makes sure that institutions may start something new: active members of the alliance, also while an exit is only
 * proposed (charter art. 20, 21). What is in flight needs no standing, so reviews and approvals do not ask. Asked of
 * `institutions` over the link, so before the transaction.
 * @param path where in the input the institutions are named
 * @throws AmrloError `INSTITUTION_NOT_MEMBER` for an institution that never was one, `MEMBER_NOT_IN_STANDING` with the
 * state for any other; `UPSTREAM_UNAVAILABLE` when it could not be found out
 */
export async function assertInStanding(
  scope: RequestScope,
  institutionIds: readonly string[],
  path: InputPath,
): Promise<void> {
  const standings = await standingsOf(scope, institutionIds);
  for (const [place, institution] of institutionIds.entries()) {
    const membership = standings[place] ?? null;
    if (membership === null) throw refuse('INSTITUTION_NOT_MEMBER', { institution }, path);
    const { state, inStanding } = membership;
    if (!inStanding) throw refuse('MEMBER_NOT_IN_STANDING', { institution, state }, path);
  }
}

/**
 * Makes sure that an institution has not left: its run-off is over, so it takes on no obligation any more, not even one
 * that was in flight when it left.
 * @throws AmrloError `MEMBER_NOT_IN_STANDING`; `UPSTREAM_UNAVAILABLE` when it could not be found out
 */
export async function assertNotExited(
  scope: RequestScope,
  institution: string,
  path: InputPath,
): Promise<void> {
  const [membership] = await standingsOf(scope, [institution]);
  if (membership?.state === 'EXITED') {
    throw refuse('MEMBER_NOT_IN_STANDING', { institution, state: membership.state }, path);
  }
}

async function standingsOf(
  scope: RequestScope,
  institutionIds: readonly string[],
): Promise<(Standing | null)[]> {
  const answer = await scope
    .remote('institutions')
    .query<{ readonly _entities: ReadonlyArray<{ readonly membership: Standing | null } | null> }>(standing, {
      representations: institutionIds.map((id) => ({ __typename: 'Institution', id })),
    });
  return institutionIds.map((_, place) => answer._entities[place]?.membership ?? null);
}
