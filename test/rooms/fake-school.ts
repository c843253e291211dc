import { execute, parse } from 'graphql';
import type { SubgraphRequest, SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { contractSchema } from '../../subgraphs/records/contract.js';

type Row = Record<string, unknown>;

/** An exemption that the fake school was told to write. */
export interface WrittenExemption {
  readonly studentNumber: string;
  readonly certificateNumber: string;
  readonly institutionId: string;
  readonly courseCode: string;
}

/** An invented adapter over a table of names, which can be told to misbehave. */
export class FakeSchool {
  readonly requests: SubgraphRequest[] = [];
  readonly written: WrittenExemption[] = [];
  /** Replaces the answer. */
  respond:
    | ((request: SubgraphRequest, usual: () => Promise<SubgraphResponse>) => Promise<SubgraphResponse>)
    | undefined;
  readonly #schema;

  constructor(
    readonly institutionId: string,
    readonly names: Map<string, string>,
  ) {
    this.#schema = contractSchema({
      StudentRecord: {
        __resolveReference: async ({ studentNumber }: { studentNumber: string }) =>
          this.#student(studentNumber),
      },
      CourseResult: {
        __resolveReference: async (key: { nativeKey: string }) => this.#part('CourseResult', key),
      },
      SchoolCertificate: {
        __resolveReference: async (key: { nativeKey: string }) => this.#part('SchoolCertificate', key),
      },
      Institution: { __resolveReference: async ({ id }: { id: string }) => this.#institution(id) },
      Mutation: {
        writeBackExemption: async (_: unknown, { input }: { input: WrittenExemption }) => this.#write(input),
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

  /** Requests about records, not those that only introduce the adapter. */
  get asked(): SubgraphRequest[] {
    return this.requests.filter(({ query }) => /Representations0|^mutation/.test(query));
  }

  /** The representations of the first root in each of them. */
  get askedFor(): unknown[] {
    return this.asked.map(({ variables }) => variables?.['amrloRepresentations0']);
  }

  #student(studentNumber: string): Row | null {
    const name = this.names.get(studentNumber);
    if (name === undefined) return null;
    const { institutionId } = this;
    const part = (type: string, key: string) => this.#part(type, { nativeKey: `${studentNumber}|${key}` });
    return {
      __typename: 'StudentRecord',
      institutionId,
      studentNumber,
      name,
      complete: true,
      provenance,
      results: [part('CourseResult', 'a'), part('CourseResult', 'b')],
      enrolments: [{ programme: 'Mathematics', provenance }],
      certificates: [part('SchoolCertificate', 'c')],
      heldBy: true,
      verification: { holds: true, outcome: 'CONFIRMED', askedAt: provenance.asOf, provenance },
    };
  }

  #part(type: string, { nativeKey }: { nativeKey: string }): Row | null {
    const [studentNumber = '', key = ''] = nativeKey.split('|');
    if (!this.names.has(studentNumber)) return null;
    const { institutionId } = this;
    const own = type === 'CourseResult' ? { courseName: `course ${key}` } : { name: `certificate ${key}` };
    return { __typename: type, institutionId, nativeKey, studentNumber, ...own, provenance };
  }

  #institution(id: string): Row | null {
    if (id !== this.institutionId) return null;
    return {
      __typename: 'Institution',
      id,
      recordsSystem: {
        name: 'Fake 1.0',
        freshness: 'LIVE',
        capabilities: ['LIVE'],
        coverage: { supplied: ['StudentRecord.name'], missing: [] },
      },
      schoolCourses: ({ first = 20 }: { first?: number }) => ({
        edges: ['C1', 'C2']
          .slice(0, first)
          .map((code) => ({ cursor: code, node: { code, name: `course ${code}` } })),
        totalCount: 2,
        complete: true,
        provenance,
      }),
      schoolProgrammes: { edges: [], totalCount: 0, complete: true, provenance },
      gradeDistributions: [{ referenceGroup: 'all', total: 10, provenance }],
      recordChanges: { changes: [], cursor: 'c1', hasMore: false, provenance },
    };
  }

  #write(input: WrittenExemption): Row {
    const isKnown = this.written.some(
      ({ certificateNumber }) => certificateNumber === input.certificateNumber,
    );
    if (!isKnown) this.written.push(input);
    const { institutionId, studentNumber, courseCode, certificateNumber } = input;
    const state = isKnown ? 'ALREADY_WRITTEN' : 'WRITTEN';
    return {
      writeBack: { institutionId, studentNumber, courseCode, certificateNumber, state, provenance },
      userErrors: [],
    };
  }
}

const provenance = {
  system: 'Fake',
  method: 'SQL',
  asOf: '2026-01-15T08:00:00.000Z',
  freshness: 'LIVE',
  evidenceHash: 'sha256:x',
};
