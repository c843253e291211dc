import { request } from 'undici';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { AssertionSigner } from '../../base/identity/assertion.js';
import { servicePrincipal } from '../../base/identity/principal.js';
import { subgraphHeaders } from '../../base/link/subgraph-request.js';
import type { EventProducer } from './consumer.js';
import type { OutboxEvent } from './outbox-event.js';

/**
 * Another room's events over its internal HTTP endpoint, pulled as this room.
 * Rejects with `UPSTREAM_UNAVAILABLE`; the consumer tries again later and nothing is lost.
 */
export function httpProducer(options: {
  producer: string;
  /** The producer's base address, for example `http://learners:4003`. */
  url: string;
  consumer: string;
  signer: AssertionSigner;
}): EventProducer {
  const { producer, consumer, signer } = options;

  async function call(path: string, body: object): Promise<unknown> {
    const assertion = await signer.sign(servicePrincipal(consumer), producer);
    try {
      const answer = await request(new URL(path, options.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', [subgraphHeaders.assertion]: assertion },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.statusCode !== 200) {
        // An unread body holds its connection.
        await answer.body.dump();
        throw new Error(`status ${answer.statusCode}`);
      }
      return await answer.body.json();
    } catch (cause) {
      throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: producer }, { cause });
    }
  }

  return {
    pull: async (limit) =>
      ((await call('/internal/events/pull', { limit })) as { events: OutboxEvent[] }).events,
    acknowledge: async (ids) => void (await call('/internal/events/acknowledge', { ids })),
  };
}
