import { readFile } from 'node:fs/promises';
import { createDevelopmentIssuer } from '../../gateway/security/development-issuer.js';
import { demoPeople, type DemoRole } from '../../subgraphs/alliance/demo/people.js';
import { projectFile } from '../../subgraphs/alliance/project-file.js';

/** The request body of the archive query, as a mobile client sends it. */
export async function archiveBody(): Promise<string> {
  const query = await readFile(projectFile('schema/operations/mobile/archive.graphql'), 'utf8');
  return JSON.stringify({ query });
}

/** Tokens of the demo learner: other principals with the same rows. */
export function learnerTokens(dataDir: string, count: number): Promise<string[]> {
  return tokensOf('learner', dataDir, count);
}

/** Tokens of one of the demo's people, each with another scope that nothing reads. */
export async function tokensOf(role: DemoRole, dataDir: string, count: number): Promise<string[]> {
  const issuer = await createDevelopmentIssuer({ dataDir, production: false });
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      issuer.mint({ ...demoPeople[role], scopes: [`bench-${index}`] }),
    ),
  );
}

/** Asks for the archive once. @returns the answer's bytes. @throws Error when it is not whole */
export async function askArchive(url: string, body: string, token: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  const text = await response.text();
  const answer = JSON.parse(text) as { data?: { me?: unknown } | null; errors?: unknown[] };
  if (!response.ok || !answer.data?.me || answer.errors !== undefined) {
    throw new Error(`The archive is not whole: ${response.status} ${text.slice(0, 400)}`);
  }
  return text;
}
