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
  /** The specifications of authorization that it links, by name, for example `policy`. */
  readonly authorizationSpecs: readonly string[];
}

/** What `gateway/security/requirements.ts` reads. */
const authorizationSpecs: ReadonlySet<string> = new Set(['authenticated', 'requiresScopes', 'policy']);
/** What the planner itself keeps: hidden elements are not in the API schema, contexts are set by its plans. */
const plannersSpecs: ReadonlySet<string> = new Set(['inaccessible', 'context']);

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
    const given = parse(text, { noLocation: true });
    const specs = securitySpecsIn(given);
    const foreign = specs.find((spec) => !authorizationSpecs.has(spec) && !plannersSpecs.has(spec));
    if (foreign !== undefined)
      throw new TypeError(`it links ${foreign} for: SECURITY, which this gateway does not enforce`);
    const document = withoutSecurityPurpose(given);
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
      authorizationSpecs: specs.filter((spec) => authorizationSpecs.has(spec)),
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

/** By the part of the address before the version: `https://specs.apollo.dev/policy/v0.1` is `policy`. */
function securitySpecsIn(document: DocumentNode): string[] {
  const found = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'link') return;
      const value = (wanted: string) => given.find((one) => one.name.value === wanted)?.value;
      const purpose = value('for');
      if (purpose?.kind !== Kind.ENUM || purpose.value !== 'SECURITY') return;
      const url = value('url');
      const address = url?.kind === Kind.STRING ? url.value : '';
      found.add(/([^/]+)\/v\d+\.\d+\/?$/.exec(address)?.[1] ?? address);
    },
  });
  return [...found].sort();
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
