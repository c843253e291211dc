import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import {
  createSigner,
  createVerifier,
  type AssertionVerifier,
} from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { adapterAudience } from '../../subgraphs/records/contract.js';

/** Asks adapters as the records router does. */
export interface AdapterClient {
  readonly verifier: AssertionVerifier;
  /** The selection on the student records of these numbers. */
  students(
    adapter: Adapter,
    numbers: readonly string[],
    selection: string,
    options?: { signal?: AbortSignal; budgetMs?: number },
  ): Promise<SubgraphResponse>;
}

/** A client with a key of its own. */
export async function createAdapterClient(): Promise<AdapterClient> {
  const { signer, publicKeyPem } = await createSigner(undefined);
  return {
    verifier: await createVerifier([publicKeyPem!]),
    async students(adapter, numbers, selection, options = {}) {
      const { institutionId } = adapter.school;
      return adapter.handle({
        query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on StudentRecord { ${selection} } } }`,
        variables: {
          r: numbers.map((studentNumber) => ({ __typename: 'StudentRecord', institutionId, studentNumber })),
        },
        assertion: await signer.sign(servicePrincipal('records'), adapterAudience(institutionId)),
        requestId: 'test',
        locale: 'en',
        deadline: Date.now() + (options.budgetMs ?? 10_000),
        signal: options.signal ?? new AbortController().signal,
      });
    },
  };
}

/** The entities of an answer. */
export function entitiesOf(answer: SubgraphResponse): Record<string, unknown>[] {
  return answer.data?.['_entities'] as Record<string, unknown>[];
}
