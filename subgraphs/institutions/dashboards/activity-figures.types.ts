import { Field, Int, ObjectType } from 'type-graphql';
import { rankingType } from '../../kit/room/figures/ranking.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { ActivityKind } from '../activities/activity.types.js';
import { Institution } from '../institutions/institution.types.js';

/** Activities of one kind. */
@ObjectType()
export class ActivitiesOfKind {
  @Field(() => ActivityKind)
  kind!: ActivityKind;

  @Field(() => Int)
  activities!: number;

  @Field(() => Int, { description: 'Institutions that did any of it.' })
  institutions!: number;
}

/** What members did in the last three years. */
@ObjectType({
  description: 'What members did in the last three years, as the charter counts it (art. 21.1).',
})
export class ActivityFigures {
  @Field(() => DateScalar, { description: 'What happened on this day no longer counts.' })
  since!: string;

  @Field(() => [ActivitiesOfKind])
  byKind!: ActivitiesOfKind[];

  @Field(() => Int, {
    description: 'Members of which nothing counted for three years; `inactivityCandidates` lists them.',
  })
  exitCandidates!: number;
}

/** Members by their activities. */
export const ActivityRankingConnection = rankingType('ActivityRanking', Institution, {
  description: 'Activities of the last three years.',
});
