import type { LinkCall } from '../../subgraphs/kit/base/link/link.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';

/**
 * The room of institutions as other rooms see it when they ask who may start something new: every institution is an
 * active member unless the test gives it another state, or null where it never was a member.
 */
export class MemberStandings {
  isDown = false;
  readonly #states = new Map<string, string | null>();

  /** Says what state the membership of an institution is in from now on. */
  set(institutionId: string, state: string | null): void {
    this.#states.set(institutionId, state);
  }

  /** Whether the call is one for this room to answer. */
  isAsked(call: LinkCall): boolean {
    return call.subgraph === 'institutions';
  }

  answer({ variables = {} }: LinkCall): SubgraphResponse {
    if (this.isDown) return { data: null, errors: [{ message: 'down' }] };
    const wanted = variables['representations'] as { id: string }[];
    return { data: { _entities: wanted.map(({ id }) => ({ id, membership: this.#membership(id) })) } };
  }

  #membership(id: string) {
    const state = this.#states.has(id) ? this.#states.get(id)! : 'ACTIVE';
    return state === null ? null : { state, inStanding: state === 'ACTIVE' };
  }
}
