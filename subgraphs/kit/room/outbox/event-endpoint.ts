import { AmrloError, refuse } from '../../base/errors/amrlo-error.js';
import type { AssertionVerifier } from '../../base/identity/assertion.js';
import type { Transact } from '../database/sql.js';
import type { EventProducer } from './consumer.js';
import { acknowledge, pullEvents } from './outbox.js';
import type { OutboxEvent } from './outbox-event.js';

/** The most events that one pull gives and one acknowledgement takes. */
export const maxEventsPerCall = 1000;

/** The internal door through which other rooms fetch a room's events. */
export interface EventEndpoint {
  /**
   * The open events of the room that signed the assertion.
   * @throws AmrloError `ASSERTION_MISSING`, also for a caller that is no service; `INPUT_INVALID`
   */
  pull(assertion: string | undefined, limit: number): Promise<OutboxEvent[]>;
  /** Ends the delivery of events, by id, to the room that signed the assertion. Throws as `pull` does. */
  acknowledge(assertion: string | undefined, ids: readonly string[]): Promise<void>;
}

/**
 * The door of a room. Who knocks is read from the assertion (`service:<room>`), never from the request, so that no
 * room can read or acknowledge another's deliveries.
 */
export function createEventEndpoint(options: {
  readonly transact: Transact;
  readonly verifier: AssertionVerifier;
  /** This room's name. */
  readonly audience: string;
}): EventEndpoint {
  const inner = eventEndpoint(options.transact);

  async function consumerOf(assertion: string | undefined): Promise<string> {
    const principal = await options.verifier.verify(assertion, options.audience);
    if (principal.kind !== 'SERVICE' || !principal.subject.startsWith('service:')) {
      throw new AmrloError('ASSERTION_MISSING');
    }
    return principal.subject.slice('service:'.length);
  }

  return {
    pull: async (assertion, limit) => inner.pull(await consumerOf(assertion), limit),
    acknowledge: async (assertion, ids) => inner.acknowledge(await consumerOf(assertion), ids),
  };
}

/** The same without the check of who asks; for a caller that has made sure of it. */
export function eventEndpoint(transact: Transact): {
  pull(consumer: string, limit: number): Promise<OutboxEvent[]>;
  acknowledge(consumer: string, ids: readonly string[]): Promise<void>;
} {
  return {
    async pull(consumer, limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxEventsPerCall) {
        throw refuse('INPUT_INVALID', { detail: `limit: 1..${maxEventsPerCall}` });
      }
      return transact((sql) => pullEvents(sql, consumer, limit));
    },
    async acknowledge(consumer, ids) {
      if (!Array.isArray(ids) || ids.length > maxEventsPerCall || ids.some((id) => typeof id !== 'string')) {
        throw refuse('INPUT_INVALID', { detail: `ids: 0..${maxEventsPerCall}` });
      }
      await transact((sql) => acknowledge(sql, consumer, ids));
    },
  };
}

/** A producer in the same process, seen by one consumer. */
export function localProducer(transact: Transact, consumer: string): EventProducer {
  const endpoint = eventEndpoint(transact);
  return {
    pull: (limit) => endpoint.pull(consumer, limit),
    acknowledge: (ids) => endpoint.acknowledge(consumer, ids),
  };
}
