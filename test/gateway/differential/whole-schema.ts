import { Supergraph } from '@apollo/federation-internals';
import { execute, isObjectType, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Plain } from './federation-case.js';
import type { Instance, Store } from './store.js';

interface Context {
  readonly store: Store;
  mutations: number;
}

/** What clients may ask of a supergraph, as one schema of its own that graphql-js executes over the store: the truth. */
export function wholeSchema(supergraphSdl: string): GraphQLSchema {
  const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = (source: Instance | undefined, args: Plain, context: Context) => {
        const instance = source ?? context.store.root(type.name);
        return context.store.value(instance, field.name, args, {
          side: schema,
          whole: true,
          ...(type.name === 'Mutation' ? { order: (context.mutations += 1) } : {}),
        });
      };
    }
  }
  return schema;
}

/** Executes an operation on the whole schema. */
export function truth(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Plain>,
  store: Store,
): ExecutionResult {
  const result = execute({
    schema,
    document,
    variableValues: variables,
    contextValue: { store, mutations: 0 } satisfies Context,
  });
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}
