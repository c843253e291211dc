import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import {
  createSigner,
  createVerifier,
  type AssertionVerifier,
} from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { adapterAudience } from '../../subgraphs/records/contract.js';

/** How a question is asked. */
export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly budgetMs?: number;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Asks adapters as the records router does. */
export interface AdapterClient {
  readonly verifier: AssertionVerifier;
  /** Any operation. */
  ask(adapter: Adapter, query: string, options?: AskOptions): Promise<SubgraphResponse>;
  /** A selection on entities of one type; their keys without the institution. */
  entities(
    adapter: Adapter,
    type: 'StudentRecord' | 'CourseResult' | 'SchoolCertificate',
    keys: readonly Readonly<Record<string, string>>[],
    selection: string,
    options?: AskOptions,
  ): Promise<SubgraphResponse>;
  /** The selection on the student records of these numbers. */
  students(
    adapter: Adapter,
    numbers: readonly string[],
    selection: string,
    options?: AskOptions,
  ): Promise<SubgraphResponse>;
  /** The selection on the school's institution. */
  institution(adapter: Adapter, selection: string, options?: AskOptions): Promise<SubgraphResponse>;
}

/** A client with a key of its own. */
export async function createAdapterClient(): Promise<AdapterClient> {
  const { signer, publicKeyPem } = await createSigner(undefined);

  const ask: AdapterClient['ask'] = async (adapter, query, options = {}) =>
    adapter.handle({
      query,
      ...(options.variables === undefined ? {} : { variables: options.variables }),
      assertion: await signer.sign(
        servicePrincipal('records'),
        adapterAudience(adapter.school.institutionId),
      ),
      requestId: 'test',
      locale: 'en',
      deadline: Date.now() + (options.budgetMs ?? 10_000),
      signal: options.signal ?? new AbortController().signal,
    });

  const found = (
    adapter: Adapter,
    type: string,
    representations: readonly object[],
    selection: string,
    options: AskOptions = {},
  ) =>
    ask(
      adapter,
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on ${type} { ${selection} } } }`,
      { ...options, variables: { representations } },
    );

  const entities: AdapterClient['entities'] = (adapter, type, keys, selection, options) => {
    const { institutionId } = adapter.school;
    const representations = keys.map((key) => ({ __typename: type, institutionId, ...key }));
    return found(adapter, type, representations, selection, options);
  };

  return {
    verifier: await createVerifier([publicKeyPem!]),
    ask,
    entities,
    students: (adapter, numbers, selection, options) =>
      entities(
        adapter,
        'StudentRecord',
        numbers.map((studentNumber) => ({ studentNumber })),
        selection,
        options,
      ),
    institution: (adapter, selection, options) =>
      found(
        adapter,
        'Institution',
        [{ __typename: 'Institution', id: adapter.school.institutionId }],
        selection,
        options,
      ),
  };
}

/** The entities of an answer. */
export function entitiesOf(answer: SubgraphResponse): Record<string, unknown>[] {
  return answer.data?.['_entities'] as Record<string, unknown>[];
}

/** Path and code of each error of an answer, in the order of the paths. */
export function errorsOf(answer: SubgraphResponse): [path: string, code: unknown][] {
  return (answer.errors ?? [])
    .map(({ path, extensions }): [string, unknown] => [(path ?? []).join('.'), extensions?.['code']])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
