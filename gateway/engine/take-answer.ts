import type { SubgraphError } from '../../subgraphs/kit/base/link/subgraph-request.js';
import type { MergeShape, Plain } from './answer-shape.js';
import type { CompiledFetch } from './compiled-fetch.js';
import { Failure, type Cause, type Failures } from './failures.js';
import type { Merge } from './merge-answer.js';
import { causeOf, type SubgraphAnswer } from './subgraph-answer.js';

/** More fields than these are told of once per object and not once per field. */
const mostFieldErrors = 200;

/** Brings the answer to root fields into the data. */
export function takeRoot(
  fetch: CompiledFetch,
  targets: readonly Plain[],
  answer: SubgraphAnswer,
  merge: Merge,
  failures: Failures,
): void {
  const { subgraph, shape } = fetch;
  if (answer.data === undefined) {
    const reasons = answer.errors.map((error) => ({ error, cause: causeOf(subgraph, error) }));
    const placed = reasons.every(({ error }) => error.path !== undefined && error.path.length > 0);
    for (const target of targets) {
      // Errors with places of their own stand for the null that climbed up to the root; its other fields went with it.
      if (placed)
        for (const { error, cause } of reasons) failures.addAt(target, internalPath(fetch, error), cause);
      const { cause } = reasons[0] as { cause: Cause };
      miss(target, shape.namesOf(undefined), shape.merge, cause, failures, placed ? 'implied' : 'absent');
    }
    return;
  }
  fetch.rewriteOutput?.(answer.data);
  for (const target of targets) merge(target, answer.data, shape.merge);
  for (const error of answer.errors) {
    const cause = causeOf(subgraph, error);
    if (error.path === undefined || error.path.length === 0) failures.placeless.push(cause);
    else for (const target of targets) failures.addAt(target, internalPath(fetch, error), cause);
  }
}

/**
 * Brings entities into the objects that they were asked for.
 * @param owners by representation: the objects that it stands for
 * @param root the name of the entities in the answer
 * @returns false when what came is no list of as many entities
 */
export function takeEntities(
  fetch: CompiledFetch,
  owners: readonly (readonly Plain[])[],
  root: string,
  answer: SubgraphAnswer,
  merge: Merge,
  failures: Failures,
): boolean {
  if (answer.data === undefined) {
    const reason = answer.errors.find(({ path }) => path?.[0] === root) ?? answer.errors[0];
    missAll(fetch, owners, reason, failures);
    return true;
  }
  const entities = answer.data[root];
  if (!Array.isArray(entities) || entities.length !== owners.length) return false;
  const { shape, rewriteOutput, subgraph } = fetch;
  const failed = answer.errors.length === 0 ? undefined : new Set<number>();
  for (const error of answer.errors) {
    const [at, index] = error.path ?? [];
    if (at !== root || typeof index !== 'number') continue;
    if (entities[index] === null) failed?.add(index);
  }
  owners.forEach((targets, index) => {
    const entity = entities[index] as Plain | null;
    if (entity !== null) {
      rewriteOutput?.(entity);
      for (const target of targets) merge(target, entity, shape.merge);
    } else if (failed === undefined || !failed.has(index)) {
      for (const target of targets) knowNothing(target, shape.namesOf(typeOf(target)));
    }
  });
  for (const error of answer.errors) {
    const [at, index, ...rest] = error.path ?? [];
    const targets = typeof index === 'number' ? owners[index] : undefined;
    if (at === root && targets !== undefined) {
      const isNull = entities[index as number] === null;
      // One that could not be resolved at all is told at the object, whatever was asked of it.
      const cause = causeOf(subgraph, error, isNull && rest.length === 0);
      for (const target of targets) {
        if (rest.length > 0) failures.addAt(target, rest.map(internalOf(fetch)), cause);
        if (isNull)
          miss(
            target,
            shape.namesOf(typeOf(target)),
            shape.merge,
            cause,
            failures,
            rest.length > 0 ? 'implied' : 'absent',
          );
      }
    } else if (at === undefined || at === root) failures.placeless.push(causeOf(subgraph, error));
  }
  return true;
}

/** Notes for every object that it did not get what the fetch should have brought. */
export function missAll(
  fetch: CompiledFetch,
  owners: readonly (readonly Plain[])[],
  error: SubgraphError,
  failures: Failures,
): void {
  const { shape, subgraph } = fetch;
  let fields = 0;
  for (const targets of owners) for (const target of targets) fields += shape.namesOf(typeOf(target)).length;
  const cause = causeOf(subgraph, error, fields > mostFieldErrors);
  for (const targets of owners)
    for (const target of targets) miss(target, shape.namesOf(typeOf(target)), shape.merge, cause, failures);
}

/** Notes that an object did not get the values of some names, except what it has from elsewhere. */
export function miss(
  target: Plain,
  names: readonly string[],
  shape: MergeShape,
  cause: Cause,
  failures: Failures,
  kind: Failure['kind'] = 'absent',
): void {
  for (const name of names) {
    const known = target[name];
    // The type that another subgraph told may be its name for an interface only.
    if (known === null || known === undefined || name === '__typename') {
      if (failures.at(target, name) === undefined) failures.add(target, name, new Failure(cause, [], kind));
      continue;
    }
    const below = shape.get(name);
    if (below !== undefined) missBelow(known, below, cause, failures, kind);
  }
}

function missBelow(
  value: unknown,
  shape: MergeShape,
  cause: Cause,
  failures: Failures,
  kind: Failure['kind'],
): void {
  if (Array.isArray(value)) for (const item of value) missBelow(item, shape, cause, failures, kind);
  else if (typeof value === 'object' && value !== null)
    miss(value as Plain, [...shape.keys()], shape, cause, failures, kind);
}

/** The subgraph knows no such entity and says so: its fields are null, and that is an answer. */
function knowNothing(target: Plain, names: readonly string[]): void {
  for (const name of names) if (target[name] === undefined) target[name] = null;
}

function typeOf(target: Plain): string | undefined {
  const typename = target['__typename'];
  return typeof typename === 'string' ? typename : undefined;
}

function internalPath(fetch: CompiledFetch, { path = [] }: SubgraphError): readonly (string | number)[] {
  return path.map(internalOf(fetch));
}

function internalOf({ internal }: CompiledFetch) {
  return (segment: string | number): string | number =>
    typeof segment === 'string' ? internal(segment) : segment;
}
