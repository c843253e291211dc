import {
  GraphQLError,
  Kind,
  getArgumentValues,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Declared } from './declared.js';
import { hash, stable, type Failure, type Plain } from './federation-case.js';

/** An object as resolvers hand it on. */
export interface Instance {
  readonly __typename: string;
  /** Everything about the object follows from this text. */
  readonly seed: string;
  /** What a subgraph was given with a reference; it is all that it knows of other subgraphs' fields. */
  readonly representation?: Plain;
}

/** Who resolves. */
export interface Asked {
  /** The schema of whoever resolves; a subgraph may know an interface as an object. */
  readonly side: GraphQLSchema;
  /** The whole schema reads what a field requires from the rows; a subgraph has only what the reference brought. */
  readonly whole: boolean;
  /** For mutations: how many ran before. */
  readonly order?: number;
  /** Told every object that a value is made of: its own, and those that the field requires something of. */
  readonly touch?: (object: Instance) => void;
}

/**
 * The one set of rows behind all subgraphs and behind the whole schema. Nothing is stored: a value is made from its
 * object, its field and its arguments, so that everybody who is asked rightly gives the same.
 */
export interface Store {
  root(name: string): Instance;
  /** The value of a field. @throws GraphQLError where the case injects a failure */
  value(instance: Instance, field: string, args: Plain, asked: Asked): unknown;
  /** The object of a reference. @throws Error when it carries no whole key by which the subgraph may be asked */
  resolve(subgraph: string, representation: Plain, side: GraphQLSchema): Instance | undefined;
}

interface Place {
  readonly type: string;
  readonly field: string;
  readonly side: GraphQLSchema;
}

/** Whether an object is one of those that a failure is about. */
export function isConcerned(
  { __typename: type, seed }: Instance,
  failure: Exclude<Failure, { kind: 'subgraph' }>,
  declared: Declared,
): boolean {
  const isOfType = failure.type === type || failure.type === declared.identityOf(type);
  return isOfType && hash(seed) % failure.of === failure.at;
}

/** How many entities a type has. */
const population = 5;

/** Makes the store of a case. `supergraph` has every type and field, those that clients cannot see too. */
export function createStore(
  supergraph: GraphQLSchema,
  declared: Declared,
  failures: readonly Failure[],
): Store {
  const fieldFailures = failures.filter((one) => one.kind === 'field');

  function entity(type: string, n: number): Instance {
    return { __typename: type, seed: `${declared.identityOf(type)}#${n}` };
  }

  function concrete(keyed: string, n: number): string {
    const names = declared.implementers(keyed);
    return names[n % names.length] ?? keyed;
  }

  /** The numbers of the entities of a type. */
  function numbers(type: string): number[] {
    const all = Array.from({ length: population }, (_, n) => n);
    const keyed = declared.identityOf(type);
    return keyed === type ? all : all.filter((n) => concrete(keyed, n) === type);
  }

  function object(type: string, seed: string, side: GraphQLSchema): Instance {
    if (declared.implementers(type).length > 0) {
      const n = hash(`${seed}|n`) % population;
      return entity(isInterfaceType(side.getType(type)) ? concrete(type, n) : type, n);
    }
    if (!declared.isEntity(type)) return { __typename: type, seed: `${type}~${hash(seed).toString(36)}` };
    const choice = numbers(type);
    return entity(type, choice[hash(`${seed}|n`) % choice.length] ?? 0);
  }

  function make(type: GraphQLOutputType, seed: string, place: Place, keyed: boolean): unknown {
    if (isNonNullType(type)) return makePresent(type.ofType, seed, place, keyed);
    return !keyed && hash(`${seed}|null`) % 6 === 0 ? null : makePresent(type, seed, place, keyed);
  }

  function makePresent(type: GraphQLOutputType, seed: string, place: Place, keyed: boolean): unknown {
    if (isListType(type)) {
      return Array.from({ length: ((hash(`${seed}|length`) + 3) % 7) % 4 }, (_, index) =>
        make(type.ofType as GraphQLOutputType, `${seed}[${index}]`, place, keyed),
      );
    }
    const named = type as GraphQLNamedType;
    if (isEnumType(named)) {
      const values = declared.enumValues(place.type, place.field, named.name);
      return values[hash(seed) % values.length];
    }
    if (isAbstractType(named) && declared.implementers(named.name).length === 0) {
      const names = declared.candidates(place.type, place.field, named.name);
      const chosen = names[hash(`${seed}|type`) % names.length];
      return chosen === undefined ? null : object(chosen, seed, place.side);
    }
    if (isAbstractType(named) || isObjectType(named)) return object(named.name, seed, place.side);
    return leaf(named.name, seed);
  }

  /** What a field needs of other subgraphs, from the store itself. */
  function required(instance: Instance, set: SelectionSetNode, touch?: Asked['touch']): Plain {
    const result: Plain = {};
    for (const one of set.selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value;
        if (condition === undefined || covers(condition, instance.__typename))
          Object.assign(result, required(instance, one.selectionSet, touch));
        continue;
      }
      if (one.kind !== Kind.FIELD || one.name.value === '__typename') continue;
      const definition = fieldOf(instance.__typename, one.name.value);
      const value = read(instance, one.name.value, getArgumentValues(definition, one), {
        side: supergraph,
        whole: true,
        touch,
      });
      result[one.name.value] = within(value, (item) =>
        one.selectionSet === undefined ? item : required(item as Instance, one.selectionSet, touch),
      );
    }
    return result;
  }

  function covers(condition: string, type: string): boolean {
    if (condition === type) return true;
    const [abstract, object] = [supergraph.getType(condition), supergraph.getType(type)];
    return isAbstractType(abstract) && isObjectType(object) && supergraph.isSubType(abstract, object);
  }

  /** The same from what came with a reference. */
  function carried(representation: Plain, set: SelectionSetNode): Plain {
    const result: Plain = {};
    for (const one of set.selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value;
        if (condition === undefined || covers(condition, String(representation['__typename'])))
          Object.assign(result, carried(representation, one.selectionSet));
        continue;
      }
      if (one.kind !== Kind.FIELD || one.name.value === '__typename') continue;
      const value = representation[one.name.value];
      if (value === undefined) throw new Error(`the reference lacks the required ${one.name.value}`);
      result[one.name.value] = within(value, (item) =>
        one.selectionSet === undefined ? item : carried(item as Plain, one.selectionSet),
      );
    }
    return result;
  }

  function inputsOf(instance: Instance, needs: SelectionSetNode, { whole, touch }: Asked): Plain {
    if (whole) return required(instance, needs, touch);
    if (instance.representation === undefined)
      throw new Error(`${instance.__typename} was asked for a field without what it requires`);
    return carried(instance.representation, needs);
  }

  function fieldOf(type: string, field: string) {
    const found = supergraph.getType(type);
    const definition = isObjectType(found) || isInterfaceType(found) ? found.getFields()[field] : undefined;
    if (definition === undefined) throw new Error(`the supergraph has no ${type}.${field}`);
    return definition;
  }

  function read(instance: Instance, field: string, args: Plain, asked: Asked): unknown {
    const { side, order, touch } = asked;
    const { __typename: type, seed } = instance;
    touch?.(instance);
    for (const failure of fieldFailures) {
      if (failure.field === field && isConcerned(instance, failure, declared))
        throw new GraphQLError(`${type}.${field} fails`, { extensions: { code: 'STORE_UNAVAILABLE' } });
    }
    const needs = declared.requires(type, field);
    const inputs = needs === undefined ? '' : stable(inputsOf(instance, needs, asked));
    const isKey = declared.isEntity(type) && declared.keyFields(type).has(field);
    return make(
      fieldOf(type, field).type,
      `${seed}.${field}${stable(args)}${inputs}${order === undefined ? '' : `@${order}`}`,
      { type, field, side },
      isKey,
    );
  }

  return {
    root: (name) => ({ __typename: name, seed: name }),
    value: read,
    resolve(subgraph, representation, side) {
      const type = String(representation['__typename']);
      const key = declared
        .keysIn(subgraph, type)
        .find((set) =>
          set.selections.every((one) => one.kind === Kind.FIELD && representation[one.name.value] != null),
        );
      if (key === undefined)
        throw new Error(
          `${subgraph} was given a ${type} without a key of its own: ${stable(representation)}`,
        );
      const given = stable(carried(representation, key));
      const n = numbers(type).find((one) => stable(required(entity(type, one), key)) === given);
      if (n === undefined) return undefined;
      const found = isInterfaceType(side.getType(type)) ? concrete(type, n) : type;
      return { ...entity(found, n), representation };
    },
  };
}

/** Applies to the items of a list however deep, and to a single value; null stays. */
function within(value: unknown, work: (item: unknown) => unknown): unknown {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.map((item) => within(item, work)) : work(value);
}

function leaf(scalar: string, seed: string): unknown {
  const number = hash(seed);
  switch (scalar) {
    case 'Int':
      return number % 100_000;
    case 'Float':
      return (number % 100_000) / 8;
    case 'Boolean':
      return number % 2 === 0;
    case 'String':
    case 'ID':
      return `${seed.slice(0, 12).replaceAll(/[^\w.#]/g, '')}-${number.toString(36)}`;
    default:
      // A scalar that may be anything: nothing inside it is a field, whatever it looks like.
      return [
        `any-${number}`,
        number,
        { id: number, __typename: 'Query', list: [number, null, { label: 'x' }] },
        [null, [number]],
      ][number % 4];
  }
}
