import type { Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import type { SubgraphError, SubgraphRequest } from '../kit/base/link/subgraph-request.js';
import { within } from './call-patience.js';
import { EntityCache, type KeptEntity } from './entity-cache.js';
import { markCopy } from './freshness.js';
import type { CompiledOperation, EntityRoot } from './operation.js';
import type { SchoolCalls } from './school-calls.js';
import type { KnownSchools, School } from './school-directory.js';
import type { FetchedEntities, FetchedEntity, Representation } from './school-reply.js';
import type { ObjectShape } from './shape.js';
import { maySee, wantedRecord, type Visible } from './visibility.js';
import { strictest, waitingTerms, type WaitingTerms } from './waiting-terms.js';

/** One representation that is to be answered by a school. */
export interface SchoolItem {
  readonly root: EntityRoot;
  readonly index: number;
  readonly representation: Representation;
  /** What is asked of the school about it. */
  readonly shape: ObjectShape;
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
  readonly variables: Readonly<Record<string, unknown>>;
  readonly visible: Visible | undefined;
  readonly request: SubgraphRequest;
}

/** The answers to one institution's items. */
export interface InstitutionAnswers {
  readonly answers: ReadonlyMap<SchoolItem, SchoolAnswer>;
  /** The school was asked. */
  readonly asked: boolean;
  /** Items that a copy answered, so that the school was not asked about them. */
  readonly copies: number;
}

interface Missing {
  readonly item: SchoolItem;
  readonly key: string;
  /** The last copy, older than the reader accepts. */
  readonly kept: KeptEntity | undefined;
  readonly terms: WaitingTerms;
}

/** Answers the items of one institution with one question to its school at most. Never rejects. */
export async function answerInstitution(
  batch: InstitutionBatch,
  parts: AnsweringParts,
): Promise<InstitutionAnswers> {
  const answers = new Map<SchoolItem, SchoolAnswer>();
  let school: School | undefined;
  try {
    school = await parts.schools.find(batch.institutionId);
    if (school === undefined)
      throw new AmrloError('SCHOOL_NOT_CONNECTED', { institution: batch.institutionId });
    if (!school.enabled) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution: school.name });
  } catch (error) {
    for (const item of batch.items) answers.set(item, { failed: error as AmrloError, school });
    return { answers, asked: false, copies: 0 };
  }

  const missing: Missing[] = [];
  const now = parts.clock.now().getTime();
  for (const item of batch.items) {
    const key = copyKeyOf(batch, item);
    const kept = item.shape.asksNow ? undefined : parts.cache.read(key, now, batch.request.locale);
    const terms = waitingTerms(item.shape, batch.variables);
    const maxAgeMs = terms.maxAgeMs ?? parts.ttlMs;
    if (kept !== undefined && maxAgeMs > 0 && kept.ageMs <= maxAgeMs) {
      answers.set(item, fromCache(kept, 'CACHED', batch, item));
    } else {
      missing.push({ item, key, kept, terms });
    }
  }
  if (missing.length > 0) await answerMissing(school, missing, batch, parts, answers);
  return { answers, asked: missing.length > 0, copies: batch.items.length - missing.length };
}

async function answerMissing(
  school: School,
  missing: readonly Missing[],
  batch: InstitutionBatch,
  parts: AnsweringParts,
  answers: Map<SchoolItem, SchoolAnswer>,
): Promise<void> {
  const { positions, representations } = distinct(missing);
  const asksNow = missing.some(({ item }) => item.shape.asksNow);
  const since = parts.cache.writesAt(batch.institutionId);
  const askedAt = parts.clock.now().getTime();
  const call = parts.calls.ask(
    school,
    {
      operation: batch.operation.forwarded,
      roots: batch.operation.entityRoots,
      variables: batch.variables,
      representations,
      isSharable: !asksNow,
    },
    since,
    batch.request,
  );
  const fetchedOf = (
    entities: FetchedEntities | undefined,
    { item, key }: Missing,
  ): FetchedEntity | undefined =>
    entities?.get(item.root.key)?.[positions.get(item.root.key)?.get(key) ?? -1];
  // Before anybody reads the answer, and also when the reader has gone by then.
  const isKept = missing.some(({ item }) => !item.shape.asksNow);
  if (!call.joined && isKept) {
    call.answer
      .then((entities) => {
        for (const one of missing)
          keep(fetchedOf(entities, one), one, { school, since, askedAt }, batch, parts);
      })
      .catch(() => undefined);
  }
  let entities: FetchedEntities | undefined;
  let failure = new AmrloError('SCHOOL_TIMEOUT', { institution: school.name });
  try {
    const waitMs = missing.reduce<number | undefined>(
      (least, { terms }) => strictest(least, terms.waitMs),
      undefined,
    );
    const patience = { waitMs, isKept, request: batch.request, clock: parts.clock };
    entities = await within(call, patience, failure);
  } catch (error) {
    failure = error as AmrloError;
  }
  const handedOut = new Set<FetchedEntity>();
  for (const one of missing) {
    const { item, kept } = one;
    const fetched = fetchedOf(entities, one);
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
  fetched: FetchedEntity | undefined,
  { item, key }: Missing,
  { school, since, askedAt }: { readonly school: School; readonly since: number; readonly askedAt: number },
  { institutionId, request }: InstitutionBatch,
  { cache }: AnsweringParts,
): void {
  if (fetched === undefined || item.shape.asksNow) return;
  const isStudents = item.shape.typeName !== 'Institution';
  const number = fetched.studentNumber ?? wantedRecord(item.representation).studentNumber;
  const student = isStudents ? EntityCache.studentMark(institutionId, number) : null;
  // Of a school that delivers files nothing newer than the delivery can be had, however often one asks.
  const oldest = school.kind === 'DROP' ? askedAt : (fetched.asOf ?? askedAt);
  cache.keep(key, fetched, { institutionId, student, since, askedAt, oldest, locale: request.locale });
}

/** Equal representations of a root are asked once. */
function distinct(missing: readonly Missing[]): {
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

function copyKeyOf({ operation, variables, institutionId }: InstitutionBatch, item: SchoolItem): string {
  const copyKey = operation.forwarded.copyKeys.get(item.root.key);
  const values = copyKey?.variables.map((name) => variables[name] ?? null);
  return EntityCache.keyOf(institutionId, copyKey?.selection ?? '', values, item.representation);
}

function fromCache(
  kept: KeptEntity,
  freshness: 'CACHED' | 'STALE',
  batch: InstitutionBatch,
  item: SchoolItem,
): SchoolAnswer {
  if (kept.value === null || !isVisible(batch, item, kept.studentNumber)) return { value: null, errors: [] };
  markCopy(kept.value, item.shape, { freshness, readAt: kept.readAt });
  return { value: kept.value, errors: kept.errors };
}

/** A kept answer is checked again: rights may have changed since. */
function isVisible(
  { visible }: InstitutionBatch,
  { representation, shape }: SchoolItem,
  studentNumber: string | null,
): boolean {
  // The catalogue, the programmes and how a school grades are no secret among those who are signed in.
  if (shape.typeName === 'Institution') return true;
  return maySee(visible, studentNumber ?? (representation['studentNumber'] as string | undefined));
}
