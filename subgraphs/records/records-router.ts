import { execute, Kind, type DocumentNode } from 'graphql';
import { systemClock, type Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { AssertionSigner, AssertionVerifier } from '../kit/base/identity/assertion.js';
import { hasRole, type Principal } from '../kit/base/identity/principal.js';
import type {
  SubgraphError,
  SubgraphRequest,
  SubgraphResponse,
  SubgraphTransport,
} from '../kit/base/link/subgraph-request.js';
import type { Logger } from '../kit/base/log.js';
import type { WakeBus } from '../kit/base/wake.js';
import { contractSchema, contractSdl, isSchoolEntity, schoolEntities } from './contract.js';
import { EntityCache } from './entity-cache.js';
import { knownLinks, type LinkSource } from './link-source.js';
import { Operations, type CompiledOperation } from './operation.js';
import { RecordsSystems } from './records-systems.js';
import { answerInstitution, type SchoolAnswer, type SchoolItem } from './school-answers.js';
import { SchoolCalls } from './school-calls.js';
import { knownSchools, type School, type SchoolDirectory } from './school-directory.js';
import type { GuardOptions } from './school-guard.js';
import type { Representation } from './school-reply.js';
import { project, type SelectionScope } from './selection.js';
import { unavailableEntity } from './unavailable.js';
import { visibleRecords } from './visibility.js';
import { waitingTerms } from './waiting-terms.js';

/** What the router is made of. */
export interface RecordsRouterOptions {
  readonly directory: SchoolDirectory;
  readonly links: LinkSource;
  /** How a school's adapter is reached; called once per line of the directory. */
  readonly connect: (school: School) => SubgraphTransport;
  /** Verifies assertions for the audience `records`. */
  readonly verifier: AssertionVerifier;
  /** Signs for the audiences `adapter:<institutionId>`. */
  readonly signer: AssertionSigner;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Wakes of type `RecordsDirectory` and `StudentRecordLink` take effect at once. */
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
  stop(): void;
}

/**
 * Makes the router. It owns nothing durable: what it keeps are copies with an age, and it asks each school at most
 * once per operation. A school that fails costs its own records, which say so, and nothing else.
 */
export function createRecordsRouter(options: RecordsRouterOptions): RecordsRouter {
  const clock = options.clock ?? systemClock;
  const schema = contractSchema();
  const operations = new Operations(schema);
  const schools = knownSchools(options.directory, { clock, log: options.log, wakes: options.wakes });
  const links = knownLinks(options.links, { clock, wakes: options.wakes });
  const cache = new EntityCache({ maxBytes: options.cacheBytes ?? 64 * 1024 ** 2 });
  const calls = new SchoolCalls({
    connect: options.connect,
    signer: options.signer,
    clock,
    guard: options.guard,
  });
  const systems = new RecordsSystems({ calls, clock, describeWaitMs: options.describeWaitMs ?? 500 });
  const parts = { schools, calls, cache, clock, ttlMs: options.ttlMs ?? 60_000 };

  async function handle(request: SubgraphRequest): Promise<SubgraphResponse> {
    const principal = await options.verifier.verify(request.assertion, 'records');
    const operation = operations.compile(request);
    if (operation.asksHolder && !hasRole(principal, 'SERVICE')) {
      throw new AmrloError('FORBIDDEN_FIELD', { field: 'StudentRecord.heldBy' });
    }
    const scope: SelectionScope = { ...operation.scope, variables: request.variables ?? {} };
    const data: Record<string, unknown> = {};
    const errors: SubgraphError[] = [];
    if (operation.otherRoots.size > 0) Object.assign(data, await executeOthers(operation, request));
    await answerEntities(principal, operation, scope, request, data, errors);
    if (request.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
    return errors.length === 0 ? { data } : { data, errors };
  }

  async function answerEntities(
    principal: Principal,
    operation: CompiledOperation,
    scope: SelectionScope,
    request: SubgraphRequest,
    data: Record<string, unknown>,
    errors: SubgraphError[],
  ): Promise<void> {
    const bySchool = new Map<string, SchoolItem[]>();
    const work: Promise<void>[] = [];
    for (const root of operation.entityRoots) {
      const representations = root.representations(scope.variables) as readonly Representation[];
      const answers: unknown[] = representations.map(() => null);
      data[root.key] = answers;
      representations.forEach((representation, index) => {
        const { institutionId } = representation;
        if (isSchoolRepresentation(representation)) {
          const items = bySchool.get(institutionId as string) ?? [];
          bySchool.set(institutionId as string, [...items, { root, index, representation }]);
        } else if (representation['__typename'] === 'Institution') {
          work.push(
            institution(principal, representation, request).then((value) => {
              answers[index] = project(value, 'Institution', root.selections, scope);
            }),
          );
        }
      });
    }
    work.push(answerSchools(principal, bySchool, operation, scope, request, data, errors));
    await Promise.all(work);
  }

  async function answerSchools(
    principal: Principal,
    bySchool: ReadonlyMap<string, readonly SchoolItem[]>,
    operation: CompiledOperation,
    scope: SelectionScope,
    request: SubgraphRequest,
    data: Record<string, unknown>,
    errors: SubgraphError[],
  ): Promise<void> {
    if (bySchool.size === 0) return;
    const terms = new Map(operation.entityRoots.map((root) => [root.key, waitingTerms(root, scope)]));
    const all = [...bySchool.values()].flat();
    let visible: Awaited<ReturnType<typeof visibleRecords>>;
    try {
      visible = await visibleRecords(
        principal,
        all.map(({ representation }) => wantedRecord(representation)),
        links,
      );
    } catch (error) {
      for (const item of all) place(item, { failed: error as AmrloError, school: undefined });
      return;
    }
    await Promise.all(
      [...bySchool].map(async ([institutionId, items]) => {
        const seen = visible.get(institutionId);
        const askable = items.filter(({ representation }) => mayAsk(seen, representation));
        if (askable.length === 0) return;
        const batch = { institutionId, items: askable, operation, scope, terms, visible: seen, request };
        for (const [item, answer] of await answerInstitution(batch, parts)) place(item, answer);
      }),
    );

    function place({ root, index, representation }: SchoolItem, answer: SchoolAnswer): void {
      const entity =
        'failed' in answer
          ? unavailableEntity(
              representation,
              answer.school?.kind ?? null,
              answer.failed,
              request,
              root.selections,
              scope,
            )
          : answer;
      (data[root.key] as unknown[])[index] = entity.value;
      for (const error of entity.errors)
        errors.push({ ...error, path: [root.key, index, ...(error.path ?? [])] });
    }
  }

  async function institution(
    principal: Principal,
    { id }: Representation,
    request: SubgraphRequest,
  ): Promise<Record<string, unknown>> {
    if (principal.kind === 'ANONYMOUS') return { id };
    const school = await schools.find(String(id)).catch(() => undefined);
    return { id, recordsSystem: school === undefined ? null : await systems.of(school, request) };
  }

  async function executeOthers(operation: CompiledOperation, request: SubgraphRequest): Promise<object> {
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: operation.document.definitions.map((node) =>
        node.kind === Kind.OPERATION_DEFINITION
          ? {
              ...node,
              selectionSet: {
                kind: Kind.SELECTION_SET,
                selections: [...operation.otherRoots.values()].flat(),
              },
            }
          : node,
      ),
    };
    const { data } = await execute({
      schema,
      document,
      operationName: request.operationName,
      variableValues: { ...request.variables },
    });
    return data ?? {};
  }

  return {
    sdl: contractSdl,
    handle,
    stop() {
      schools.stop();
      links.stop();
    },
  };
}

function isSchoolRepresentation(representation: Representation): boolean {
  const typename = representation['__typename'];
  return (
    isSchoolEntity(typename) &&
    schoolEntities[typename].every((key) => typeof representation[key] === 'string')
  );
}

/** The record that a representation is about; the number of a result is only a guess until its school confirms it. */
function wantedRecord(representation: Representation): { institutionId: string; studentNumber: string } {
  const { institutionId, studentNumber, nativeKey } = representation;
  const number = typeof studentNumber === 'string' ? studentNumber : String(nativeKey).split('|', 1)[0];
  return { institutionId: String(institutionId), studentNumber: number ?? '' };
}

/** Whether a school is asked at all: never for a record that is certainly foreign. */
function mayAsk(
  visible: 'ALL' | ReadonlySet<string> | undefined,
  { studentNumber }: Representation,
): boolean {
  if (visible === undefined || visible === 'ALL') return visible === 'ALL';
  return typeof studentNumber === 'string' ? visible.has(studentNumber) : visible.size > 0;
}
