import { composeServices } from '@apollo/composition';
import { lexicographicSortSchema, parse, printSchema, type GraphQLError } from 'graphql';
import type { SubgraphSdls } from './lints/finding.js';
import { sortedSdl } from './sorted-sdl.js';

/** What composition makes of the subgraphs. */
export interface ComposedSupergraph {
  /** The supergraph for a federation gateway; its order does not depend on that of the input. */
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly apiSdl: string;
}

/** Composition failed; one line per reason, each with its federation code. */
export class CompositionError extends Error {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join('\n'));
    this.name = 'CompositionError';
    this.reasons = reasons;
  }
}

/**
 * Composes subgraphs. Synchronous work of seconds: for scripts and tests, never in a serving process.
 *
 * @param urlOf where each subgraph answers by default; a gateway's settings override it
 * @throws CompositionError
 */
export function composedSupergraph(
  sdls: SubgraphSdls,
  urlOf: (subgraph: string) => string = (subgraph) => `http://${subgraph}:4000/graphql`,
): ComposedSupergraph {
  const services = Object.keys(sdls)
    .sort()
    .map((name) => ({ name, url: urlOf(name), typeDefs: parse(sdls[name] ?? '') }));
  const { errors, schema, supergraphSdl } = composeServices(services);
  if (errors !== undefined) {
    throw new CompositionError(errors.map(codeAndMessage));
  }
  return {
    supergraphSdl: sortedSdl(supergraphSdl, { members: true }),
    apiSdl: `${printSchema(lexicographicSortSchema(schema.toAPISchema().toGraphQLJSSchema()))}\n`,
  };
}

function codeAndMessage({ message, extensions }: GraphQLError): string {
  const { code } = extensions;
  return typeof code === 'string' ? `${code}: ${message}` : message;
}
