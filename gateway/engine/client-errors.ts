import { GraphQLError, Kind } from 'graphql';
import type { Locale } from '../../subgraphs/kit/base/locale.js';
import type { ErrorMask } from '../security/error-mask.js';
import type { Cause } from './failures.js';
import type { Fault, PlacedError } from './project-answer.js';

/** The errors of an answer as a client may read them: catalogued, and said once at every place. */
export function clientErrors(
  placed: readonly PlacedError[],
  mask: ErrorMask,
  locale: Locale,
): GraphQLError[] {
  const masked = new Map<Cause, GraphQLError>();
  const said = new Set<string>();
  return placed.flatMap(({ cause, path }) => {
    let known = masked.get(cause);
    if (known === undefined) masked.set(cause, (known = asGraphQLError(cause, mask, locale)));
    const key = `${String(known.extensions['code'])} ${path.join('.')} ${path.length === 0 ? known.message : ''}`;
    if (said.has(key)) return [];
    said.add(key);
    const at = path.length === 0 ? {} : { path: [...path] };
    return [new GraphQLError(known.message, { ...at, extensions: known.extensions })];
  });
}

/** An error that no place of the answer has: the operation could not be run at all. */
export function requestErrors(errors: readonly unknown[], mask: ErrorMask, locale: Locale): GraphQLError[] {
  return errors.map((error) => asGraphQLError(asVariableError(error), mask, locale));
}

/**
 * Causes for values that are not as the schema says though nobody reported an error. One per field and operation: the log
 * then has one line for a thousand items.
 */
export function faultCauses(
  operation: string | undefined,
  mask: ErrorMask,
  locale: Locale,
): (coordinate: string, what: Fault) => Cause {
  const known = new Map<string, Cause>();
  return (coordinate, what) => {
    const text = `${coordinate} is ${what}, operation ${operation ?? 'without a name'}`;
    let cause = known.get(text);
    if (cause === undefined) {
      const { message, extensions } = mask.mask(new Error(text), locale);
      cause = { message, extensions: extensions ?? {}, subgraph: '', perObject: false, told: false };
      known.set(text, cause);
    }
    return cause;
  };
}

function asGraphQLError(error: unknown, mask: ErrorMask, locale: Locale): GraphQLError {
  const { message, extensions } = mask.mask(error, locale);
  return new GraphQLError(message, { extensions });
}

/** graphql-js gives the fault of a variable no code; it is told by the node it points at. */
function asVariableError(error: unknown): unknown {
  if (!(error instanceof GraphQLError) || error.nodes?.[0]?.kind !== Kind.VARIABLE_DEFINITION) return error;
  if (error.extensions['code'] !== undefined) return error;
  return new GraphQLError(error.message, { extensions: { code: 'BAD_USER_INPUT' } });
}
