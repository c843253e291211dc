import { pino } from 'pino';
import type { AssertionSigner } from '../../subgraphs/kit/base/identity/assertion.js';
import { anonymous } from '../../subgraphs/kit/base/identity/principal.js';
import type { LinkCall } from '../../subgraphs/kit/base/link/link-call.js';
import type { Logger } from '../../subgraphs/kit/base/log.js';
import type { SubgraphRequest, SubgraphResponse } from '../../subgraphs/kit/base/link/subgraph-request.js';

/** A call with everything a test does not care about filled in. */
export function linkCall(over: Partial<LinkCall> = {}): LinkCall {
  return {
    subgraph: 'learners',
    query: '{ me { id } }',
    isMutation: false,
    principal: anonymous,
    requestId: 'req-1',
    locale: 'en',
    deadline: Date.now() + 10_000,
    signal: new AbortController().signal,
    ...over,
  };
}

/** A signer whose assertion can be read by eye. */
export const plainSigner: AssertionSigner = {
  sign: async (principal, audience) => `${principal.subject || 'nobody'}@${audience}`,
};

/** A log that keeps its lines. */
export function keptLog(): { log: Logger; lines: Array<Record<string, unknown>> } {
  const lines: Array<Record<string, unknown>> = [];
  const log = pino(
    { level: 'trace' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  return { log, lines };
}

/** A transport that is answered by hand, call by call. */
export function manualTransport() {
  const calls: Array<{
    request: SubgraphRequest;
    readonly answer: (response: SubgraphResponse) => void;
    fail(error: unknown): void;
  }> = [];
  const transport = (request: SubgraphRequest): Promise<SubgraphResponse> =>
    new Promise((resolve, reject) => {
      calls.push({ request, answer: resolve, fail: reject });
    });
  return { calls, transport };
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
