import { buildASTSchema, parse } from 'graphql';
import { accessMatrix, printAccessMatrix } from '../gateway/security/access-matrix.js';
import type { Machine } from '../subgraphs/kit/room/machine/machine.js';
import { composedSupergraph } from './composed-supergraph.js';
import type { SubgraphSdls } from './lints/finding.js';
import { registeredOperations, type OperationSource } from './registered-operations.js';
import { sortedSdl } from './sorted-sdl.js';
import { stateDocuments } from './state-documents.js';

/** What the code says about itself. */
export interface HouseDescription {
  /** The SDL of each subgraph. */
  readonly sdls: SubgraphSdls;
  /** The state machines of each room. */
  readonly machines: Readonly<Record<string, readonly Machine[]>>;
  readonly operations: readonly OperationSource[];
}

/** The files that are made from the code, and what is wrong with the operations. */
export interface EmittedFiles {
  /** Text by path from the project's folder. */
  readonly files: ReadonlyMap<string, string>;
  /** The schema that clients see. */
  readonly apiSdl: string;
  readonly problems: readonly string[];
}

/** First line of every emitted SDL. */
const notice = '# Written by `npm run schema` from the code; change the code.\n\n';

/**
 * Everything that `npm run schema` writes.
 *
 * @throws CompositionError when the subgraphs do not compose
 */
export function emittedFiles({ sdls, machines, operations }: HouseDescription): EmittedFiles {
  const { supergraphSdl, apiSdl } = composedSupergraph(sdls);
  const { manifest, problems } = registeredOperations(operations, apiSdl);
  const files = new Map<string, string>();
  for (const [subgraph, sdl] of Object.entries(sdls))
    files.set(`schema/${subgraph}.graphql`, notice + sortedSdl(sdl));
  files.set('schema/supergraph.graphql', notice + supergraphSdl);
  files.set('schema/api.graphql', notice + apiSdl);
  files.set('schema/operations.json', `${JSON.stringify(manifest, null, 2)}\n`);
  const supergraph = buildASTSchema(parse(supergraphSdl), { assumeValidSDL: true });
  files.set('schema/access-matrix.tsv', printAccessMatrix(accessMatrix(supergraph)));
  for (const [path, text] of stateDocuments(machines)) files.set(path, text);
  return { files, apiSdl, problems };
}
