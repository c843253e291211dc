import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse, type GraphQLSchema } from 'graphql';
import { buildSchema, createResolversMap, type NonEmptyArray } from 'type-graphql';
import type { RoomContext } from '../room-context.js';

/** Looks up an entity for a reference that another subgraph holds; null when absent or hidden. */
export type ReferenceLookup = (
  representation: Readonly<Record<string, unknown>>,
  context: RoomContext,
) => Promise<object | null>;

/** The parts of a room's module that make its schema. */
export interface SchemaParts {
  /** Resolver objects, already given their services. */
  readonly resolvers: readonly object[];
  /** Entity types that no root field reaches; without this list type-graphql drops them silently. */
  readonly orphanedTypes?: readonly Function[];
  /** One lookup per entity type of this room, by the type's name in the graph. */
  readonly references: Readonly<Record<string, ReferenceLookup>>;
}

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@tag",
    "@authenticated", "@requiresScopes", "@policy"
  ])

"""Anybody may select this, signed in or not; said out loud, so that "public" is never an omission."""
directive @public on OBJECT | FIELD_DEFINITION
`;

/** A room's executable subgraph schema and the SDL that it publishes. */
export async function federatedSchema(parts: SchemaParts): Promise<{ schema: GraphQLSchema; sdl: string }> {
  const instances = new Map<unknown, object>(
    parts.resolvers.map((resolver) => [resolver.constructor, resolver]),
  );
  const plain = await buildSchema({
    resolvers: [...instances.keys()] as NonEmptyArray<Function>,
    orphanedTypes: [...(parts.orphanedTypes ?? [])],
    container: { get: (someClass: unknown) => instances.get(someClass) },
    validate: false,
    // Directives of the federation are not defined here; buildSubgraphSchema checks them.
    skipCheck: true,
  });
  const sdl = `${link}\n${printSchemaWithDirectives(plain).replace(/^schema \{[^}]*\}\s*/, '')}`;
  const resolvers = createResolversMap(plain) as Record<string, Record<string, unknown>>;
  for (const [type, lookup] of Object.entries(parts.references)) {
    // One synchronous throw in __resolveReference nulls every entity of the batch, hence `async` here, once for all.
    resolvers[type] = {
      ...resolvers[type],
      __resolveReference: async (representation: Record<string, unknown>, context: RoomContext) =>
        lookup(representation, context),
    };
  }
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  return { schema, sdl };
}
