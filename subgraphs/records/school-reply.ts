import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../kit/base/errors/catalogue.js';
import type { SubgraphError, SubgraphResponse } from '../kit/base/link/subgraph-request.js';
import { isSchoolEntity, schoolEntities } from './contract.js';
import { proofFields } from './forwarded-operation.js';
import type { School } from './school-directory.js';

/** A reference that a gateway asks to be resolved. */
export type Representation = Readonly<Record<string, unknown>>;

/** What a school answered about one representation. */
export interface FetchedEntity {
  /** Null: the school does not know it. */
  readonly value: Record<string, unknown> | null;
  /** Whose it is, as the school says; null where the school knows nothing. */
  readonly studentNumber: string | null;
  /** Errors below this entity; paths from the entity on. */
  readonly errors: readonly SubgraphError[];
  /** The school's system failed for this entity, wholly or in part. */
  readonly failure: AmrloError | null;
}

/** A reply in which the school's system failed for some entities; what did arrive is kept. */
export class PartialReply extends Error {
  readonly entities: ReadonlyMap<string, readonly FetchedEntity[]>;

  constructor(entities: ReadonlyMap<string, readonly FetchedEntity[]>) {
    super('The school answered in part.');
    this.entities = entities;
  }
}

const failureCodes: ReadonlySet<unknown> = new Set(['SCHOOL_UNAVAILABLE', 'SCHOOL_TIMEOUT']);

/**
 * Reads a school's reply to the representations of each root, in their order. A reply that does not answer exactly
 * what was asked is worth nothing: another length, another entity, an error that belongs nowhere.
 * @throws AmrloError `SCHOOL_CONTRACT_BROKEN`, `SCHOOL_UNAVAILABLE`, `SCHOOL_TIMEOUT`; PartialReply
 */
export function readReply(
  reply: SubgraphResponse,
  asked: ReadonlyMap<string, readonly Representation[]>,
  school: School,
): ReadonlyMap<string, readonly FetchedEntity[]> {
  const errors = errorsByEntity(reply.errors ?? [], asked, school);
  const entities = new Map<string, FetchedEntity[]>();
  let hasFailure = false;
  for (const [root, representations] of asked) {
    const list = reply.data?.[root];
    if (!Array.isArray(list) || list.length !== representations.length) throw broken(school);
    entities.set(
      root,
      list.map((value: unknown, index) => {
        const own = errors.get(`${root}.${index}`) ?? [];
        const fetched = readEntity(value, representations[index] ?? {}, own, school);
        hasFailure ||= fetched.failure !== null;
        return fetched;
      }),
    );
  }
  if (hasFailure) throw new PartialReply(entities);
  return entities;
}

function errorsByEntity(
  errors: readonly SubgraphError[],
  asked: ReadonlyMap<string, readonly Representation[]>,
  school: School,
): Map<string, SubgraphError[]> {
  const found = new Map<string, SubgraphError[]>();
  for (const error of errors) {
    const [root, index, ...rest] = error.path ?? [];
    if (typeof root !== 'string' || typeof index !== 'number' || asked.get(root)?.[index] === undefined) {
      throw failureIn(error, school) ?? broken(school);
    }
    const key = `${root}.${index}`;
    found.set(key, [...(found.get(key) ?? []), { ...error, path: rest }]);
  }
  return found;
}

function readEntity(
  value: unknown,
  representation: Representation,
  errors: readonly SubgraphError[],
  school: School,
): FetchedEntity {
  const failure = errors.map((error) => failureIn(error, school)).find((known) => known !== null) ?? null;
  if (value === null || value === undefined) {
    return {
      value: null,
      studentNumber: null,
      errors: errors.map((error) => foreign(error, school)),
      failure,
    };
  }
  if (typeof value !== 'object') throw broken(school);
  const entity = value as Record<string, unknown>;
  const student = provenOwner(entity, representation, school);
  return {
    value: entity,
    studentNumber: student,
    // One dead system is one error of an entity, however many fields it cost.
    errors: onlyFirstFailure(errors.filter((error) => !isProof(error))).map((error) =>
      foreign(error, school),
    ),
    failure,
  };
}

/** Checks that the entity is the one asked for, takes the proof out of it, and says whose it is. */
function provenOwner(
  entity: Record<string, unknown>,
  representation: Representation,
  school: School,
): string | null {
  const typename = representation['__typename'];
  if (!isSchoolEntity(typename)) return null;
  const aliases: Readonly<Record<string, string>> = proofFields[typename];
  for (const key of schoolEntities[typename]) {
    if (entity[aliases[key] ?? ''] !== representation[key]) throw broken(school);
  }
  const owner = entity[proofFields[typename].studentNumber];
  for (const alias of Object.values(aliases)) delete entity[alias];
  return typeof owner === 'string' ? owner : null;
}

function isProof(error: SubgraphError): boolean {
  const field = error.path?.[0];
  return Object.values(proofFields).some((aliases) =>
    Object.values(aliases).some((alias) => alias === field),
  );
}

function onlyFirstFailure(errors: readonly SubgraphError[]): readonly SubgraphError[] {
  const first = errors.find((error) => failureCodes.has(error.extensions?.['code']));
  return errors.filter((error) => error === first || !failureCodes.has(error.extensions?.['code']));
}

function failureIn(error: SubgraphError, { name }: School): AmrloError | null {
  const code = error.extensions?.['code'];
  return failureCodes.has(code) ? new AmrloError(code as ErrorCode, { institution: name }) : null;
}

/** An adapter's error as clients may see it: only codes of the catalogue, nothing of the adapter's insides. */
function foreign(error: SubgraphError, school: School): SubgraphError {
  const code = error.extensions?.['code'];
  const known = typeof code === 'string' && code in catalogue && code !== 'INTERNAL';
  const own = known ? (code as ErrorCode) : 'SCHOOL_CONTRACT_BROKEN';
  const { retryable } = catalogue[own];
  const message = known ? error.message : broken(school).message;
  return { message, ...(error.path ? { path: error.path } : {}), extensions: { code: own, retryable } };
}

function broken({ name }: School): AmrloError {
  return new AmrloError('SCHOOL_CONTRACT_BROKEN', { institution: name });
}
