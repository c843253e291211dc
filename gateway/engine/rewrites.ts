import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { covers, type Plain } from './answer-shape.js';

/** Changes an object in place. */
export type Rewrite = (object: unknown) => void;

const fragment = '... on ';

/**
 * Compiles the rewrites of a fetch: they set the type that a subgraph knows an object by, and give a name back that the
 * planner had to change because two types use it for different things.
 * @param schema the supergraph's
 */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  schema: GraphQLSchema,
): Rewrite | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const all = rewrites.map((rewrite) => compileRewrite(rewrite, schema));
  return (object) => {
    for (const one of all) one(object);
  };
}

/** The internal name for each name that the planner had to change. */
export function renamedBy(rewrites: readonly FetchDataRewrite[] | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const rewrite of rewrites ?? [])
    if (rewrite.kind === 'KeyRenamer') names.set(rewrite.path.at(-1) ?? '', rewrite.renameKeyTo);
  return names;
}

function compileRewrite(rewrite: FetchDataRewrite, schema: GraphQLSchema): Rewrite {
  const last = rewrite.path.at(-1) ?? '';
  let apply: Rewrite =
    rewrite.kind === 'ValueSetter'
      ? (object) => {
          (object as Plain)[last] = rewrite.setValueTo;
        }
      : (object) => {
          const plain = object as Plain;
          if (plain[last] === undefined) return;
          plain[rewrite.renameKeyTo] = plain[last];
          plain[last] = undefined;
        };
  for (const element of rewrite.path.slice(0, -1).reverse()) apply = step(element, apply, schema);
  return eachObject(apply);
}

function step(element: string, next: Rewrite, schema: GraphQLSchema): Rewrite {
  if (!element.startsWith(fragment)) {
    const each = eachObject(next);
    return (object) => each((object as Plain)[element]);
  }
  const condition = element.slice(fragment.length);
  return (object) => {
    const typename = (object as Plain)['__typename'];
    // Not every object says its type; the planner expects the rewrite there too.
    if (typeof typename !== 'string' || covers(schema, condition, typename)) next(object);
  };
}

function eachObject(next: Rewrite): Rewrite {
  const each: Rewrite = (value) => {
    if (Array.isArray(value)) value.forEach(each);
    else if (typeof value === 'object' && value !== null) next(value);
  };
  return each;
}
