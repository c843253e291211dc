import { systemClock, type Clock } from '../clock.js';
import type { AssertionSigner } from '../identity/assertion.js';
import type { Logger } from '../log.js';
import { assertNoOpenTransaction } from '../transaction-guard.js';
import { withinBudget } from './budget.js';
import { createBulkhead, type Bulkhead } from './bulkhead.js';
import { createBreaker, type Breaker } from './circuit-breaker.js';
import { retriedOnce } from './connection-retry.js';
import { createInFlightDedupe } from './in-flight-dedupe.js';
import type { ClosableTransport, Link, LinkCall, LinkMetrics, SubgraphLinkOptions } from './link-call.js';
import type { SubgraphResponse } from './subgraph-request.js';
import { childTraceparent } from './traceparent.js';
import { maskAnswer, maskFailure } from './upstream-masking.js';

export type { Link, LinkCall, LinkMetrics, SubgraphLinkOptions, SubgraphState } from './link-call.js';

interface Subgraph {
  readonly name: string;
  readonly transport: ClosableTransport;
  readonly timeoutMs: number;
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
  answered: boolean;
}

/**
 * The link to the subgraphs. Around every transport, from the outside in: no open transaction, masking,
 * signing, sharing of equal queries, breaker, budget, bulkhead, one retry.
 *
 * The breaker is outside the budget, so that an open one costs no timer; the budget is outside the bulkhead, so
 * that waiting for a place is part of the time a caller pays for; sharing is outside all of them, so that a
 * shared call takes one place and counts once.
 */
export function createLink(options: {
  subgraphs: Readonly<Record<string, SubgraphLinkOptions>>;
  signer: AssertionSigner;
  clock?: Clock;
  log: Logger;
  metrics?: LinkMetrics;
}): Link {
  const { signer, log, metrics, clock = systemClock } = options;
  const subgraphs = new Map<string, Subgraph>();
  for (const [name, settings] of Object.entries(options.subgraphs)) {
    const timeoutMs = settings.timeoutMs ?? 5_000;
    subgraphs.set(name, {
      name,
      transport: settings.transport,
      timeoutMs,
      breaker: createBreaker({
        ...settings.breaker,
        subgraph: name,
        timeoutMs,
        onChange: (state) => {
          log.warn({ subgraph: name, breaker: state }, 'the breaker of a subgraph changed');
          metrics?.breakerChanged(name, state);
        },
      }),
      bulkhead: createBulkhead({
        subgraph: name,
        maxConcurrent: settings.maxConcurrent ?? 64,
        maxQueued: settings.maxQueued ?? 256,
      }),
      answered: false,
    });
  }
  const dedupe = createInFlightDedupe((subgraph) => metrics?.shared(subgraph));

  function send(
    subgraph: Subgraph,
    call: LinkCall,
    assertion: string,
    outer: AbortSignal,
  ): Promise<SubgraphResponse> {
    const attempt = (signal: AbortSignal) => async (): Promise<SubgraphResponse> => {
      const answer = await subgraph.transport({
        query: call.query,
        document: call.document,
        operationName: call.operationName,
        variables: call.variables,
        assertion,
        requestId: call.requestId,
        traceparent: childTraceparent(call.traceparent),
        locale: call.locale,
        deadline: Math.min(call.deadline, clock.now().getTime() + subgraph.timeoutMs),
        signal,
        ...(call.reportWanted === true ? { reportWanted: true } : {}),
      });
      subgraph.answered = true;
      return answer;
    };
    return subgraph.breaker.run(() =>
      withinBudget(
        {
          subgraph: subgraph.name,
          timeoutMs: subgraph.timeoutMs,
          remainingMs: call.deadline - clock.now().getTime(),
          signal: outer,
          clock,
        },
        (signal) =>
          subgraph.bulkhead.run(
            () =>
              retriedOnce(attempt(signal), {
                isMutation: call.isMutation,
                signal,
                onRetry: () => metrics?.retried(subgraph.name),
              }),
            signal,
          ),
      ),
    );
  }

  return {
    async call(call) {
      assertNoOpenTransaction();
      const subgraph = subgraphs.get(call.subgraph);
      const started = performance.now();
      let outcome = 'ok';
      try {
        if (subgraph === undefined) throw new Error(`The link knows no subgraph named ${call.subgraph}.`);
        const assertion = await signer.sign(call.principal, call.subgraph);
        const answer =
          call.isMutation || call.afterMutation === true
            ? await send(subgraph, call, assertion, call.signal)
            : await dedupe.share(keyOf(call, assertion), call, (signal) =>
                send(subgraph, call, assertion, signal),
              );
        return maskAnswer(answer, {
          subgraph: call.subgraph,
          requestId: call.requestId,
          locale: call.locale,
          log,
        });
      } catch (error) {
        const failure = maskFailure(error, { subgraph: call.subgraph, requestId: call.requestId, log });
        outcome = failure.code;
        if (failure.code === 'UPSTREAM_UNAVAILABLE' && failure.cause !== undefined) {
          log.warn(
            { subgraph: call.subgraph, requestId: call.requestId, err: failure.cause },
            'a subgraph gave no answer',
          );
        }
        throw failure;
      } finally {
        metrics?.called(call.subgraph, outcome, (performance.now() - started) / 1_000);
      }
    },
    state: () =>
      [...subgraphs.values()].map(({ name, breaker, bulkhead, answered }) => ({
        name,
        breaker: breaker.state,
        inFlight: bulkhead.inFlight,
        queued: bulkhead.queued,
        answered,
      })),
    async close() {
      await Promise.all(Array.from(subgraphs.values(), async ({ transport }) => transport.close?.()));
    },
  };
}

/** Everything an answer depends on. The assertion stands for the principal, and is reused while it is fresh. */
function keyOf(call: LinkCall, assertion: string): string {
  const report = call.reportWanted === true ? '+' : '';
  return `${call.subgraph}${report}\n${assertion}\n${call.locale}\n${call.operationName ?? ''}\n${JSON.stringify(call.variables ?? null)}\n${call.query}`;
}
