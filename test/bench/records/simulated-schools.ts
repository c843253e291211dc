import type { Clock } from '../../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal } from '../../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphRequest, SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import { contractSdl } from '../../../subgraphs/records/contract.js';
import { createRecordsRouter, type RecordsRouter } from '../../../subgraphs/records/records-router.js';
import type { School } from '../../../subgraphs/records/school-directory.js';
import { FakeTrail } from '../../rooms/fake-trail.js';

/** How a simulated school behaves. */
export interface SimulatedSchool {
  readonly institutionId: string;
  readonly state: 'HEALTHY' | 'HANGS' | 'DOWN';
  /** Milliseconds until it answers, where it does. */
  readonly latencyMs: number;
}

/** Numbers between 0 and 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The question that is put to simulated schools; they answer it without a schema, so that their own cost is small. */
export const simulatedQuery = /* GraphQL */ `
  query Bench($representations: [_Any!]!, $maxAge: Int, $waitMs: Int) {
    _entities(representations: $representations) {
      ... on StudentRecord {
        institutionId
        studentNumber
        programme
        complete
        provenance {
          asOf
          freshness
        }
        results(maxAge: $maxAge, waitMs: $waitMs) {
          courseName
          credits
          nativeGrade
        }
      }
    }
  }
`;

const results = Array.from({ length: 40 }, (_, at) => ({
  courseName: `Course ${at}`,
  credits: '3.5',
  nativeGrade: `${60 + at}`,
}));

/** What a school's adapter answers to `simulatedQuery`. */
export function simulatedAnswer(request: SubgraphRequest, asOf: string): SubgraphResponse {
  const asked = (request.variables?.['amrloRepresentations0'] ?? []) as {
    institutionId: string;
    studentNumber: string;
  }[];
  return {
    data: {
      _entities: asked.map(({ institutionId, studentNumber }) => ({
        institutionId,
        studentNumber,
        amrloInstitution: institutionId,
        amrloStudent: studentNumber,
        programme: 'Mathematics',
        complete: true,
        provenance: { asOf, freshness: 'LIVE' },
        results,
      })),
      ...(request.query.includes('_service')
        ? { amrloService: { sdl: contractSdl }, amrloSystem: [null] }
        : {}),
    },
  };
}

/** A router over simulated schools of this process. */
export async function routerOver(
  schools: readonly SimulatedSchool[],
  options: {
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly ttlMs: number;
    readonly cacheBytes?: number;
    readonly answer: (school: SimulatedSchool, request: SubgraphRequest) => Promise<SubgraphResponse>;
  },
): Promise<{
  readonly router: RecordsRouter;
  readonly ask: (
    variables: Record<string, unknown>,
    by?: { readonly signal?: AbortSignal; readonly budgetMs?: number },
  ) => Promise<SubgraphResponse>;
}> {
  const { clock, timeoutMs, ttlMs, cacheBytes, answer } = options;
  const { signer, publicKeyPem } = await createSigner(undefined, clock);
  const verifier = await createVerifier([publicKeyPem ?? ''], clock);
  const byId = new Map(schools.map((school) => [school.institutionId, school]));
  const directory = schools.map(({ institutionId }): School => ({
    institutionId,
    name: institutionId,
    kind: 'SQL',
    endpoint: `local:${institutionId}`,
    enabled: true,
    timeoutMs,
  }));
  const router = createRecordsRouter({
    directory: { schools: async () => directory },
    links: { linkedTo: async () => [] },
    trail: new FakeTrail(),
    connect:
      ({ institutionId }) =>
      (request) =>
        answer(byId.get(institutionId) as SimulatedSchool, request),
    verifier,
    signer,
    clock,
    ttlMs,
    ...(cacheBytes === undefined ? {} : { cacheBytes }),
  });
  return {
    router,
    ask: async (variables, { signal = new AbortController().signal, budgetMs = 10_000 } = {}) =>
      router.handle({
        query: simulatedQuery,
        variables,
        assertion: await signer.sign(servicePrincipal('bench'), 'records'),
        requestId: 'req_bench',
        locale: 'en',
        deadline: clock.now().getTime() + budgetMs,
        signal,
      }),
  };
}
