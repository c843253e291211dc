import { GraphQLError, Kind } from 'graphql';
import type { Locale } from '../../../subgraphs/kit/base/locale.js';
import type { ErrorMask } from '../../../gateway/security/error-mask.js';

type Path = ReadonlyArray<string | number>;

/**
 * The errors of a plan as a client may read them: catalogued, each at the place in the *client's* answer where the
 * value is missing, and each said once.
 */
export function clientErrors(
  errors: readonly unknown[],
  data: Record<string, unknown> | null | undefined,
  mask: ErrorMask,
  locale: Locale,
): GraphQLError[] {
  const said = new Set<string>();
  const result: GraphQLError[] = [];
  for (const error of errors) {
    const masked = mask.mask(asVariableError(error), locale);
    const path = masked.path === undefined ? undefined : reachable(masked.path, data);
    const key = `${String(masked.extensions?.['code'])} ${path?.join('.') ?? ''} ${path === undefined || path.length === 0 ? masked.message : ''}`;
    if (said.has(key)) continue;
    said.add(key);
    result.push(
      new GraphQLError(masked.message, {
        ...(path === undefined || path.length === 0 ? {} : { path: [...path] }),
        extensions: masked.extensions,
      }),
    );
  }
  return result;
}

/**
 * A plan also fetches what the client did not ask for (keys, required inputs), and an error may lie there. Its path
 * then ends at the last object that the client does see. Below a null the path is kept: that is where it arose.
 */
export function reachable(path: Path, data: Record<string, unknown> | null | undefined): Path {
  let at: unknown = data;
  for (const [depth, segment] of path.entries()) {
    if (at === null || at === undefined) {
      const unknown = path.findIndex((one, index) => index >= depth && one === '@');
      return unknown < 0 ? path : path.slice(0, unknown);
    }
    const fits = Array.isArray(at)
      ? typeof segment === 'number' && segment < at.length
      : typeof at === 'object' && typeof segment === 'string' && Object.hasOwn(at, segment);
    if (!fits) return path.slice(0, depth);
    at = (at as Record<string | number, unknown>)[segment];
  }
  return path;
}

/** graphql-js gives the fault of a variable no code; it is told by the node it points at. */
function asVariableError(error: unknown): unknown {
  if (!(error instanceof GraphQLError) || error.nodes?.[0]?.kind !== Kind.VARIABLE_DEFINITION) return error;
  if (error.extensions['code'] !== undefined) return error;
  return new GraphQLError(error.message, { extensions: { code: 'BAD_USER_INPUT' } });
}
