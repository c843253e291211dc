import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { DevelopmentIssuer } from '../../../gateway/security/development-issuer.js';
import { projectFile } from '../project-file.js';
import { createGraphClient } from './graph-client.js';
import { demoPeople, type DemoRole } from './people.js';

/** Asks the graph as one of the demo's people. */
export type Ask = <T = unknown>(query: string, variables?: Record<string, unknown>) => Promise<T>;

/** The demo's people at work. */
export interface DemoSession {
  as(role: DemoRole): Ask;
  /** Opens an upload with a mutation and sends one of the demo's own files. @returns the upload's id */
  upload(role: DemoRole, mutation: string, file: string, name: string): Promise<string>;
  /** Waits for the job of an import. @throws Error with the job's message when it failed */
  finished(role: DemoRole, field: string, id: string): Promise<void>;
}

/** A session of the demo's people with the alliance at an address. */
export async function createDemoSession(url: string, issuer: DevelopmentIssuer): Promise<DemoSession> {
  const client = createGraphClient(url);
  const tokens = new Map<DemoRole, string>();
  for (const role of Object.keys(demoPeople) as DemoRole[])
    tokens.set(role, await issuer.mint(demoPeople[role]));
  const as =
    (role: DemoRole): Ask =>
    (query, variables) =>
      client.ask(tokens.get(role)!, query, variables);

  return {
    as,
    async upload(role, mutation, file, name) {
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
      const data = await as(role)<Record<string, { upload: { uploadId: string; url: string } }>>(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { upload { uploadId url } userErrors { message } } }`,
        { input: { fileName: name, idempotencyKey: `demo-upload-${name}` } },
      );
      const { uploadId, url: address } = data[mutation]!.upload;
      const bytes = await readFile(projectFile(`subgraphs/alliance/${file}`));
      // A start that was killed after the upload finds it finished; the bytes are the same.
      await client.upload(address, bytes).catch((error: Error & { code?: string }) => {
        if (error.code !== 'UPLOAD_FINISHED') throw error;
      });
      return uploadId;
    },
    async finished(role, field, id) {
      for (;;) {
        const data = await as(role)<Record<string, { job: { state: string; errorMessage: string | null } }>>(
          `query ($id: ID!) { ${field}(id: $id) { job { state errorMessage } } }`,
          { id },
        );
        const { state, errorMessage } = data[field]!.job;
        if (state === 'SUCCEEDED') return;
        if (state === 'FAILED' || state === 'CANCELLED')
          throw new Error(errorMessage ?? `The job ended ${state}.`);
        await pause(50);
      }
    },
  };
}
