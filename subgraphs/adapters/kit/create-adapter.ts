import { execute } from 'graphql';
import { systemClock, type Clock } from '../../kit/base/clock.js';
import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import type { AssertionVerifier } from '../../kit/base/identity/assertion.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import type {
  SubgraphRequest,
  SubgraphResponse,
  SubgraphTransport,
} from '../../kit/base/link/subgraph-request.js';
import { adapterAudience, contractSchema, contractSdl } from '../../records/contract.js';
import { amrloErrorOf, reportError } from '../../records/error-report.js';
import type { AdapterContext } from './adapter-parts.js';
import { createChangeFinder } from './change-finder.js';
import type { RecordsDriver } from './driver.js';
import type { Mapping } from './mapping.js';
import { OperationCache } from './operation-cache.js';
import type { AdapterSchool } from './school.js';
import { KeptLists } from './kept-lists.js';
import { contractResolvers } from './resolvers/contract-resolvers.js';
import { schoolReaders } from './school-reader.js';
import { studentFacts } from './student-facts.js';

/** What an adapter is made of. */
export interface AdapterOptions {
  readonly school: AdapterSchool;
  /** How the school's system is reached. */
  readonly driver: RecordsDriver;
  /** What its columns mean. */
  readonly mapping: Mapping;
  readonly verifier: AssertionVerifier;
  readonly clock?: Clock;
  /** A folder of this school's own in which fingerprints of its records are kept; without it none are compared. */
  readonly stateDir?: string | undefined;
}

/** The adapter subgraph of one school. */
export interface Adapter {
  readonly school: AdapterSchool;
  /** The contract's SDL, the same for every school. */
  readonly sdl: string;
  /**
   * Answers an operation of the contract. Accepts only assertions for `adapter:<institutionId>` that name a service:
   * the records router has decided which person may see which record before it asks.
   */
  readonly handle: SubgraphTransport;
  stop(): Promise<void>;
}

/** Makes a school's adapter: the contract's schema over the school's driver and mapping. */
export function createAdapter(options: AdapterOptions): Adapter {
  const { school, driver, mapping, verifier } = options;
  const clock = options.clock ?? systemClock;
  const changes = createChangeFinder({
    driver,
    mapping,
    clock,
    institution: school.name,
    stateDir: options.stateDir,
  });
  const schema = contractSchema(contractResolvers({ school, driver, mapping, clock, changes }));
  const operations = new OperationCache(schema);
  const readerOf = schoolReaders(driver, mapping, new KeptLists(driver, clock));
  const factsOf = studentFacts(mapping, school.name);

  async function handle(request: SubgraphRequest): Promise<SubgraphResponse> {
    const principal = await verifier.verify(request.assertion, adapterAudience(school.institutionId));
    if (!hasRole(principal, 'SERVICE')) throw new AmrloError('ASSERTION_MISSING');
    if (request.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    const read = { signal: request.signal, timeoutMs: Math.max(1, request.deadline - clock.now().getTime()) };
    const reader = readerOf(read);
    const contextValue: AdapterContext = { reader, facts: factsOf(reader), read, locale: request.locale };
    const answer = await execute({
      schema,
      document: operations.documentOf(request),
      variableValues: request.variables,
      operationName: request.operationName,
      contextValue,
    });
    const failures = (answer.errors ?? []).map((error) => ({
      error,
      known: amrloErrorOf(error, request.requestId),
    }));
    const cancelled = failures.find(({ known }) => known.code === 'REQUEST_CANCELLED');
    if (cancelled !== undefined) throw cancelled.known;
    const data = answer.data ?? null;
    if (failures.length === 0) return { data };
    return { data, errors: failures.map(({ error, known }) => reportError(known, request, error.path)) };
  }

  return { school, sdl: contractSdl, handle, stop: () => driver.stop() };
}
