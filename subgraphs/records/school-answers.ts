import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { SubgraphError, SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import { EntityCache, type KeptEntity } from './entity-cache.js';
import type { CompiledOperation, EntityRoot } from './operation.js';
import type { RunningCall, SchoolCalls } from './school-calls.js';
import type { KnownSchools, School } from './school-directory.js';
import type { FetchedEntity, Representation } from './school-reply.js';
import { markFreshness, type SelectionScope } from './selection.js';
import { maySee, type Visible } from './visibility.js';
import type { WaitingTerms } from './waiting-terms.js';

/** One representation that is to be answered by a school. */
export interface SchoolItem {
  readonly root: EntityRoot;
  readonly index: number;
  readonly representation: Representation;
}

/** What became of it. Error paths start at the entity. */
export type SchoolAnswer =
  | { readonly value: Record<string, unknown> | null; readonly errors: readonly SubgraphError[] }
  | { readonly failed: AmrloError; readonly school: School | undefined };

/** What the answering of one institution's items needs. */
export interface AnsweringParts {
  readonly schools: KnownSchools;
  readonly calls: SchoolCalls;
  readonly cache: EntityCache;
  readonly clock: Clock;
  /** Age of a copy that needs no new question when a reader says nothing. */
  readonly ttlMs: number;
}

/** One request, as far as one institution is concerned. */
export interface InstitutionBatch {
  readonly institutionId: string;
  readonly items: readonly SchoolItem[];
  readonly operation: CompiledOperation;
  readonly scope: SelectionScope;
  readonly terms: ReadonlyMap<string, WaitingTerms>;
  readonly visible: Visible | undefined;
  readonly request: SubgraphRequest;
}

/** Answers the items of one institution with one question to its school at most. Never rejects. */
export async function answerInstitution(
  batch: InstitutionBatch,
  parts: AnsweringParts,
): Promise<ReadonlyMap<SchoolItem, SchoolAnswer>> {
  const answers = new Map<SchoolItem, SchoolAnswer>();
  let school: School | undefined;
  try {
    school = await parts.schools.find(batch.institutionId);
    if (school === undefined)
      throw new AmrloError('SCHOOL_NOT_CONNECTED', { institution: batch.institutionId });
    if (!school.enabled) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution: school.name });
  } catch (error) {
    for (const item of batch.items) answers.set(item, { failed: error as AmrloError, school });
    return answers;
  }

  const cached = new Map<SchoolItem, KeptEntity>();
  const missing: { item: SchoolItem; key: string }[] = [];
  const now = parts.clock.now().getTime();
  for (const item of batch.items) {
    const key = cacheKeyOf(batch, item);
    const kept = batch.operation.asksHolder ? undefined : parts.cache.read(key, now, batch.request.locale);
    if (kept !== undefined) cached.set(item, kept);
    const maxAgeMs = batch.terms.get(item.root.key)?.maxAgeMs ?? parts.ttlMs;
    if (kept !== undefined && maxAgeMs > 0 && kept.ageMs <= maxAgeMs) {
      answers.set(item, fromCache(kept, 'CACHED', batch, item));
    } else {
      missing.push({ item, key });
    }
  }
  if (missing.length > 0) await answerMissing(school, missing, cached, batch, parts, answers);
  return answers;
}

async function answerMissing(
  school: School,
  missing: readonly { item: SchoolItem; key: string }[],
  cached: ReadonlyMap<SchoolItem, KeptEntity>,
  batch: InstitutionBatch,
  parts: AnsweringParts,
  answers: Map<SchoolItem, SchoolAnswer>,
): Promise<void> {
  const { positions, representations } = distinct(missing);
  const waits = missing.flatMap(({ item }) => batch.terms.get(item.root.key)?.waitMs ?? []);
  const waitMs = waits.length === 0 ? undefined : Math.min(...waits);
  const call = parts.calls.ask(
    school,
    { operation: batch.operation.forwarded, variables: batch.scope.variables, representations },
    batch.request,
  );
  // Before anybody reads the answer, and also when the reader has gone by then.
  if (!call.joined && !batch.operation.asksHolder) {
    call.answer.then((fetched) => keep(fetched, missing, positions, batch, parts)).catch(() => undefined);
  }
  let entities: ReadonlyMap<string, readonly FetchedEntity[]> | undefined;
  let failure = new AmrloError('SCHOOL_TIMEOUT', { institution: school.name });
  try {
    entities = await within(call, waitMs, batch.request, parts.clock, failure);
  } catch (error) {
    failure = error as AmrloError;
  }
  const handedOut = new Set<FetchedEntity>();
  for (const { item, key } of missing) {
    const fetched = entities?.get(item.root.key)?.[positions.get(item.root.key)?.get(key) ?? -1];
    const kept = cached.get(item);
    const failed = fetched === undefined ? failure : fetched.failure;
    if (failed !== null && kept !== undefined && kept.value !== null) {
      answers.set(item, fromCache(kept, 'STALE', batch, item));
    } else if (fetched === undefined || (failed !== null && fetched.value === null)) {
      answers.set(item, { failed: failed ?? failure, school });
    } else if (!isVisible(batch, item, fetched.studentNumber)) {
      answers.set(item, { value: null, errors: [] });
    } else {
      const isShared = call.joined || handedOut.has(fetched);
      handedOut.add(fetched);
      answers.set(item, {
        value: isShared ? structuredClone(fetched.value) : fetched.value,
        errors: fetched.errors,
      });
    }
  }
}

function keep(
  fetched: ReadonlyMap<string, readonly FetchedEntity[]>,
  missing: readonly { item: SchoolItem; key: string }[],
  positions: ReadonlyMap<string, ReadonlyMap<string, number>>,
  { request }: InstitutionBatch,
  { cache, clock }: AnsweringParts,
): void {
  for (const { item, key } of missing) {
    const entity = fetched.get(item.root.key)?.[positions.get(item.root.key)?.get(key) ?? -1];
    if (entity !== undefined) cache.keep(key, entity, clock.now().getTime(), request.locale);
  }
}

/** Equal representations of a root are asked once. */
function distinct(missing: readonly { item: SchoolItem; key: string }[]): {
  positions: Map<string, Map<string, number>>;
  representations: Map<string, Representation[]>;
} {
  const positions = new Map<string, Map<string, number>>();
  const representations = new Map<string, Representation[]>();
  for (const { item, key } of missing) {
    const list = representations.get(item.root.key) ?? [];
    const known = positions.get(item.root.key) ?? new Map<string, number>();
    representations.set(item.root.key, list);
    positions.set(item.root.key, known);
    if (known.has(key)) continue;
    known.set(key, list.length);
    list.push(item.representation);
  }
  return { positions, representations };
}

/** The call's answer, or an error when the reader's patience, its budget or the reader itself ends first. */
function within(
  call: RunningCall,
  waitMs: number | undefined,
  { deadline, signal }: SubgraphRequest,
  clock: Clock,
  timedOut: AmrloError,
): RunningCall['answer'] {
  const budgetMs = Math.max(0, deadline - clock.now().getTime());
  return new Promise((resolve, reject) => {
    const done = (goOn: boolean): void => {
      callOff();
      signal.removeEventListener('abort', gone);
      call.leave(goOn);
    };
    const gone = (): void => {
      done(false);
      reject(new AmrloError('REQUEST_CANCELLED'));
    };
    const callOff = clock.after(Math.min(waitMs ?? budgetMs, budgetMs), () => {
      // Who has set a wait of his own comes back for the answer; who has run out of budget does not.
      done(waitMs !== undefined && waitMs <= budgetMs);
      reject(timedOut);
    });
    signal.addEventListener('abort', gone, { once: true });
    call.answer.then(
      (entities) => (done(true), resolve(entities)),
      (error: unknown) => (done(true), reject(error)),
    );
    if (signal.aborted) gone();
  });
}

function cacheKeyOf(batch: InstitutionBatch, item: SchoolItem): string {
  const { forwarded } = batch.operation;
  const variables = forwarded.usedVariables.map((name) => batch.scope.variables[name] ?? null);
  const selectionKey = forwarded.selectionKeys.get(item.root.key) ?? '';
  return EntityCache.keyOf(batch.institutionId, selectionKey, variables, item.representation);
}

function fromCache(
  kept: KeptEntity,
  freshness: 'CACHED' | 'STALE',
  batch: InstitutionBatch,
  item: SchoolItem,
): SchoolAnswer {
  if (kept.value === null || !isVisible(batch, item, kept.studentNumber)) return { value: null, errors: [] };
  markFreshness(
    kept.value,
    String(item.representation['__typename']),
    freshness,
    item.root.selections,
    batch.scope,
  );
  return { value: kept.value, errors: kept.errors };
}

/** A kept answer is checked again: rights may have changed since. */
function isVisible(
  { visible }: InstitutionBatch,
  { representation }: SchoolItem,
  studentNumber: string | null,
): boolean {
  return maySee(visible, studentNumber ?? (representation['studentNumber'] as string | undefined));
}
