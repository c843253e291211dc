import { execute, parse } from 'graphql';
import { FakeClock } from '../../subgraphs/kit/base/clock.js';
import { createSigner, createVerifier } from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal, type Principal, type Role } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphRequest, SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { createLocalWakeBus } from '../../subgraphs/kit/base/wake.js';
import { contractSchema } from '../../subgraphs/records/contract.js';
import type { StudentRecordKey } from '../../subgraphs/records/link-source.js';
import { createRecordsRouter, type RecordsRouterOptions } from '../../subgraphs/records/records-router.js';
import type { School } from '../../subgraphs/records/school-directory.js';

type Row = Record<string, unknown>;

/** An invented adapter over a table of names, which can be told to misbehave. */
export class FakeSchool {
  readonly requests: SubgraphRequest[] = [];
  /** Replaces the answer. */
  respond:
    | ((request: SubgraphRequest, usual: () => Promise<SubgraphResponse>) => Promise<SubgraphResponse>)
    | undefined;
  readonly #schema;

  constructor(
    readonly institutionId: string,
    readonly names: Map<string, string>,
  ) {
    const provenance = {
      system: 'Fake',
      method: 'SQL',
      asOf: '2026-01-15T08:00:00.000Z',
      freshness: 'LIVE',
      evidenceHash: 'sha256:x',
    };
    const result = (studentNumber: string, key: string): Row => ({
      __typename: 'CourseResult',
      institutionId,
      nativeKey: `${studentNumber}|${key}`,
      studentNumber,
      courseName: `course ${key}`,
      provenance,
    });
    this.#schema = contractSchema({
      StudentRecord: {
        __resolveReference: async ({ studentNumber }: { studentNumber: string }) => {
          const name = this.names.get(studentNumber);
          if (name === undefined) return null;
          return {
            __typename: 'StudentRecord',
            institutionId,
            studentNumber,
            name,
            complete: true,
            provenance,
            results: [result(studentNumber, 'a'), result(studentNumber, 'b')],
            heldBy: true,
          };
        },
      },
      CourseResult: {
        __resolveReference: async ({ nativeKey }: { nativeKey: string }) => {
          const [studentNumber = '', key = ''] = nativeKey.split('|');
          return this.names.has(studentNumber) ? result(studentNumber, key) : null;
        },
      },
      Institution: {
        __resolveReference: async ({ id }: { id: string }) => ({
          __typename: 'Institution',
          id,
          recordsSystem: {
            name: 'Fake 1.0',
            freshness: 'LIVE',
            capabilities: ['LIVE'],
            coverage: { supplied: ['StudentRecord.name'], missing: [] },
          },
        }),
      },
    });
  }

  /** Resolves when so many requests have come in. */
  async untilAsked(times = 1): Promise<void> {
    while (this.requests.length < times) await new Promise(setImmediate);
  }

  readonly handle = async (request: SubgraphRequest): Promise<SubgraphResponse> => {
    this.requests.push(request);
    const usual = async () => {
      const answer = await execute({
        schema: this.#schema,
        document: request.document ?? parse(request.query),
        variableValues: { ...request.variables },
      });
      // Over the wire there are plain objects only.
      return JSON.parse(JSON.stringify(answer)) as SubgraphResponse;
    };
    return this.respond === undefined ? usual() : this.respond(request, usual);
  };

  /** Requests that asked for school records, not for the system's own description. */
  get asked(): SubgraphRequest[] {
    return this.requests.filter(({ query }) => !query.includes('recordsSystem'));
  }
}

/** A router over fake schools. */
export async function createTestRouter(
  schools: readonly FakeSchool[],
  options: Partial<Pick<RecordsRouterOptions, 'ttlMs' | 'guard'>> & {
    links?: readonly StudentRecordKey[];
    lines?: Partial<School>;
  } = {},
) {
  const clock = new FakeClock();
  const wakes = createLocalWakeBus();
  const { signer, publicKeyPem } = await createSigner(undefined, clock);
  const verifier = await createVerifier([publicKeyPem!], clock);
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
    connect: ({ institutionId }) => schools.find((school) => school.institutionId === institutionId)!.handle,
    verifier,
    signer,
    clock,
    wakes,
    ...(options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs }),
    ...(options.guard === undefined ? {} : { guard: options.guard }),
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
    });
  }
  return { router, ask, clock, wakes, links, lines, verifier };
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
