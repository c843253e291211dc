import { isDeepStrictEqual } from 'node:util';
import type { FormattedExecutionResult } from 'graphql';
import { AmrloError } from '../../subgraphs/kit/base/errors/amrlo-error.js';
import type { Clock } from '../../subgraphs/kit/base/clock.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import type { WakeBus } from '../../subgraphs/kit/base/wake.js';
import { grantSignal } from '../security/grant-cache.js';
import type { Watched } from './live-queries.js';

/** What one live query needs while it lives. */
export interface LiveResultsOptions {
  /** What it waits for, as the graph is now. */
  readonly watched: () => readonly Watched[];
  readonly wakeBus: WakeBus;
  /** Tells when the graph has become another one. */
  readonly onSchemaChange?: (listener: () => void) => () => void;
  /** Who asks now; called before every execution, so that a withdrawn grant counts at once. */
  readonly authenticate: () => Promise<{
    principal: Principal;
    expiresAt?: Date | undefined;
    changesAt?: Date | undefined;
  }>;
  readonly execute: (principal: Principal, signal: AbortSignal) => Promise<FormattedExecutionResult>;
  /** The last result of a subscription that cannot go on. */
  readonly failed: (error: unknown) => FormattedExecutionResult;
  readonly clock: Clock;
  /** Signals within this time lead to one execution. */
  readonly coalesceMs: number;
  /** A change of the graph concerns everybody at once; each asks again at some instant within this time. */
  readonly spreadMs: number;
}

/** How often it is looked whether the reader's rights are still what they were: no signal tells of it for sure. */
const recheckMs = 1_000;

/**
 * The results of a live query: one at once, then one after each change that shows. Equal results are sent once; a slow
 * reader gets the newest state, not every state. Ends with an error result when the token expires or cannot be checked.
 */
export function liveResults(
  options: LiveResultsOptions,
): AsyncGenerator<FormattedExecutionResult, void, undefined> {
  const { clock } = options;
  const gone = new AbortController();
  let due = true;
  let expired = false;
  let ended = false;
  let reader: Principal | undefined;
  let cancelRecheck: (() => void) | undefined;
  let lastSent: string | undefined;
  let planned: { at: number; cancel: () => void } | undefined;
  let expiry: { at: number; cancel: () => void } | undefined;
  let proceed: (() => void) | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  const stir = (): void => {
    proceed?.();
    proceed = undefined;
  };

  // Listening begins before the first execution, so that no change between the two is missed.
  const leaveBus = options.wakeBus.subscribe((signal) => {
    const concerns =
      options
        .watched()
        .some((one) => one.type === signal.type && (one.id === undefined || one.id === signal.id)) ||
      (signal.type === grantSignal && signal.id === reader?.subject);
    if (concerns) plan(options.coalesceMs);
  });
  const leaveGraph = options.onSchemaChange?.(() => plan(Math.random() * options.spreadMs));

  function plan(milliseconds: number): void {
    const at = clock.now().getTime() + milliseconds;
    if (planned !== undefined && planned.at <= at) return;
    planned?.cancel();
    const cancel = clock.after(milliseconds, () => {
      planned = undefined;
      due = true;
      stir();
    });
    planned = { at, cancel };
  }

  function end(): void {
    if (ended) return;
    ended = true;
    leaveBus();
    leaveGraph?.();
    planned?.cancel();
    expiry?.cancel();
    cancelRecheck?.();
    gone.abort();
    stir();
  }

  function watchExpiry(expiresAt: Date | undefined): void {
    if (expiresAt === undefined || expiry?.at === expiresAt.getTime()) return;
    expiry?.cancel();
    const at = expiresAt.getTime();
    const cancel = clock.after(Math.max(0, at - clock.now().getTime()), () => {
      expired = true;
      stir();
    });
    expiry = { at, cancel };
  }

  /** Asks anew when the reader has other rights than at the last execution, or none can be found. */
  function watchRights(): void {
    cancelRecheck?.();
    cancelRecheck = clock.after(recheckMs, () => {
      void options
        .authenticate()
        .then(
          ({ principal }) => !isDeepStrictEqual(principal, reader),
          () => true,
        )
        .then((changed) => {
          if (ended) return;
          if (changed) {
            due = true;
            stir();
          } else watchRights();
        });
    });
  }

  function last(error: unknown): IteratorResult<FormattedExecutionResult, void> {
    const value = options.failed(error);
    end();
    return { done: false, value };
  }

  async function advance(): Promise<IteratorResult<FormattedExecutionResult, void>> {
    for (;;) {
      if (ended) return { done: true, value: undefined };
      if (expired) return last(new AmrloError('TOKEN_EXPIRED'));
      if (!due) {
        await new Promise<void>((resolve) => (proceed = resolve));
        continue;
      }
      due = false;
      try {
        const { principal, expiresAt, changesAt } = await options.authenticate();
        if (ended) continue;
        reader = principal;
        watchExpiry(expiresAt);
        if (principal.kind !== 'ANONYMOUS') watchRights();
        if (changesAt !== undefined) plan(Math.max(0, changesAt.getTime() - clock.now().getTime()));
        const value = await options.execute(principal, gone.signal);
        // A result that was under way when the reader left or the token ended is not sent.
        if (ended || expired) continue;
        const text = JSON.stringify(value);
        if (text === lastSent) continue;
        lastSent = text;
        return { done: false, value };
      } catch (error) {
        if (!ended) return last(error);
      }
    }
  }

  return {
    next() {
      // Calls are answered one after the other, as a generator function would.
      const result = tail.then(advance);
      tail = result.catch(() => undefined);
      return result;
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    async throw(error) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      end();
    },
  };
}
