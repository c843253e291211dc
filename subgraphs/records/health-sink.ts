import { systemClock, type Clock } from '../kit/base/clock.js';
import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { servicePrincipal } from '../kit/base/identity/principal.js';
import type { Link } from '../kit/base/link/link-call.js';

/** What the router saw of one school since its last report. */
export interface HealthSample {
  readonly institutionId: string;
  readonly health: 'UP' | 'DEGRADED' | 'DOWN';
  readonly freshness: string | null;
  readonly lastAnswerAt: Date | null;
  /** Questions that reached the school, answered or failed. */
  readonly calls: number;
  readonly failures: number;
  /** Milliseconds. */
  readonly longestMs: number;
  /** Questions by class of response time; see kit/room/figures/response-times.ts. */
  readonly responseTimes: readonly number[];
}

/** Where reports about the health of schools go. */
export interface HealthSink {
  /** Rejects when nobody knows whether the report has arrived whole. */
  report(samples: readonly HealthSample[]): Promise<void>;
}

const reportMutation = /* GraphQL */ `
  mutation RecordAdapterHealth($input: RecordAdapterHealthInput!) {
    recordAdapterHealth(input: $input) {
      report {
        recorded
      }
      userErrors {
        code
      }
    }
  }
`;

/** Schools in one mutation; keeps it far below what a subgraph reads at once. */
const batchSize = 500;

/** The figures that the institutions room keeps, written as the service `records`. */
export function institutionsHealth(link: Link, clock: Clock = systemClock): HealthSink {
  async function send(samples: readonly HealthSample[]): Promise<void> {
    const answer = await link.call({
      subgraph: 'institutions',
      query: reportMutation,
      variables: { input: { samples } },
      isMutation: true,
      principal: servicePrincipal('records'),
      requestId: 'records-health',
      locale: 'zh-CN',
      deadline: clock.now().getTime() + 5_000,
      signal: AbortSignal.timeout(5_000),
    });
    const payload = answer.data?.['recordAdapterHealth'] as
      { readonly report: object | null } | null | undefined;
    if (payload?.report == null) throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'institutions' });
  }

  return {
    async report(samples) {
      for (let start = 0; start < samples.length; start += batchSize)
        await send(samples.slice(start, start + batchSize));
    },
  };
}
