import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFile } from '../../../subgraphs/alliance/project-file.js';
import { sourceFlags } from '../source-flags.js';
import type { Callers } from './callers.js';
import { cores, startPinned, type PinnedProcess } from './pinned-process.js';
import { deepBody, expectedAnswer } from './shop-query.js';

/** Where everything is that a gateway needs. */
export interface Surroundings {
  readonly urls: Readonly<Record<string, string>>;
  readonly jwks: string;
  readonly callers: Callers;
  /** Files with the supergraph; the guarded one carries `@authenticated`. */
  readonly supergraph: string;
  readonly guardedSupergraph: string;
  /** The text of the first of the two files. */
  readonly sdl: string;
}

/** One of those that are compared, running. */
export interface Running {
  readonly process: PinnedProcess;
  /** The whole URL of its graph. */
  readonly url: string;
}

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  readonly what: 'ours' | 'gateway' | 'limit';
  /** Whether it can answer other operations than the deep query. */
  readonly anyOperation: boolean;
  start(around: Surroundings): Promise<Running>;
}

/** Flags for every process under test: a young generation that holds more than one answer. */
const production = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' };

/** Our gateway, whole: its own process, tokens verified, `@authenticated` enforced, limits and rate limit counted. */
const ours: Contender = {
  name: 'AMRLO gateway, complete',
  what: 'ours',
  anyOperation: true,
  async start({ callers, jwks, guardedSupergraph }) {
    const process = startPinned(
      cores.gateway,
      [projectFile('dist/gateway/main.js'), '--supergraph', guardedSupergraph, '--port', '0'],
      {
        stdout: 'pipe',
        env: {
          ...production,
          AMRLO_OIDC_ISSUER: callers.issuer,
          AMRLO_OIDC_JWKS_URL: jwks,
          AMRLO_ASSERTION_PRIVATE_KEY: callers.assertionKey,
          AMRLO_RATE_LIMIT_PER_MINUTE: '10000000',
          LOG_LEVEL: 'info',
        },
      },
    );
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      process.child.once('exit', (code) =>
        reject(new Error(`Our gateway ended with status ${code}: ${said.slice(-500)}`)),
      );
      createInterface({ input: process.child.stdout! }).on('line', (line) => {
        said += line;
        const found = /"url":"(http:[^"]+)"/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    return { process, url };
  },
};

function fromFile(
  name: string,
  what: Contender['what'],
  file: string,
  told: (around: Surroundings) => unknown,
): Contender {
  return {
    name,
    what,
    anyOperation: what === 'gateway',
    async start(around) {
      const process = startPinned(cores.gateway, [...sourceFlags, join(import.meta.dirname, file)], {
        env: production,
      });
      const url = process.message<string>();
      process.child.send(told(around) as string);
      return { process, url: await url };
    },
  };
}

/** Those that need nothing but what the project has installed. */
export const homeContenders: readonly Contender[] = [
  ours,
  fromFile('@apollo/gateway 2.14.4', 'gateway', 'stock-gateway.ts', ({ sdl }) => sdl),
  fromFile('orchestrator by hand', 'limit', 'orchestrator.ts', ({ urls }) => urls),
  fromFile('canned bytes', 'limit', '../bare-server.ts', () => JSON.stringify(expectedAnswer(deepBody(0)))),
];
