import { createHash } from 'node:crypto';
import { buildSchema, Kind, parse, print, validate, type DocumentNode } from 'graphql';

/** The clients for which operations are registered. */
export const clients = ['mobile', 'portal', 'secretariat'] as const;

/** One operation's source: the client whose folder it lies in, its file, its text. */
export interface OperationSource {
  readonly client: string;
  readonly file: string;
  readonly text: string;
}

/** The manifest: operations by the SHA-256 of their document, as clients send it. */
export type OperationManifest = Record<string, { name: string; client: string; document: string }>;

/**
 * The manifest of registered operations, in the order of client and name, and what is wrong with the sources.
 * A file holds one named operation, with the fragments that it uses.
 */
export function registeredOperations(
  sources: readonly OperationSource[],
  apiSdl: string,
): { manifest: OperationManifest; problems: string[] } {
  const schema = buildSchema(apiSdl);
  const problems: string[] = [];
  const rows: { hash: string; name: string; client: string; document: string }[] = [];
  for (const { client, file, text } of sources) {
    let parsed: DocumentNode;
    try {
      parsed = parse(text);
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : 'is not GraphQL.'}`);
      continue;
    }
    for (const { message } of validate(schema, parsed)) problems.push(`${file}: ${message}`);
    const operations = parsed.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const name = operations[0]?.name?.value;
    if (operations.length !== 1 || name === undefined) {
      problems.push(`${file}: must hold exactly one operation, with a name.`);
      continue;
    }
    const document = print(parsed);
    rows.push({ hash: createHash('sha256').update(document).digest('hex'), name, client, document });
  }
  rows.sort((a, b) => compare(`${a.client}/${a.name}`, `${b.client}/${b.name}`));
  const manifest: OperationManifest = {};
  const names = new Set<string>();
  for (const { hash, name, client, document } of rows) {
    const twin = manifest[hash];
    if (twin !== undefined)
      problems.push(`${name} of ${client} is the same document as ${twin.name} of ${twin.client}.`);
    if (names.has(`${client}/${name}`)) problems.push(`${client} has two operations called ${name}.`);
    names.add(`${client}/${name}`);
    manifest[hash] = { name, client, document };
  }
  return { manifest, problems };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
