import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { catalogue, type ErrorCode } from '../kit/base/errors/catalogue.js';
import type { SubgraphError, SubgraphResponse } from '../kit/base/link/subgraph-request.js';
import { sayingFields } from './contract.js';
import type { EntityRoot, RoutedType } from './operation.js';
import { provenAge, provenOwner } from './proof.js';
import type { School } from './school-directory.js';
import { shaped, ShapeFault, type ObjectShape } from './shape.js';

/** A reference that a gateway asks to be resolved. */
export type Representation = Readonly<Record<string, unknown>>;

/** What a school is asked under one root: the representations that are the school's, all of routed types. */
export interface AskedRoot {
  readonly root: Pick<EntityRoot, 'shapes'>;
  readonly representations: readonly Representation[];
}

/** What a school answered about one representation. */
export interface FetchedEntity {
  /** Null: the school does not know it. Exactly what was selected, and nothing else. */
  readonly value: Record<string, unknown> | null;
  /** Whose it is, as the school says; null where the school knows nothing. */
  readonly studentNumber: string | null;
  /** Errors below this entity; paths from the entity on. */
  readonly errors: readonly SubgraphError[];
  /** The school's system failed for this entity, wholly or in part. */
  readonly failure: AmrloError | null;
  /**
   * When the oldest of the lists in it was read, in epoch milliseconds, where the school keeps lists; NaN where it says
   * so of none that it gave, undefined where there is no such list.
   */
  readonly asOf: number | undefined;
}

/** By the root's response key, in the order of the representations. */
export type FetchedEntities = ReadonlyMap<string, readonly FetchedEntity[]>;

/**
 * A reply in which the school's system failed and nothing was obtained. One in which anything was obtained is an
 * answer: a school of which one source is sick must not be taken for a dead one.
 */
export class NothingObtained extends Error {
  readonly entities: FetchedEntities;

  constructor(entities: FetchedEntities) {
    super('The school obtained nothing.');
    this.entities = entities;
  }
}

const failureCodes: ReadonlySet<unknown> = new Set([
  'SCHOOL_UNAVAILABLE',
  'SCHOOL_TIMEOUT',
  'SCHOOL_CONTRACT_BROKEN',
]);
/** More errors in one reply than an honest adapter has to tell: so many in all, and so many more for each entity. */
const mostErrors = 5_000;
const mostErrorsOfEntity = 100;
const longestMessage = 500;

/**
 * Reads a school's reply to the representations of each root, in their order. A reply that does not answer exactly
 * what was asked is worth nothing: another length, another entity, a value of another type, an error that belongs
 * nowhere.
 * @param prefix what the names of the proof begin with
 * @throws AmrloError `SCHOOL_CONTRACT_BROKEN`, `SCHOOL_UNAVAILABLE`, `SCHOOL_TIMEOUT`; NothingObtained
 */
export function readReply(
  reply: SubgraphResponse,
  asked: ReadonlyMap<string, AskedRoot>,
  prefix: string,
  school: School,
): FetchedEntities {
  const count = [...asked.values()].reduce((sum, { representations }) => sum + representations.length, 0);
  const errors = errorsByEntity(errorsOf(reply, school, count), asked, prefix, school);
  const entities = new Map<string, FetchedEntity[]>();
  let hasFailure = false;
  let isObtained = false;
  for (const [key, { root, representations }] of asked) {
    const list = reply.data?.[key];
    if (!Array.isArray(list) || list.length !== representations.length) throw broken(school);
    const fetched = representations.map((representation, index) =>
      readEntity(list[index], representation, root, errors.get(`${key}.${index}`) ?? [], prefix, school),
    );
    hasFailure ||= fetched.some(({ failure }) => failure !== null);
    isObtained ||= fetched.some(
      ({ value, failure }, index) =>
        failure === null ||
        (value !== null && saysAnything(value, root.shapes[typeOf(representations[index])])),
    );
    entities.set(key, fetched);
  }
  if (hasFailure && !isObtained) throw new NothingObtained(entities);
  return entities;
}

/**
 * The errors of a reply, checked for their form.
 * @param entities how many were asked for
 * @throws AmrloError `SCHOOL_CONTRACT_BROKEN`
 */
export function errorsOf(
  { errors }: SubgraphResponse,
  school: School,
  entities = 0,
): readonly SubgraphError[] {
  if (errors === undefined || errors === null) return [];
  const most = mostErrors + entities * mostErrorsOfEntity;
  if (!Array.isArray(errors) || errors.length > most || !errors.every(isError)) throw broken(school);
  return errors;
}

function isError(value: unknown): value is SubgraphError {
  if (typeof value !== 'object' || value === null) return false;
  const { message, path } = value as { message?: unknown; path?: unknown };
  return typeof message === 'string' && (path === undefined || path === null || isPath(path));
}

function isPath(path: unknown): boolean {
  return Array.isArray(path) && path.every((part) => typeof part === 'string' || Number.isInteger(part));
}

function errorsByEntity(
  errors: readonly SubgraphError[],
  asked: ReadonlyMap<string, AskedRoot>,
  prefix: string,
  school: School,
): Map<string, SubgraphError[]> {
  const found = new Map<string, SubgraphError[]>();
  for (const error of errors) {
    const [root, index, ...rest] = error.path ?? [];
    // What an adapter cannot say about itself is missing there, and nowhere else.
    if (typeof root === 'string' && root.startsWith(prefix)) continue;
    if (
      typeof root !== 'string' ||
      typeof index !== 'number' ||
      asked.get(root)?.representations[index] === undefined
    ) {
      throw failureIn(error, school) ?? broken(school);
    }
    if (typeof rest[0] === 'string' && rest[0].startsWith(prefix)) continue;
    const key = `${root}.${index}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [{ ...error, path: rest }]);
    else known.push({ ...error, path: rest });
  }
  return found;
}

function readEntity(
  value: unknown,
  representation: Representation,
  { shapes }: AskedRoot['root'],
  errors: readonly SubgraphError[],
  prefix: string,
  school: School,
): FetchedEntity {
  const failure = errors.map((error) => failureIn(error, school)).find((known) => known !== null) ?? null;
  const told = errors.map((error) => foreign(error, school));
  const type = typeOf(representation);
  if (value === null || value === undefined) {
    // A school that does not know itself is another one.
    if (type === 'Institution' && errors.length === 0) throw broken(school);
    return { value: null, studentNumber: null, errors: told, failure, asOf: undefined };
  }
  if (typeof value !== 'object') throw broken(school);
  const owner = provenOwner(value as Record<string, unknown>, type, representation, prefix);
  if (owner === undefined) throw broken(school);
  try {
    const asOf = provenAge(value as Record<string, unknown>, shapes[type], prefix);
    return { value: shaped(value, shapes[type]), studentNumber: owner, errors: told, failure, asOf };
  } catch (error) {
    throw error instanceof ShapeFault ? broken(school, error) : error;
  }
}

/** Whether an error says that the school's system failed, and not that something does not exist there. */
export function isFailure(error: SubgraphError): boolean {
  return failureCodes.has(error.extensions?.['code']);
}

/**
 * The school's failure that an error tells; null for an error that is an answer. A code that the catalogue does not
 * know, or that of a fault inside the adapter, tells that the adapter failed.
 */
export function failureIn(error: SubgraphError, school: School): AmrloError | null {
  if (!isKnown(error)) return broken(school);
  if (!isFailure(error)) return null;
  return new AmrloError(error.extensions?.['code'] as ErrorCode, { institution: school.name });
}

function isKnown({ extensions }: SubgraphError): boolean {
  const code = extensions?.['code'];
  return typeof code === 'string' && Object.hasOwn(catalogue, code) && code !== 'INTERNAL';
}

/** Whether anything but what the asker knew already, and that something is missing, stands in an answer. */
function saysAnything(value: Readonly<Record<string, unknown>>, { fields }: ObjectShape): boolean {
  return fields.some(({ key, name }) => !sayingFields.has(name) && value[key] !== null);
}

function typeOf(representation: Representation | undefined): RoutedType {
  return representation?.['__typename'] as RoutedType;
}

/** An adapter's error as clients may see it: only codes of the catalogue, nothing of the adapter's insides. */
export function foreign(error: SubgraphError, school: School): SubgraphError {
  const known = isKnown(error);
  const own = known ? (error.extensions?.['code'] as ErrorCode) : 'SCHOOL_CONTRACT_BROKEN';
  const { retryable } = catalogue[own];
  const message = known ? error.message.slice(0, longestMessage) : broken(school).message;
  return { message, ...(error.path ? { path: error.path } : {}), extensions: { code: own, retryable } };
}

/** The adapter did not do what the contract says. */
export function broken({ name }: School, cause?: unknown): AmrloError {
  return new AmrloError(
    'SCHOOL_CONTRACT_BROKEN',
    { institution: name },
    cause === undefined ? {} : { cause },
  );
}
