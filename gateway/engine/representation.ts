import type { GraphQLSchema } from 'graphql';
import { covers, type Plain } from './answer-shape.js';
import { Failure, type Failures } from './failures.js';
import type { InputSelection } from './planner-patches.js';
import type { Rewrite } from './rewrites.js';

/** What a subgraph is sent, and whom it stands for. */
export interface Representations {
  /** Each different from the others. */
  readonly values: readonly Plain[];
  /** By representation: the objects that it stands for. */
  readonly owners: readonly (readonly Plain[])[];
}

/** Takes from objects what a fetch needs of them. */
export interface RepresentationReader {
  /**
   * Equal representations become one. Left out is an object that the fetch does not concern, or that lacks an input.
   * @param hold is told of every object with an input that was not obtained
   */
  read(
    objects: readonly Plain[],
    failures: Failures,
    hold: (object: Plain, failure: Failure) => void,
  ): Representations;
}

interface Input {
  readonly from: string;
  readonly to: string;
  /** Absent for a leaf. */
  readonly below?: readonly InputSelection[];
}

/** The inputs of objects of one type. */
interface TypeInputs {
  readonly inputs: readonly Input[];
  /** The inputs by which objects of this type differ, where all of them are leaves. */
  readonly keys: readonly string[] | undefined;
}

/** What has been read of objects of one type: their owners by what they differ in. */
interface Known {
  readonly types: TypeInputs;
  readonly owners: Map<unknown, Plain[]>;
}

/**
 * @param schema the supergraph's
 * @param keysOf the names of each key by which the subgraph resolves a type
 */
export function createRepresentationReader(
  selections: readonly InputSelection[],
  rewrite: Rewrite | undefined,
  schema: GraphQLSchema,
  keysOf: (typename: string) => readonly (readonly string[])[],
): RepresentationReader {
  const top = inputsByType(selections, schema, keysOf);
  const nested = new WeakMap<readonly InputSelection[], InputsByType>();

  function below(of: readonly InputSelection[]): InputsByType {
    let known = nested.get(of);
    if (known === undefined) nested.set(of, (known = inputsByType(of, schema)));
    return known;
  }

  function take(object: Plain, { inputs }: TypeInputs, failures: Failures): Plain | Failure | undefined {
    const result: Plain = {};
    for (const input of inputs) {
      const value = object[input.from];
      if (value === null || value === undefined) {
        const failed = failures.none ? undefined : failures.at(object, input.from)?.[0];
        if (failed !== undefined) return failed;
        if (value === undefined) return undefined;
        result[input.to] = null;
      } else if (input.below === undefined) {
        result[input.to] = value;
      } else {
        const taken = takeBelow(value, below(input.below), failures);
        // Another subgraph may have brought a part of it after the one that should bring the rest had failed.
        if (taken === undefined) return failures.none ? undefined : failures.at(object, input.from)?.[0];
        if (taken instanceof Failure) return taken;
        result[input.to] = taken;
      }
    }
    return result;
  }

  function takeBelow(
    value: unknown,
    types: InputsByType,
    failures: Failures,
  ): Plain | unknown[] | Failure | undefined {
    if (!Array.isArray(value)) {
      const object = value as Plain;
      return take(object, types(object['__typename']), failures);
    }
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      if (item === null) {
        const failed = failures.none ? undefined : failures.at(value, index)?.[0];
        if (failed !== undefined) return failed;
        items.push(null);
        continue;
      }
      const taken = takeBelow(item, types, failures);
      if (taken === undefined || taken instanceof Failure) return taken;
      items.push(taken);
    }
    return items;
  }

  return {
    read(objects, failures, hold) {
      const values: Plain[] = [];
      const owners: Plain[][] = [];
      const byType = new Map<string, Known>();
      let typename: string | undefined;
      let known: Known | undefined;
      for (const object of objects) {
        const type = object['__typename'];
        if (typeof type !== 'string') continue;
        if (type !== typename) {
          typename = type;
          known = byType.get(type);
          if (known === undefined) byType.set(type, (known = { types: top(type), owners: new Map() }));
        }
        const { types, owners: ofType } = known as Known;
        if (types.inputs.length === 0) continue;
        // Most objects are named by one value, and many are the same: nothing is made for those that are known.
        let key = types.keys === undefined ? undefined : keyOf(object, types.keys);
        let same = key === undefined ? undefined : ofType.get(key);
        if (same !== undefined) {
          same.push(object);
          continue;
        }
        const value = take(object, types, failures);
        if (value === undefined) continue;
        if (value instanceof Failure) {
          hold(object, value);
          continue;
        }
        if (key === undefined) {
          key = JSON.stringify(value);
          same = ofType.get(key);
          if (same !== undefined) {
            same.push(object);
            continue;
          }
        }
        rewrite?.(value);
        const first = [object];
        ofType.set(key, first);
        owners.push(first);
        values.push(value);
      }
      return { values, owners };
    },
  };
}

/** @returns undefined where a value is missing: then it has to be looked at closely */
function keyOf(object: Plain, keys: readonly string[]): unknown {
  const first = object[keys[0] ?? ''];
  if (first === undefined || first === null) return undefined;
  if (keys.length === 1) return typeof first === 'object' ? `\0${JSON.stringify(first)}` : first;
  let key = '';
  for (const name of keys) {
    const value = object[name];
    if (value === undefined || value === null) return undefined;
    key += typeof value === 'string' ? `${value.length}"${value}` : `${JSON.stringify(value)},`;
  }
  return key;
}

type InputsByType = (typename: unknown) => TypeInputs;

function inputsByType(
  selections: readonly InputSelection[],
  schema: GraphQLSchema,
  keysOf?: (typename: string) => readonly (readonly string[])[],
): InputsByType {
  const known = new Map<string, TypeInputs>();
  return (typename) => {
    const type = typeof typename === 'string' ? typename : '';
    let inputs = known.get(type);
    if (inputs === undefined) {
      const byName = new Map<string, Input>();
      collect(selections, type, schema, byName);
      // The planner gives the inputs of a required field to all types of an interface, also where the fetch is for one of
      // them; an object without a key is none of its objects.
      const wanted = keysOf?.(type) ?? [];
      const isNamed = wanted.length === 0 || wanted.some((key) => key.every((name) => byName.has(name)));
      const all = isNamed ? [...byName.values()] : [];
      const isFlat = all.every((one) => one.below === undefined);
      const keys = all.flatMap(({ from }) => (from === '__typename' ? [] : [from]));
      inputs = { inputs: all, keys: isFlat && keys.length > 0 ? keys : undefined };
      known.set(type, inputs);
    }
    return inputs;
  };
}

function collect(
  selections: readonly InputSelection[],
  typename: string,
  schema: GraphQLSchema,
  into: Map<string, Input>,
): void {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      const applies =
        typeCondition === undefined || (typename !== '' && covers(schema, typeCondition, typename));
      if (applies) collect(selection.selections, typename, schema, into);
      continue;
    }
    const from = selection.alias ?? selection.name;
    const known = into.get(from);
    const below = [...(known?.below ?? []), ...(selection.selections ?? [])];
    into.set(from, { from, to: selection.name, ...(below.length === 0 ? {} : { below }) });
  }
}
