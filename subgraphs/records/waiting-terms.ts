import { isObjectType, type FieldNode, type GraphQLSchema } from 'graphql';
import type { ObjectShape } from './shape.js';

/** How old a copy a reader accepts and how long it waits. */
export interface WaitingTerms {
  /** Milliseconds; undefined: the router's usual age. */
  readonly maxAgeMs: number | undefined;
  /** Milliseconds; undefined: as long as the request's budget lasts. */
  readonly waitMs: number | undefined;
}

/**
 * The terms of an entity's `results`, `enrolments`, `schoolCourses` …: the strictest where several are given. Negative
 * counts as 0.
 */
export function waitingTerms(shape: ObjectShape, variables: Readonly<Record<string, unknown>>): WaitingTerms {
  let maxAge: number | undefined;
  let waitMs: number | undefined;
  for (const { node } of shape.fields) {
    maxAge = strictest(maxAge, intArgument(node, 'maxAge', variables));
    waitMs = strictest(waitMs, intArgument(node, 'waitMs', variables));
  }
  return { maxAgeMs: maxAge === undefined ? undefined : maxAge * 1000, waitMs };
}

/** The strictest of two limits, where either may be missing. */
export function strictest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

function intArgument(
  node: FieldNode,
  name: string,
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === 'IntValue') return Math.max(0, Number(value.value));
  const given = value?.kind === 'Variable' ? variables[value.name.value] : undefined;
  return typeof given === 'number' ? Math.max(0, given) : undefined;
}

/**
 * The arguments that are left out of what an adapter is asked, by field name. `waitMs` is the router's alone. `maxAge`
 * is left out where the school is read for every question, and goes on where adapters keep whole lists (the fields of
 * Institution).
 */
export function routersArguments(schema: GraphQLSchema): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.args.some(({ name }) => name === 'waitMs')) continue;
      found.set(field.name, new Set(type.name === 'Institution' ? ['waitMs'] : ['maxAge', 'waitMs']));
    }
  }
  return found;
}
