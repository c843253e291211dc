import { ArgsType, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { Job } from '../../kit/room/schema/shared-types.js';
import { SecretariatFile } from '../secretariat-documents/secretariat-file.types.js';

/** What can count as a contribution. */
export enum ContributionComponent {
  OUTCOMES_CERTIFIED = 'OUTCOMES_CERTIFIED',
  AGREEMENTS_SIGNED = 'AGREEMENTS_SIGNED',
  CONVERSIONS = 'CONVERSIONS',
  RESOURCES_SHARED = 'RESOURCES_SHARED',
  ALLIANCE_ACTIVITIES = 'ALLIANCE_ACTIVITIES',
  MEETINGS_ATTENDED = 'MEETINGS_ATTENDED',
  OTHER = 'OTHER',
}
registerEnumType(ContributionComponent, {
  name: 'ContributionComponent',
  description: 'What can count as a contribution of a member.',
});

/** How much a component counts. */
@ObjectType({
  description: 'How many points one unit of a component gives, and how many units count at most.',
})
export class ContributionWeight {
  @Field(() => ContributionComponent)
  component!: ContributionComponent;

  @Field(() => DecimalScalar, { description: 'Points for one unit.' })
  weight!: string;

  @Field(() => DecimalScalar, { nullable: true, description: 'Units that count at most; all without.' })
  mostUnits!: string | null;
}

/** What counts how much, from a day on (charter art. 14). */
@ObjectType({ description: 'What counts how much, from a day on; it never changes, another one follows it.' })
export class ContributionScheme {
  @Field(() => ID)
  id!: string;

  @Field(() => DateScalar)
  effectiveFrom!: string;

  @Field(() => [ContributionWeight])
  weights!: ContributionWeight[];

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A quantity that somebody recorded. */
@ObjectType({ description: 'A contribution that an official recorded with its evidence.' })
export class ContributionEntry {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int, { description: 'The calendar year.' })
  period!: number;

  @Field(() => ContributionComponent)
  component!: ContributionComponent;

  @Field(() => DecimalScalar, { description: 'In units of the component; a correction may be negative.' })
  quantity!: string;

  @Field(() => String)
  evidence!: string;

  @Field(() => [SecretariatFile])
  files!: SecretariatFile[];

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A page of recorded contributions. */
export const ContributionEntryConnection = connectionType(ContributionEntry, 'ContributionEntry');

/** The points of a component. */
@ObjectType({ description: 'The points that a component gave, with what they were computed from.' })
export class ContributionPoints extends ContributionWeight {
  @Field(() => DecimalScalar, { description: 'Units that were found, before the limit.' })
  quantity!: string;

  @Field(() => DecimalScalar)
  points!: string;
}

/** What a member's contributions of a year come to. */
@ObjectType({ description: "What a member's contributions of a year come to; frozen once it is published." })
export class ContributionScore {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int, { description: 'The calendar year.' })
  period!: number;

  @Field(() => [ContributionPoints])
  components!: ContributionPoints[];

  @Field(() => DecimalScalar, { description: 'The sum of the points.' })
  points!: string;

  @Field(() => DateTimeScalar)
  computedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when it no longer changes.' })
  publishedAt!: Date | null;
}

/** A page of the ranking. */
export const ContributionScoreConnection = connectionType(ContributionScore, 'ContributionScore');

/** The arguments of `contributionRanking`. */
@ArgsType()
export class ContributionRankingArguments extends PageArguments {
  @Field(() => Int, { description: 'The calendar year.' })
  period!: number;
}

/** The arguments of `contributionEntries`. */
@ArgsType()
export class ContributionEntriesArguments extends PageArguments {
  @Field(() => Int, { description: 'The calendar year.' })
  period!: number;

  @Field(() => ID, { nullable: true })
  institutionId?: string;
}

/** A computation of the scores of a year. */
@ObjectType({ description: 'A computation of the scores of all members for a year.' })
export class ContributionComputation {
  @Field(() => ID)
  id!: string;

  @Field(() => Job)
  job!: Job;

  @Field(() => Int)
  period!: number;

  @Field(() => Int, { nullable: true, description: 'How many members have a score now.' })
  scored!: number | null;
}

/** The scores of a year, as a whole. */
@ObjectType({ description: 'The published scores of a year.' })
export class ContributionPublication {
  @Field(() => Int)
  period!: number;

  @Field(() => Int, { description: 'How many members have a score.' })
  scored!: number;

  @Field(() => DateTimeScalar)
  publishedAt!: Date;
}
