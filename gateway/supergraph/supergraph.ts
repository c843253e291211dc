import { readFile } from 'node:fs/promises';
import { Kind, buildASTSchema, parse, print, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';

/** A subgraph as the supergraph names it. */
export interface SubgraphEntry {
  /** The name in `join__graph`, for example `learners`. */
  readonly name: string;
  /** Its routing URL; empty where composition was given none. */
  readonly url: string;
}

/** A composed Federation 2 supergraph, ready to be served. */
export interface Supergraph {
  /** The text for the planner, without `for: SECURITY`. */
  readonly sdl: string;
  /** Built from the text, with every directive: what authorization reads. Clients see the API schema, not this. */
  readonly schema: GraphQLSchema;
  readonly subgraphs: readonly SubgraphEntry[];
}

/**
 * Reads a supergraph from a file.
 * @throws AmrloError `SUPERGRAPH_INVALID` when it cannot be read or is no supergraph
 */
export async function readSupergraph(file: string): Promise<Supergraph> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AmrloError('SUPERGRAPH_INVALID', { file, detail: (cause as Error).message }, { cause });
  }
  return parseSupergraph(text, file);
}

/**
 * Reads a supergraph from its text.
 * @param name what an error calls it
 * @throws AmrloError `SUPERGRAPH_INVALID`
 */
export function parseSupergraph(text: string, name = 'SDL'): Supergraph {
  try {
    const document = withoutSecurityPurpose(parse(text, { noLocation: true }));
    const subgraphs = subgraphsIn(document);
    if (subgraphs.length === 0) {
      throw new TypeError(
        'it has no enum join__Graph, so it is a plain schema and not a composed supergraph',
      );
    }
    return {
      sdl: print(document),
      schema: buildASTSchema(document, { assumeValid: true, assumeValidSDL: true }),
      subgraphs,
    };
  } catch (cause) {
    throw new AmrloError('SUPERGRAPH_INVALID', { file: name, detail: (cause as Error).message }, { cause });
  }
}

/**
 * The planner refuses a supergraph that links a specification `for: SECURITY` which it does not enforce. It is this
 * gateway that enforces them, before planning, so the purpose is taken out of the copy the planner reads.
 */
function withoutSecurityPurpose(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive(node) {
      if (node.name.value !== 'link') return undefined;
      const kept = node.arguments?.filter(
        ({ name, value }) =>
          !(name.value === 'for' && value.kind === Kind.ENUM && value.value === 'SECURITY'),
      );
      return kept?.length === node.arguments?.length ? undefined : { ...node, arguments: kept };
    },
  });
}

function subgraphsIn(document: DocumentNode): SubgraphEntry[] {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    return (definition.values ?? []).map((value) => {
      const graph = value.directives?.find(({ name }) => name.value === 'join__graph');
      const text = (wanted: string): string => {
        const argument = graph?.arguments?.find(({ name }) => name.value === wanted)?.value;
        return argument?.kind === Kind.STRING ? argument.value : '';
      };
      return { name: text('name'), url: text('url') };
    });
  }
  return [];
}
