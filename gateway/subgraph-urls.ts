import { AmrloError } from '../subgraphs/kit/base/errors/amrlo-error.js';
import type { Supergraph } from './supergraph/supergraph.js';

/**
 * Takes `--subgraph NAME=URL` (any number of them) out of a command line; the rest is for the settings.
 * @throws AmrloError `INPUT_INVALID`
 */
export function takeSubgraphFlags(argv: readonly string[]): { urls: Map<string, string>; rest: string[] } {
  const urls = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word !== '--subgraph' && !word.startsWith('--subgraph=')) {
      rest.push(word);
      continue;
    }
    const value = word === '--subgraph' ? argv[(index += 1)] : word.slice('--subgraph='.length);
    const [, name, url] = /^([^=]+)=(.+)$/.exec(value ?? '') ?? [];
    if (name === undefined || url === undefined || !isHttp(url)) {
      throw new AmrloError('INPUT_INVALID', { detail: `--subgraph NAME=http://… (${value ?? ''})` });
    }
    urls.set(name, url);
  }
  return { urls, rest };
}

/**
 * Where each subgraph of a supergraph answers: the first of the given maps that names it, else its routing URL.
 * @throws AmrloError `SUPERGRAPH_INVALID` for a subgraph without a usable address, or a name the supergraph does not have
 */
export function subgraphUrls(
  supergraph: Supergraph,
  file: string,
  ...overrides: ReadonlyArray<ReadonlyMap<string, string>>
): Map<string, string> {
  const known = new Set(supergraph.subgraphs.map(({ name }) => name));
  const unknown = [...(overrides[0]?.keys() ?? [])].find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new AmrloError('SUPERGRAPH_INVALID', {
      file,
      detail: `it has no subgraph ${unknown}, only ${[...known].join(', ')}`,
    });
  }
  return new Map(
    supergraph.subgraphs.map(({ name, url }) => {
      const chosen = overrides.map((map) => map.get(name)).find((one) => one !== undefined) ?? url;
      if (!isHttp(chosen)) {
        throw new AmrloError('SUPERGRAPH_INVALID', {
          file,
          detail: `subgraph ${name} has no http address; start with --subgraph ${name}=URL`,
        });
      }
      return [name, chosen];
    }),
  );
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
