import { execute, Kind, type DocumentNode } from 'graphql';
import { systemClock, type Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { AssertionSigner, AssertionVerifier } from '../kit/base/identity/assertion.js';
import { hasRole } from '../kit/base/identity/principal.js';
import type { ClosableTransport } from '../kit/base/link/link-call.js';
import {
  reportExtension,
  type SubgraphRequest,
  type SubgraphResponse,
  type SubgraphTransport,
} from '../kit/base/link/subgraph-request.js';
import type { Logger } from '../kit/base/log.js';
import type { WakeBus } from '../kit/base/wake.js';
import { contractSchema, contractSdl } from './contract.js';
import { answerEntities } from './entity-answers.js';
import { EntityCache } from './entity-cache.js';
import { createHealthReporter, type HealthReporter } from './health-reporter.js';
import type { HealthSink } from './health-sink.js';
import { knownLinks, type LinkSource } from './link-source.js';
import { Operations, type CompiledOperation } from './operation.js';
import { RecordsSystems } from './records-systems.js';
import { SchoolCalls } from './school-calls.js';
import { knownSchools, type School, type SchoolDirectory } from './school-directory.js';
import type { GuardOptions } from './school-guard.js';
import { RememberedKeys } from './write-back-input.js';
import type { WriteBackTrail } from './write-back-trail.js';
import { answerMutations, takeWritten, writtenWake } from './write-back.js';

/** What the router is made of. */
export interface RecordsRouterOptions {
  readonly directory: SchoolDirectory;
  readonly links: LinkSource;
  /** Where every writing into a school's system is noted, before it is sent and after. */
  readonly trail: WriteBackTrail;
  /** Who is told how the schools are doing; nobody when absent. */
  readonly health?: HealthSink;
  /** How a school's adapter is reached; called once per line of the directory, and closed when the line changes. */
  readonly connect: (school: School) => ClosableTransport;
  /** Verifies assertions for the audience `records`. */
  readonly verifier: AssertionVerifier;
  /** Signs for the audiences `adapter:<institutionId>`. */
  readonly signer: AssertionSigner;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Wakes of type `RecordsDirectory`, `StudentRecordLink` and `StudentRecordWritten` take effect at once. */
  readonly wakes?: WakeBus;
  /** Age of a copy that needs no new question; 60,000 when absent. */
  readonly ttlMs?: number;
  /** Bytes of kept answers; 64 MiB when absent. */
  readonly cacheBytes?: number;
  /** Longest wait for what an adapter says about itself; 500 when absent. */
  readonly describeWaitMs?: number;
  readonly guard?: GuardOptions;
}

/** The subgraph `records`: one contract, answered by many schools. */
export interface RecordsRouter {
  readonly sdl: string;
  /** Answers an operation of the contract. Rejects with `ASSERTION_MISSING` without a valid assertion for `records`. */
  readonly handle: SubgraphTransport;
  /** Ends the connections to the schools when what is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Makes the router. It owns nothing durable: what it keeps are copies with an age, in bounded memory, and it asks each
 * school at most once per operation. A school that fails costs its own records, which say so, and nothing else.
 */
export function createRecordsRouter(options: RecordsRouterOptions): RecordsRouter {
  const { directory, connect, signer, log, wakes, guard, clock = systemClock } = options;
  const schema = contractSchema();
  const operations = new Operations(schema);
  let reporter: HealthReporter | undefined;
  const calls = new SchoolCalls({
    connect,
    signer,
    clock,
    schema,
    guard,
    observe: (institutionId, call) => reporter?.observe(institutionId, call),
  });
  const schools = knownSchools(directory, { clock, log, wakes, onRead: (known) => calls.take(known) });
  const links = knownLinks(options.links, { clock, wakes });
  const cache = new EntityCache({ maxBytes: options.cacheBytes ?? 64 * 1024 ** 2 });
  const systems = new RecordsSystems({ calls, clock, cache, describeWaitMs: options.describeWaitMs ?? 500 });
  if (options.health !== undefined) {
    const standing = () => systems.standing();
    reporter = createHealthReporter({ sink: options.health, standing, clock, log });
  }
  const entityParts = { schools, calls, cache, clock, links, systems, ttlMs: options.ttlMs ?? 60_000 };
  const keys = new RememberedKeys(clock);
  const writeParts = { schools, calls, cache, clock, log, wakes, keys, trail: options.trail };
  const stopListening = wakes?.subscribe(({ type, id }) => {
    if (type === writtenWake) takeWritten(id, cache);
  });

  async function handle(request: SubgraphRequest): Promise<SubgraphResponse> {
    const principal = await options.verifier.verify(request.assertion, 'records');
    const read = operations.read(request);
    const { operation } = read;
    if (operation.serviceField !== undefined && !hasRole(principal, 'SERVICE')) {
      throw new AmrloError('FORBIDDEN_FIELD', { field: operation.serviceField });
    }
    const { data, errors, reports } =
      operation.kind === 'mutation'
        ? { ...(await answerMutations(principal, read, request, writeParts)), reports: undefined }
        : await answerEntities(principal, read, request, entityParts);
    if (operation.kind === 'query' && operation.otherRoots.size > 0)
      Object.assign(data, await executeOthers(operation, request));
    if (request.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    return {
      data,
      ...(errors.length === 0 ? {} : { errors }),
      ...(reports && { extensions: { [reportExtension]: { schools: reports } } }),
    };
  }

  async function executeOthers(operation: CompiledOperation, request: SubgraphRequest): Promise<object> {
    const selections = [...operation.otherRoots.values()].flat();
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: operation.document.definitions.map((node) =>
        node === operation.definition
          ? { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }
          : node,
      ),
    };
    const { operationName, variables } = request;
    const { data } = await execute({ schema, document, operationName, variableValues: { ...variables } });
    return data ?? {};
  }

  return {
    sdl: contractSdl,
    handle,
    async stop() {
      reporter?.stop();
      schools.stop();
      links.stop();
      stopListening?.();
      await calls.close();
    },
  };
}
