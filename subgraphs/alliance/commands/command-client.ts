import { createGraphClient } from '../demo/graph-client.js';
import { CommandFailure } from '../../kit/base/command-line/command-failure.js';
import type { Refusal } from './import-file.js';
import type { Ask } from './import-kind.js';

/** Talks to an alliance for a command; what goes wrong on the way is one sentence. */
export interface CommandClient {
  readonly ask: Ask;
  /** @returns why the file was refused, or undefined when it is there */
  readonly send: (url: string, bytes: Uint8Array) => Promise<Refusal | undefined>;
}

/** A client of the alliance at a base address, with one token. */
export function createCommandClient(baseUrl: string, token: string): CommandClient {
  const client = createGraphClient(baseUrl);
  return {
    ask: (query, variables) => client.ask<never>(token, query, variables).catch(explain),
    async send(url, bytes) {
      const response = await fetch(new URL(url, baseUrl), {
        method: 'PUT',
        headers: { 'accept-language': 'en' },
        body: bytes as Uint8Array<ArrayBuffer>,
      }).catch(explain);
      if (response.ok) return undefined;
      const answer = (await response.json().catch(() => ({}))) as Partial<Refusal>;
      const { code = '', message = `The upload was answered with status ${response.status}.` } = answer;
      return { code, message };
    },
  };

  function explain(error: unknown): never {
    if (error instanceof SyntaxError) {
      throw new CommandFailure(`${baseUrl} does not answer like an alliance.`, undefined, { cause: error });
    }
    if (error instanceof TypeError) {
      throw new CommandFailure(
        `The connection to ${baseUrl} was lost; give the same command again to go on.`,
        undefined,
        { cause: error },
      );
    }
    throw error;
  }
}
