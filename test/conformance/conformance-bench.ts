import { expect } from '@jest/globals';
import type { Adapter } from '../../subgraphs/adapters/kit/create-adapter.js';
import {
  createSigner,
  createVerifier,
  type AssertionSigner,
} from '../../subgraphs/kit/base/identity/assertion.js';
import { servicePrincipal, type Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';
import { adapterAudience } from '../../subgraphs/records/contract.js';
import { everything, type ConformanceFixture, type OpenFixture } from './conformance-fixture.js';

/** An object of an answer. */
export type Row = Record<string, unknown>;

/** How a question of the suite differs from the usual one. */
interface AskOptions {
  readonly adapter?: Adapter;
  readonly query?: string;
  readonly variables?: Row;
  readonly principal?: Principal;
  readonly audience?: string;
  readonly signal?: AbortSignal;
}

/** The adapter of one fixture, and the questions that the suite asks it. */
export class ConformanceBench {
  readonly fixture: ConformanceFixture;
  #signer: AssertionSigner | undefined;
  #opened: OpenFixture | undefined;

  constructor(fixture: ConformanceFixture) {
    this.fixture = fixture;
  }

  async open(): Promise<void> {
    const { signer, publicKeyPem } = await createSigner(undefined);
    this.#signer = signer;
    this.#opened = await this.fixture.open(await createVerifier([publicKeyPem!]));
  }

  async close(): Promise<void> {
    const { adapter, dead } = this.opened;
    await Promise.all([adapter.stop(), dead.stop()]);
    await this.opened.close();
  }

  get opened(): OpenFixture {
    return this.#opened!;
  }

  get institutionId(): string {
    return this.opened.adapter.school.institutionId;
  }

  /** Whether the source holds something beside students and results. */
  supplies(capability: NonNullable<ConformanceFixture['supplies']>[number]): boolean {
    return this.fixture.supplies?.includes(capability) ?? false;
  }

  record(studentNumber: string): Row {
    return { __typename: 'StudentRecord', institutionId: this.institutionId, studentNumber };
  }

  /** Everything about all students of the fixture. */
  async askAll(): Promise<SubgraphResponse> {
    return this.ask(this.fixture.students.map((student) => this.record(student)));
  }

  async ask(representations: readonly Row[], options: AskOptions = {}): Promise<SubgraphResponse> {
    const principal = options.principal ?? servicePrincipal('records');
    return (options.adapter ?? this.opened.adapter).handle({
      query: options.query ?? everything,
      variables: { representations, ...options.variables },
      assertion: await this.#signer!.sign(principal, options.audience ?? adapterAudience(this.institutionId)),
      requestId: 'conformance',
      locale: 'en',
      deadline: Date.now() + 10_000,
      signal: options.signal ?? new AbortController().signal,
    });
  }

  /** A selection on the institution, with the errors at its fields. */
  async institution(selection: string): Promise<{ institution: Row; answer: SubgraphResponse }> {
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Institution { ${selection} } } }`;
    const answer = await this.ask([{ __typename: 'Institution', id: this.institutionId }], { query });
    return { institution: entities(answer)[0]!, answer };
  }

  /** All objects that stand in a list of all students. */
  async allOf(field: 'results' | 'enrolments' | 'certificates'): Promise<Row[]> {
    return entities(await this.askAll()).flatMap((row) => (row![field] as Row[] | null) ?? []);
  }

  /** That an object says where it comes from and how old that is. */
  expectProvenance(row: Row): void {
    const provenance = row['provenance'] as Row;
    expect(provenance).toMatchObject({ freshness: this.fixture.freshness });
    expect(provenance['evidenceHash']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(provenance['asOf']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(provenance['system']).toEqual(expect.any(String));
  }
}

/** The entities of an answer. */
export function entities(answer: SubgraphResponse): (Row | null)[] {
  return answer.data?.['_entities'] as (Row | null)[];
}

/** That a field was refused because the system does not supply it: null, with the reason, never an empty value. */
export function expectRefused(answer: SubgraphResponse, path: string, value: unknown): void {
  expect([path, value]).toEqual([path, null]);
  const failed = answer.errors?.find((error) => error.path?.join('.') === path);
  expect(failed).toMatchObject({ extensions: { code: 'RECORD_NOT_SUPPLIED', retryable: false } });
  expect(failed?.message).toMatch(/does not supply .+; it is unknown\.$/);
}
