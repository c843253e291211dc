import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { rankingType } from '../../kit/room/figures/ranking.js';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { Institution } from '../institutions/institution.types.js';

/** How an adapter is doing, as the records router sees it. */
export enum AdapterHealth {
  UP = 'UP',
  DEGRADED = 'DEGRADED',
  DOWN = 'DOWN',
}
registerEnumType(AdapterHealth, {
  name: 'AdapterHealth',
  description: 'How an adapter is doing, as the records router sees it; one that was never asked has none.',
});

/** How fresh an answer of an adapter would be; the same values as in the contract of school records. */
export enum AdapterFreshness {
  LIVE = 'LIVE',
  CACHED = 'CACHED',
  STALE = 'STALE',
  UNAVAILABLE = 'UNAVAILABLE',
}
registerEnumType(AdapterFreshness, {
  name: 'AdapterFreshness',
  description: 'How fresh an answer of an adapter would be.',
});

/** What a ranking of adapters goes by. */
export enum AdapterRankingFigure {
  RESPONSE_P95 = 'RESPONSE_P95',
  FAILURES = 'FAILURES',
  STALENESS = 'STALENESS',
  UNAVAILABLE = 'UNAVAILABLE',
}
registerEnumType(AdapterRankingFigure, {
  name: 'AdapterRankingFigure',
  description: 'What a ranking of adapters goes by.',
  valuesConfig: {
    RESPONSE_P95: {
      description:
        'Milliseconds within which 95 of 100 questions were answered or failed; at most a quarter too long.',
    },
    FAILURES: { description: 'Questions that failed.' },
    STALENESS: { description: 'Seconds since the last answer, now; the period does not matter.' },
    UNAVAILABLE: { description: 'Seconds in which it was down.' },
  },
});

/** What a records router saw of one school since its last report. */
@InputType({ description: 'What a records router saw of one school since its last report.' })
export class AdapterHealthSample {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => AdapterHealth)
  health!: AdapterHealth;

  @Field(() => AdapterFreshness, { nullable: true })
  freshness?: AdapterFreshness;

  @Field(() => DateTimeScalar, { nullable: true })
  lastAnswerAt?: Date;

  @Field(() => Int, { description: 'Questions that reached the school, answered or failed.' })
  calls!: number;

  @Field(() => Int)
  failures!: number;

  @Field(() => Int, { description: 'Milliseconds of the longest question.' })
  longestMs!: number;

  @Field(() => [Int], {
    description:
      'Questions by class of response time (kit/room/figures/response-times.ts); zeros at the end may be left out.',
  })
  responseTimes!: number[];
}

/** A report of a records router. */
@InputType({ description: 'A report of a records router; one that gets lost is made good by the next.' })
export class RecordAdapterHealthInput {
  @Field(() => [AdapterHealthSample], { description: '500 schools at most.' })
  samples!: AdapterHealthSample[];
}

/** What became of a report. */
@ObjectType({ description: 'What became of a report.' })
export class AdapterHealthReport {
  @Field(() => Int, { description: 'Schools of which something was recorded; unknown ones are left out.' })
  recorded!: number;
}

/** What `recordAdapterHealth` answers. */
export type RecordAdapterHealthResult = Payload<{ report: AdapterHealthReport }>;

/** What `recordAdapterHealth` answers. */
export const RecordAdapterHealthPayload = payloadType('recordAdapterHealth', 'report', AdapterHealthReport);

/** Adapters of one freshness. */
@ObjectType()
export class AdaptersOfFreshness {
  @Field(() => AdapterFreshness)
  freshness!: AdapterFreshness;

  @Field(() => Int)
  adapters!: number;
}

/** One adapter that stands out. */
@ObjectType({ description: 'One adapter that stands out.' })
export class AdapterExtreme {
  @Field(() => Institution, { nullable: true })
  institution!: Institution | null;

  @Field(() => Int, { description: 'Milliseconds of the slowest, seconds of the stalest.' })
  value!: number;
}

/** How the adapters of the members are doing. */
@ObjectType({
  description: 'How the adapters of the members are doing: now, and in the questions of today and yesterday.',
})
export class AdapterFigures {
  @Field(() => Int, {
    description: 'Schools that are connected and switched on: up, degraded, down and silent.',
  })
  connected!: number;

  @Field(() => Int)
  up!: number;

  @Field(() => Int, { description: 'Its last question failed.' })
  degraded!: number;

  @Field(() => Int, { description: 'It failed again and again, and is not asked for a while.' })
  down!: number;

  @Field(() => Int, { description: 'Nothing was heard of it for five minutes, or it was never asked.' })
  silent!: number;

  @Field(() => [AdaptersOfFreshness])
  byFreshness!: AdaptersOfFreshness[];

  @Field(() => Int, { description: 'Questions of today and yesterday.' })
  calls!: number;

  @Field(() => Int, { description: 'Questions of today and yesterday that failed.' })
  failures!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Milliseconds, over all schools; at most a quarter too long.',
  })
  responseP50Ms!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Milliseconds, over all schools; at most a quarter too long.',
  })
  responseP95Ms!: number | null;

  @Field(() => Int, { nullable: true, description: 'Milliseconds of the longest question.' })
  longestMs!: number | null;

  @Field(() => AdapterExtreme, {
    nullable: true,
    description: 'The highest 95th percentile of today and yesterday.',
  })
  slowest!: AdapterExtreme | null;

  @Field(() => AdapterExtreme, { nullable: true, description: 'The one whose last answer is longest ago.' })
  stalest!: AdapterExtreme | null;
}

/** A page of a ranking of adapters. */
export const AdapterRankingConnection = rankingType('AdapterRanking', Institution, {
  description: 'Milliseconds, seconds or questions, as the figure says.',
});
