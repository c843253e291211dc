import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  GraphQLError,
  Kind,
  execute,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { AmrloError } from '../../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Link } from '../../../subgraphs/kit/base/link/link-call.js';
import type { SubgraphResponse } from '../../../subgraphs/kit/base/link/subgraph-request.js';
import type { Declared } from './declared.js';
import { hash, type Failure, type Plain } from './federation-case.js';
import type { Instance, Store } from './store.js';

/** The subgraphs of a case while one operation runs. */
export interface SubgraphSide {
  readonly link: Link;
  /** What an executor did that no subgraph may be asked: an invalid operation, a reference without its key. */
  readonly violations: readonly string[];
}

interface Run {
  readonly store: Store;
  readonly declared: Declared;
  readonly failures: readonly Failure[];
  readonly violations: string[];
  mutations: number;
}

interface Context {
  readonly run: Run;
}

/** The executable schema of a subgraph; what its resolvers give comes with the context of each call. */
export function subgraphSchema(name: string, sdl: string): GraphQLSchema {
  const document = parse(sdl, { noLocation: true });
  const bare = buildSubgraphSchema([{ typeDefs: document }]);
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of Object.values(bare.getTypeMap())) {
    if (type.name.startsWith('_')) continue;
    if (isObjectType(type)) {
      const fields: Record<string, unknown> = {};
      for (const field of Object.keys(type.getFields())) {
        if (!field.startsWith('_')) fields[field] = resolverOf(name);
      }
      resolvers[type.name] = fields;
    }
    if (isInterfaceType(type)) resolvers[type.name] = {};
    if (isObjectType(type) || isInterfaceType(type)) {
      const isEntity = [type.astNode, ...type.extensionASTNodes].some((node) =>
        node?.directives?.some((one) => one.name.value === 'key'),
      );
      if (isEntity) resolvers[type.name]!['__resolveReference'] = referenceOf(name);
    }
  }
  return buildSubgraphSchema([{ typeDefs: document, resolvers: resolvers as never }]);
}

/** Lets the subgraphs answer for one operation, with the failures of its case. */
export function subgraphSide(
  schemas: ReadonlyMap<string, GraphQLSchema>,
  given: Omit<Run, 'violations' | 'mutations'>,
): SubgraphSide {
  const run: Run = { ...given, violations: [], mutations: 0 };
  const dead = new Set(given.failures.flatMap((one) => (one.kind === 'subgraph' ? [one.subgraph] : [])));
  return {
    violations: run.violations,
    link: {
      async call({ subgraph, query, variables, operationName }) {
        // Through text, as over a wire.
        const sent = JSON.parse(JSON.stringify(variables ?? {})) as Plain;
        const schema = schemas.get(subgraph);
        if (schema === undefined) throw new Error(`no subgraph ${subgraph}`);
        const document = parse(query);
        const invalid = validate(schema, document);
        if (invalid.length > 0) run.violations.push(`${subgraph} was sent ${query}: ${invalid[0]!.message}`);
        if (dead.has(subgraph)) {
          // What it did not do had its turn all the same: the order of the others shows in their values.
          run.mutations += mutationsIn(document);
          throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph });
        }
        const result = await execute({
          schema,
          document,
          variableValues: sent,
          operationName,
          contextValue: { run } satisfies Context,
        });
        for (const { message, originalError, extensions } of result.errors ?? []) {
          if (extensions['code'] === undefined)
            run.violations.push(`${subgraph}: ${originalError?.message ?? message} (${query})`);
        }
        return JSON.parse(JSON.stringify(result)) as SubgraphResponse;
      },
      state: () => [],
      async close() {},
    },
  };
}

function mutationsIn(document: DocumentNode): number {
  const names = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const one of selections) {
      if (one.kind === Kind.FIELD) names.add(one.alias?.value ?? one.name.value);
      if (one.kind === Kind.INLINE_FRAGMENT) collect(one.selectionSet);
    }
  };
  for (const one of document.definitions)
    if (one.kind === Kind.OPERATION_DEFINITION && one.operation === 'mutation') collect(one.selectionSet);
  return names.size;
}

function resolverOf(subgraph: string): GraphQLFieldResolver<Instance | undefined, Context> {
  return (source, args, { run }, { parentType, fieldName, schema }) => {
    const isMutation = parentType.name === 'Mutation';
    const instance = source ?? run.store.root(parentType.name);
    const forbidden = run.declared.forbidden(subgraph, parentType.name, fieldName);
    if (forbidden !== undefined) throw new Error(`${parentType.name}.${fieldName} was asked: ${forbidden}`);
    return run.store.value(instance, fieldName, args as Plain, {
      side: schema,
      whole: false,
      ...(isMutation ? { order: (run.mutations += 1) } : {}),
    });
  };
}

function referenceOf(subgraph: string) {
  return async (
    representation: Plain,
    { run }: Context,
    { schema }: GraphQLResolveInfo,
  ): Promise<Instance | null> => {
    const found = run.store.resolve(subgraph, representation, schema);
    if (found === undefined) throw new Error(`nobody is ${JSON.stringify(representation)}`);
    for (const failure of run.failures) {
      if (failure.kind !== 'reference' || failure.subgraph !== subgraph) continue;
      if (failure.type !== representation['__typename'] || hash(found.seed) % failure.of !== failure.at)
        continue;
      if (failure.how === 'absent') return null;
      throw new GraphQLError('the reference fails', { extensions: { code: 'STORE_UNAVAILABLE' } });
    }
    return found;
  };
}
