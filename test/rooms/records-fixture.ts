import { jest } from '@jest/globals';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal, type Principal, type Role } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import type { StudentRecordKey } from '../../subgraphs/records/link-source.js';
import { createRecordsRouter, type RecordsRouterOptions } from '../../subgraphs/records/records-router.js';
import type { School } from '../../subgraphs/records/school-directory.js';
import { FakeSchool } from './fake-school.js';
import { FakeTrail } from './fake-trail.js';

export { FakeSchool } from './fake-school.js';

type Row = Record<string, unknown>;

/** A router over fake schools. */
export async function createTestRouter(
  schools: readonly FakeSchool[],
  options: Partial<Pick<RecordsRouterOptions, 'ttlMs' | 'guard' | 'log' | 'cacheBytes' | 'connect'>> & {
    links?: readonly StudentRecordKey[];
    lines?: Partial<School>;
  } = {},
) {
  const clock = new FakeClock();
  const wakes = createLocalWakeBus();
  const { signer, publicKeyPem } = await createSigner(undefined, clock);
  const verifier = await createVerifier([publicKeyPem!], clock);
  const trail = new FakeTrail();
  const links = { list: options.links ?? [], reads: 0, fails: false };
  const lines: School[] = schools.map(({ institutionId }) => ({
    institutionId,
    name: `School ${institutionId}`,
    kind: 'SQL',
    endpoint: `local:${institutionId}`,
    enabled: true,
    timeoutMs: 200,
    ...options.lines,
  }));
  const router = createRecordsRouter({
    directory: { schools: async () => lines },
    links: {
      linkedTo: async () => {
        links.reads += 1;
        if (links.fails) throw new Error('down');
        return links.list;
      },
    },
    trail,
    connect:
      options.connect ??
      (({ institutionId }) => schools.find((school) => school.institutionId === institutionId)!.handle),
    verifier,
    signer,
    clock,
    wakes,
    ttlMs: options.ttlMs,
    guard: options.guard,
    log: options.log,
    cacheBytes: options.cacheBytes,
    describeWaitMs: 100,
  });

  async function ask(
    query: string,
    variables: Row = {},
    by: {
      principal?: Principal;
      audience?: string;
      signal?: AbortSignal;
      budgetMs?: number;
      operationName?: string;
      reportWanted?: boolean;
    } = {},
  ): Promise<SubgraphResponse> {
    return router.handle({
      query,
      variables,
      ...(by.operationName === undefined ? {} : { operationName: by.operationName }),
      assertion:
        by.audience === ''
          ? ''
          : await signer.sign(by.principal ?? servicePrincipal('test'), by.audience ?? 'records'),
      requestId: 'req_test',
      locale: 'en',
      deadline: clock.now().getTime() + (by.budgetMs ?? 5_000),
      signal: by.signal ?? new AbortController().signal,
      ...(by.reportWanted === undefined ? {} : { reportWanted: by.reportWanted }),
    });
  }
  return { router, ask, clock, wakes, links, lines, verifier, trail };
}

/** A signed-in person, with grants of one role at one institution where named. */
export function person(subject: string, role?: Role, institutionId?: string): Principal {
  const grants =
    role === undefined
      ? []
      : [
          {
            id: 'grant_x',
            role,
            institutionId: institutionId ?? null,
            from: '2020-01-01T00:00:00Z',
            to: null,
          },
        ];
  return { kind: 'PERSON', subject, grants, scopes: [] };
}

/** A reference to a student record. */
export function record(institutionId: string, studentNumber: string): Row {
  return { __typename: 'StudentRecord', institutionId, studentNumber };
}

/** The students of a fake school. */
export const names = () =>
  new Map([
    ['1', '张*'],
    ['2', '李*'],
  ]);

/** A reference to an institution. */
export function institution(id: string): Row {
  return { __typename: 'Institution', id };
}

/** `inst_a` and `inst_b`, each with the same students; new ones at each call. */
export function twoSchools(): readonly [FakeSchool, FakeSchool] {
  return [new FakeSchool('inst_a', names()), new FakeSchool('inst_b', names())];
}

/** The answer of a school that hangs. */
export const never = () => new Promise<SubgraphResponse>(() => undefined);

/** Stops the time that a breaker reads until `jest.useRealTimers()`; what waits goes on. */
export function stopTime(): void {
  jest.useFakeTimers({
    now: Date.now(),
    doNotFake: [
      'nextTick',
      'setImmediate',
      'queueMicrotask',
      'setTimeout',
      'clearTimeout',
      'performance',
      'hrtime',
    ],
  });
}

/** The operation that asks for something of entities. */
export const entities = (selection: string) =>
  `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`;

/** An operation with aliases everywhere. */
export const full = /* GraphQL */ `
  query ($r: [_Any!]!, $age: Int, $wait: Int) {
    _entities(representations: $r) {
      ... on StudentRecord {
        number: studentNumber
        whole: complete
        origin: provenance {
          freshness
          system
        }
        grades: results(maxAge: $age, waitMs: $wait) {
          nativeKey
          provenance {
            freshness
          }
        }
        name
      }
    }
  }
`;

/** What it answers about a student. */
export const live = (number: string, freshness = 'LIVE', whole = true) => ({
  number,
  whole,
  origin: { freshness, system: 'Fake' },
  grades: ['a', 'b'].map((key) => ({ nativeKey: `${number}|${key}`, provenance: { freshness } })),
  name: names().get(number),
});

/** What it answers about a student of whom nothing was obtained. */
export const unavailable = (number: string) => ({
  number,
  whole: false,
  origin: { freshness: 'UNAVAILABLE', system: null },
  grades: null,
  name: null,
});
