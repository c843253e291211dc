import type { Clock } from '../../base/clock.js';
import { AmrloError } from '../../base/errors/amrlo-error.js';
import type { Logger } from '../../base/log.js';
import type { WakeBus, WakeSignal } from '../../base/wake.js';
import type { Sql, Transact } from '../database/sql.js';
import { createWorkLoop } from '../jobs/work-loop.js';
import {
  dueFailures,
  lockAggregate,
  markHandled,
  pruneInbox,
  removeFailure,
  setAside,
  type InboxFailure,
} from './inbox.js';
import type { OutboxEvent } from './outbox-event.js';

/** Where a consumer gets its events: a producer's endpoint, over any transport. */
export interface EventProducer {
  /** The oldest events that this consumer has not acknowledged. */
  pull(limit: number): Promise<readonly OutboxEvent[]>;
  /** Says, by event id, what this consumer has durably. */
  acknowledge(ids: readonly string[]): Promise<void>;
}

/** How a consumer works. */
export interface ConsumerOptions {
  /** The consuming room; the name that the producer keeps its deliveries under. */
  readonly name: string;
  /** The producing room. A room has one consumer per producer: what it acknowledges is not delivered again. */
  readonly producerName: string;
  readonly producer: EventProducer;
  /**
   * Applies one event in the transaction that also notes it as handled; a throw undoes both. A function that it returns
   * is called after the commit.
   */
  readonly handle: (event: OutboxEvent, sql: Sql) => Promise<(() => void) | void>;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Logger;
  /** Signals of {@link eventsEmitted} shorten the wait; without it, or when one is lost, the poll comes. */
  readonly wakeBus?: WakeBus;
  /** 5 seconds by default. */
  readonly pollMs?: number;
  /** Events per pull; 100 by default. */
  readonly batch?: number;
  /** Attempts until an event is parked; 10 by default. */
  readonly maxAttempts?: number;
  /** The pause after the first failure (1 s by default), doubled after each one up to `maxBackoffMs` (5 min). */
  readonly backoffMs?: number;
  readonly maxBackoffMs?: number;
}

/** Applies another room's events to this one: each once, in order within an aggregate, none lost. */
export interface Consumer {
  start(): void;
  /** Resolves when the event under way is finished. */
  stop(): Promise<void>;
  /** Handles everything open now. @throws what the producer or the room's own store throws */
  drain(): Promise<void>;
}

/** The signal that a room publishes after it committed events. */
export function eventsEmitted(room: string): WakeSignal {
  return { type: 'Event', id: room };
}

/** How long a handled event is remembered after the producer has let go of it. */
const rememberMs = 24 * 60 * 60 * 1000;

/** Builds a consumer; nothing happens before `start` or `drain`. */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { producer, producerName, transact, clock, log } = options;
  const batch = options.batch ?? 100;
  const maxAttempts = options.maxAttempts ?? 10;
  const backoffMs = options.backoffMs ?? 1000;
  const maxBackoffMs = options.maxBackoffMs ?? 300_000;
  let stopping = false;
  let prunedAt = 0;
  let unsubscribe: (() => void) | undefined;

  /** Handles a delivered event, or keeps it aside; afterwards this room has it durably. */
  async function receive(event: OutboxEvent): Promise<void> {
    try {
      const afterCommit = await transact(async (sql) => {
        await lockAggregate(sql, producerName, event);
        const now = clock.now();
        const answer = await markHandled(sql, producerName, event, now);
        if (answer === 'marked') return options.handle(event, sql);
        if (answer === 'blocked') {
          await setAside(sql, producerName, event, {
            state: 'WAITING',
            attempts: 0,
            code: null,
            now,
            nextAttemptAt: now,
          });
        }
      });
      afterCommit?.();
    } catch (error) {
      await noteFailure(event, 1, error);
    }
  }

  async function retry(failure: InboxFailure): Promise<void> {
    const { event } = failure;
    try {
      const afterCommit = await transact(async (sql) => {
        await lockAggregate(sql, producerName, event);
        if (!(await removeFailure(sql, producerName, event.id))) return;
        const answer = await markHandled(sql, producerName, event, clock.now());
        if (answer === 'marked') return options.handle(event, sql);
        // An earlier event of the aggregate failed in between: everything stays as it was.
        if (answer === 'blocked') throw new Error('An earlier event of the aggregate is set aside.');
      });
      afterCommit?.();
    } catch (error) {
      await noteFailure(event, failure.attempts + 1, error);
    }
  }

  async function noteFailure(event: OutboxEvent, attempts: number, error: unknown): Promise<void> {
    const code = error instanceof AmrloError ? error.code : 'INTERNAL';
    const state = attempts >= maxAttempts ? 'PARKED' : 'RETRYING';
    const now = clock.now();
    const pause = Math.min(backoffMs * 2 ** (attempts - 1), maxBackoffMs);
    const nextAttemptAt = new Date(now.getTime() + pause);
    await transact(async (sql) => {
      await lockAggregate(sql, producerName, event);
      await setAside(sql, producerName, event, { state, attempts, code, now, nextAttemptAt });
    });
    const note = { producer: producerName, event: event.id, type: event.type, attempts, state, code };
    log.warn(code === 'INTERNAL' ? { ...note, err: error } : note, 'an event could not be handled');
  }

  /** Everything that the producer holds for this room; an event whose turn has not come is kept aside here. */
  async function fetchAll(): Promise<void> {
    while (!stopping) {
      const asked = clock.now();
      const events = await producer.pull(batch);
      if (events.length === 0) return forget(asked);
      const received: string[] = [];
      for (const event of events) {
        if (stopping) break;
        await receive(event);
        received.push(event.id);
      }
      await producer.acknowledge(received);
    }
  }

  async function retryAll(): Promise<void> {
    while (!stopping) {
      const due = await transact((sql) => dueFailures(sql, producerName, clock.now()));
      if (due.length === 0) return;
      for (const failure of due) if (!stopping) await retry(failure);
    }
  }

  /** The producer had nothing left at that instant, so it cannot deliver again what was handled before it. */
  async function forget(asked: Date): Promise<void> {
    if (asked.getTime() - prunedAt < rememberMs / 24) return;
    await transact((sql) => pruneInbox(sql, producerName, new Date(asked.getTime() - rememberMs)));
    prunedAt = asked.getTime();
  }

  async function drain(): Promise<void> {
    // A silent producer must not keep the events that are already here from their next attempt.
    await retryAll();
    await fetchAll();
    await retryAll();
  }

  const loop = createWorkLoop({
    clock,
    everyMs: options.pollMs ?? 5000,
    work: drain,
    failed: (error) => log.warn({ err: error, producer: producerName }, 'events could not be fetched'),
  });

  return {
    start() {
      stopping = false;
      unsubscribe ??= options.wakeBus?.subscribe((signal) => {
        if (signal.type === 'Event' && signal.id === producerName) loop.poke();
      });
      loop.start();
    },
    async stop() {
      stopping = true;
      unsubscribe?.();
      unsubscribe = undefined;
      await loop.stop();
      stopping = false;
    },
    drain,
  };
}
