import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { responseTimeBounds } from '../../kit/room/figures/response-times.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type {
  AdapterHealthSample,
  RecordAdapterHealthInput,
  RecordAdapterHealthResult,
} from './adapter-health.types.js';

const classes = responseTimeBounds.length + 1;
const count = z.number().int().min(0);
const report = z.object({
  samples: z
    .array(
      z
        .object({
          institutionId: z.string().max(60),
          calls: count,
          failures: count,
          longestMs: count,
          responseTimes: z.array(count).max(classes),
        })
        .refine(({ calls, failures }) => failures <= calls, 'failures <= calls')
        .refine(
          ({ calls, responseTimes }) => responseTimes.reduce((sum, one) => sum + one, 0) === calls,
          'responseTimes: sum = calls',
        ),
    )
    .max(500)
    .refine(
      (samples) => new Set(samples.map(({ institutionId }) => institutionId)).size === samples.length,
      'samples: one per institution',
    ),
});

/** Days for which hours and days are kept: a year, and a month to write its report. */
const keptDays = 400;
const dayMs = 86_400_000;

/** A bounded number of rows at a time, so that no report is held up. */
const prunes = [
  `delete from adapter_health_hour where (institution_id, hour) in (
     select institution_id, hour from adapter_health_hour where hour < ?::timestamptz order by hour limit 1000)`,
  `delete from adapter_health_day where (institution_id, day) in (
     select institution_id, day from adapter_health_day where day < ?::timestamptz::date order by day limit 1000)`,
];

/**
 * Two routers that report the same schools do it one after the other, so that each sees what the other has reported;
 * in the order of the ids, so that they never wait for each other. A statement of its own: one that locks rows and
 * changes them looks at them as they were before it waited.
 */
const lockLatest = `
  select from adapter_health where institution_id in (select jsonb_array_elements_text(?::jsonb))
  order by institution_id for update`;

/**
 * How long a school was down is the time between two reports of it, whoever made them, when the earlier said DOWN; so
 * several routers share the time and do not multiply it. Nobody reports on a school that no router asks, hence the most
 * that one gap counts: two minutes.
 */
const recordSamples = `
  with given as (select ?::timestamptz as now),
  sample as (
    select seen.*
    from jsonb_to_recordset(?::jsonb) as seen(institution_id text, health text, freshness text,
        last_answer_at timestamptz, calls integer, failures integer, longest_ms integer, response_times integer[])
      join institution known on known.id = seen.institution_id),
  before as (
    select known.institution_id, known.health, known.sampled_at from adapter_health known
    where known.institution_id in (select institution_id from sample)),
  latest as (
    insert into adapter_health (institution_id, health, freshness, last_answer_at, sampled_at)
    select institution_id, health, freshness, last_answer_at, now from sample, given order by institution_id
    on conflict (institution_id) do update set health = excluded.health, freshness = excluded.freshness,
      last_answer_at = greatest(adapter_health.last_answer_at, excluded.last_answer_at),
      sampled_at = greatest(adapter_health.sampled_at, excluded.sampled_at)
    returning institution_id),
  seen as (
    select sample.*, date_trunc('hour', now) as hour, (now at time zone 'Asia/Shanghai')::date as day,
      case when before.health = 'DOWN'
        then least(120, greatest(0, round(extract(epoch from now - before.sampled_at)))) else 0 end as down
    from sample cross join given left join before using (institution_id)),
  hours as (
    insert into adapter_health_hour as kept
      (institution_id, hour, calls, failures, response_times, longest_ms, unavailable_seconds, freshness)
    select institution_id, hour, calls, failures, response_times, longest_ms, down, freshness from seen
    where calls > 0 or down > 0 order by institution_id
    on conflict (institution_id, hour) do update set
      calls = kept.calls + excluded.calls, failures = kept.failures + excluded.failures,
      response_times = add_counts(kept.response_times, excluded.response_times),
      longest_ms = greatest(kept.longest_ms, excluded.longest_ms),
      unavailable_seconds = least(3600, kept.unavailable_seconds + excluded.unavailable_seconds),
      freshness = excluded.freshness),
  days as (
    insert into adapter_health_day as kept
      (institution_id, day, calls, failures, response_times, longest_ms, unavailable_seconds)
    select institution_id, day, calls, failures, response_times, longest_ms, down from seen
    where calls > 0 or down > 0 order by institution_id
    on conflict (institution_id, day) do update set
      calls = kept.calls + excluded.calls, failures = kept.failures + excluded.failures,
      response_times = add_counts(kept.response_times, excluded.response_times),
      longest_ms = greatest(kept.longest_ms, excluded.longest_ms),
      unavailable_seconds = least(86400, kept.unavailable_seconds + excluded.unavailable_seconds))
  select count(*)::integer as recorded from latest`;

/** What records routers see of the adapters, kept by the hour and by the legal day; a router itself owns nothing durable. */
export class AdapterHealthService {
  /** Takes a report of a router, and lets go of what is too old, some rows at a time. */
  record(scope: RequestScope, input: RecordAdapterHealthInput): Promise<RecordAdapterHealthResult> {
    return mutate(
      scope,
      {
        operation: 'recordAdapterHealth',
        action: 'REPORT_FIGURES',
        subjectType: 'AdapterHealth',
        input,
        // Every router reports every minute.
        isRoutine: true,
      },
      async (transaction) => {
        if (scope.principal.kind !== 'SERVICE') {
          throw refuse('ACTION_FORBIDDEN', { action: 'recordAdapterHealth' });
        }
        checkInput(report, input);
        const now = scope.clock.now();
        await transaction.sql.execute(lockLatest, [
          JSON.stringify(input.samples.map(({ institutionId }) => institutionId)),
        ]);
        const [found] = await transaction.sql.execute<{ recorded: number }>(recordSamples, [
          now.toISOString(),
          JSON.stringify(input.samples.map(asRow)),
        ]);
        const before = new Date(now.getTime() - keptDays * dayMs).toISOString();
        for (const prune of prunes) await transaction.sql.execute(prune, [before]);
        const recorded = found?.recorded ?? 0;
        return { report: { recorded } };
      },
    );
  }
}

function asRow(sample: AdapterHealthSample): object {
  return {
    institution_id: sample.institutionId,
    health: sample.health,
    freshness: sample.freshness ?? null,
    last_answer_at: sample.lastAnswerAt ?? null,
    calls: sample.calls,
    failures: sample.failures,
    longest_ms: sample.longestMs,
    response_times: Array.from({ length: classes }, (_, place) => sample.responseTimes[place] ?? 0),
  };
}
