import type { Plain } from './answer-shape.js';
import type { ClientField, ClientSelection, ClientType, TypeSelection } from './client-selection.js';
import { Failure, type Cause, type Failures } from './failures.js';

/** An error at a place of the client's answer. */
export interface PlacedError {
  readonly cause: Cause;
  readonly path: readonly (string | number)[];
}

/** What a client gets. */
export interface Projection {
  readonly data: Plain | null;
  readonly errors: readonly PlacedError[];
}

/** What an answer is made from. */
export interface ProjectionSource {
  readonly selection: ClientSelection;
  readonly data: Plain;
  readonly failures: Failures;
  /** By the client's name: the answers to its introspection fields. */
  readonly introspection: Readonly<Record<string, unknown>>;
  /** The cause for a value that is not as the schema says, without anybody having reported an error. */
  readonly fault: (coordinate: string, what: Fault) => Cause;
}

/** What may be wrong with a value. */
export type Fault = 'not obtained' | 'null where none is allowed' | 'not of its type';

interface Path {
  readonly parent: Path | undefined;
  readonly key: string | number;
}

/** Null climbs to the next place that allows it. */
const climbs = Symbol('climbs');

/**
 * Makes the client's answer: its names in its order, with null where a value is missing, and null climbing as the GraphQL
 * specification says (6.4.4, "Handling Field Errors"). Every missing value is told at the client's own path; what failed
 * and the client did not ask for is told at the nearest object that it sees.
 */
export function projectAnswer(source: ProjectionSource): Projection {
  const { selection, data, failures, fault } = source;
  const errors: (PlacedError & { readonly implied: boolean })[] = [];
  const seen = new Map<object, Path | undefined>();
  const careful = !failures.none;

  function object(given: Plain, type: TypeSelection, path: Path | undefined): Plain | typeof climbs {
    if (careful) seen.set(given, path);
    const result = Object.create(null) as Plain;
    const failed = careful ? failures.of(given) : undefined;
    let climbing = false;
    const begun = errors.length;
    for (const field of type.fields) {
      const value = fieldValue(field, given, type, failed?.get(field.source), path);
      if (value === climbs) climbing = true;
      else result[field.name] = value;
    }
    if (!climbing) return result;
    // What only went with a sibling is not missed where the whole object is.
    errors.push(...errors.splice(begun).filter(({ implied }) => !implied));
    return climbs;
  }

  function fieldValue(
    field: ClientField,
    given: Plain,
    { typename }: TypeSelection,
    failed: readonly Failure[] | undefined,
    parent: Path | undefined,
  ): unknown {
    if (field.from === 'typename') return typename;
    if (field.from === 'introspection') return source.introspection[field.name] ?? null;
    const path = { parent, key: field.name };
    const value = given[field.source];
    const explained = failed !== undefined && tellAll(failed, field.type, value, path, parent);
    if (value === undefined && !explained && !field.type.nonNull) {
      tell(fault(field.coordinate, 'not obtained'), path);
      return null;
    }
    return complete(value, field.type, field.coordinate, path, explained);
  }

  function complete(
    value: unknown,
    type: ClientType,
    coordinate: string,
    path: Path,
    explained: boolean,
  ): unknown {
    const none = type.nonNull ? climbs : null;
    if (value === null || value === undefined) {
      if (type.nonNull && !explained) tell(fault(coordinate, 'null where none is allowed'), path);
      return none;
    }
    if (type.isValid !== undefined) {
      if (type.isValid(value)) return value;
    } else if (type.item !== undefined) {
      if (Array.isArray(value)) return list(value, type.item, coordinate, path) ?? none;
    } else if (type.selection !== undefined && typeof value === 'object' && !Array.isArray(value)) {
      return composite(value as Plain, type.selection, coordinate, path) ?? none;
    }
    if (!explained) tell(fault(coordinate, 'not of its type'), path);
    return none;
  }

  function list(
    values: readonly unknown[],
    type: ClientType,
    coordinate: string,
    path: Path,
  ): unknown[] | null {
    let climbing = false;
    const failed = careful ? failures.of(values as unknown[]) : undefined;
    const items = values.map((value, index) => {
      const at = { parent: path, key: index };
      const ofItem = failed?.get(index);
      const explained = ofItem !== undefined && tellAll(ofItem, type, value, at, path);
      const item = complete(value, type, coordinate, at, explained);
      if (item === climbs) climbing = true;
      return item;
    });
    return climbing ? null : items;
  }

  function composite(value: Plain, selected: ClientSelection, coordinate: string, path: Path): Plain | null {
    if (selected.only !== undefined) return nulled(object(value, selected.only, path));
    const typename = value['__typename'];
    const type = selected.forType(typeof typename === 'string' ? typename : selected.declared);
    if (type?.certain === true) return nulled(object(value, type, path));
    const failed = failures.at(value, '__typename');
    if (failed === undefined) tell(fault(coordinate, 'not of its type'), path);
    else for (const { cause } of failed) tell(cause, path);
    return null;
  }

  /** @returns whether the value's absence is explained */
  function tellAll(
    failed: readonly Failure[],
    type: ClientType,
    value: unknown,
    path: Path,
    holder: Path | undefined,
  ): boolean {
    const isThere = value !== null && value !== undefined;
    for (const failure of failed) {
      const { cause, below, kind } = failure;
      // Another subgraph brought a part of it: what is missed then is the rest.
      if (isThere && (missBelow(value, type, failure, failures) || kind !== 'error')) continue;
      if (kind === 'implied') {
        if (!type.nonNull) errors.push({ cause, path: listed(path), implied: true });
      } else if (cause.perObject) tell(cause, holder);
      else tell(cause, path, clientNames(type, below));
    }
    return true;
  }

  function tell(cause: Cause, path: Path | undefined, below: readonly (string | number)[] = []): void {
    cause.told = true;
    errors.push({ cause, path: [...listed(path), ...below], implied: false });
  }

  const root = selection.only;
  if (root === undefined) throw new Error('The root of an operation is an object type.');
  const result = nulled(object(data, root, undefined));
  const unseen = careful ? tellUnseen(data, failures, seen) : [];
  return { data: result, errors: [...unseen, ...errors] };
}

/** Notes of what is missing in a value that the failure explains it. @returns whether anything is */
function missBelow(value: unknown, type: ClientType, failure: Failure, failures: Failures): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    const { item } = type;
    if (item === undefined) return false;
    return value.map((one) => missBelow(one, item, failure, failures)).includes(true);
  }
  const object = value as Plain;
  const typename = object['__typename'];
  const { selection } = type;
  const known =
    selection?.only ?? selection?.forType(typeof typename === 'string' ? typename : selection.declared);
  let any = false;
  for (const field of known?.fields ?? []) {
    if (field.from !== 'fetched') continue;
    const below = object[field.source];
    if (below !== undefined) any = missBelow(below, field.type, failure, failures) || any;
    else if (failures.at(object, field.source) === undefined) {
      failures.add(object, field.source, new Failure(failure.cause, [], 'absent'));
      any = true;
    }
  }
  return any;
}

function nulled(value: Plain | typeof climbs): Plain | null {
  return value === climbs ? null : value;
}

function listed(path: Path | undefined): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

/** Names of the data as the client knows them, up to the first that it did not ask for. */
function clientNames(type: ClientType, below: readonly (string | number)[]): (string | number)[] {
  const names: (string | number)[] = [];
  let at: ClientType | undefined = type;
  for (const segment of below) {
    if (typeof segment === 'number') {
      at = at?.item;
      names.push(segment);
      continue;
    }
    const field: ClientField | undefined = at?.selection?.bySource(segment)[0];
    if (field === undefined) break;
    names.push(field.name);
    at = field.type;
  }
  return names;
}

/** What failed and was not told, because it lies in what the client does not see: keys, inputs of other fields. */
function tellUnseen(
  data: Plain,
  failures: Failures,
  seen: ReadonlyMap<object, Path | undefined>,
): PlacedError[] {
  const errors: PlacedError[] = failures.placeless.map((cause) => {
    cause.told = true;
    return { cause, path: [] };
  });
  if ([...failures.all()].every(([, byKey]) => [...byKey.values()].flat().every(({ cause }) => cause.told)))
    return errors;
  const walked = new Set<object>();
  const walk = (value: unknown, nearest: Path | undefined): void => {
    if (typeof value !== 'object' || value === null || walked.has(value)) return;
    walked.add(value);
    const at = seen.has(value) ? seen.get(value) : nearest;
    for (const failed of failures.of(value as Plain)?.values() ?? []) {
      for (const { cause } of failed) {
        if (cause.told) continue;
        cause.told = true;
        errors.push({ cause, path: listed(at) });
      }
    }
    for (const below of Array.isArray(value) ? value : Object.values(value)) walk(below, at);
  };
  walk(data, undefined);
  return errors;
}
