import { Supergraph } from '@apollo/federation-internals';
import {
  execute,
  getNamedType,
  isCompositeType,
  isObjectType,
  responsePathAsArray,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import type { Answer, Path } from './compared.js';
import type { Plain } from './federation-case.js';
import type { Instance, Store } from './store.js';

interface Context {
  readonly store: Store;
  readonly made: Made[];
  mutations: number;
}

/**
 * A field of the true answer, also one that failed, and the objects that its value is made of. Of every object
 * `__typename` is one, asked for or not.
 */
export interface Made {
  readonly path: Path;
  readonly of: readonly Instance[];
}

/** The true answer, and how it came about. */
export interface Truth extends Answer {
  readonly made: readonly Made[];
}

/** What clients may ask of a supergraph, as one schema of its own that graphql-js executes over the store: the truth. */
export function wholeSchema(supergraphSdl: string): GraphQLSchema {
  const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const isObject = isCompositeType(getNamedType(field.type));
      field.resolve = (source: Instance | undefined, args: Plain, context: Context, info) => {
        const instance = source ?? context.store.root(type.name);
        const path = responsePathAsArray(info.path);
        const of: Instance[] = [];
        context.made.push({ path, of });
        const value = context.store.value(instance, field.name, args, {
          side: schema,
          whole: true,
          touch: (object) => of.push(object),
          ...(type.name === 'Mutation' ? { order: (context.mutations += 1) } : {}),
        });
        if (isObject) noteTypes(value, path, context.made);
        return value;
      };
    }
  }
  return schema;
}

/** Whose type it is: graphql-js answers `__typename` itself, but a subgraph may have to be asked for it. */
function noteTypes(value: unknown, path: Path, made: Made[]): void {
  if (Array.isArray(value)) value.forEach((item, at) => noteTypes(item, [...path, at], made));
  else if (value !== null) made.push({ path: [...path, '__typename'], of: [value as Instance] });
}

/** Executes an operation on the whole schema. */
export function truth(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Plain>,
  store: Store,
): Truth {
  const made: Made[] = [];
  const result = execute({
    schema,
    document,
    variableValues: variables,
    contextValue: { store, made, mutations: 0 } satisfies Context,
  });
  return { ...(JSON.parse(JSON.stringify(result)) as Answer), made };
}
