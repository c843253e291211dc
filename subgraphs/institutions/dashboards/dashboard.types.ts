import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Public } from '../../kit/room/policy/field-rights.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { InstitutionKind } from '../institutions/institution.types.js';
import { MembershipState } from '../memberships/membership.types.js';

/**
 * Figures about the members that a filter selects. The root field decides who gets one; every subgraph answers for its
 * own figures of these members.
 */
@ObjectType({ description: 'Figures about the members that a filter selects; every subgraph gives its own.' })
@Directive('@key(fields: "id")')
export class Dashboard {
  @Field(() => ID, { description: 'Opaque; carries the filter and the instant. Nothing is stored.' })
  @Public()
  id!: string;

  @Field(() => [ID], {
    nullable: true,
    description: 'The members that the filter selects, for the other subgraphs; null: all of them.',
  })
  @Directive('@inaccessible')
  @Public()
  institutionIds!: readonly string[] | null;

  @Field(() => DateTimeScalar, { description: 'The instant that the figures are about.' })
  @Public()
  asOf!: Date;
}

/** Which members figures are about. */
@InputType({
  description:
    'Which members figures are about; conditions are joined by AND, and what is left out restricts nothing.',
})
export class DashboardFilter {
  @Field(() => [ID], { nullable: true })
  institutionIds?: string[];

  @Field(() => [String], { nullable: true })
  provinces?: string[];

  @Field(() => [InstitutionKind], { nullable: true })
  kinds?: InstitutionKind[];

  @Field(() => [MembershipState], { nullable: true })
  memberStates?: MembershipState[];

  @Field(() => ID, { nullable: true, description: 'Those who are members of this sub-alliance.' })
  subAllianceId?: string;
}

/** Members in one state. */
@ObjectType()
export class MembersInState {
  @Field(() => MembershipState)
  state!: MembershipState;

  @Field(() => Int)
  members!: number;
}

/** Members of one kind. */
@ObjectType()
export class MembersOfKind {
  @Field(() => InstitutionKind)
  kind!: InstitutionKind;

  @Field(() => Int)
  members!: number;
}

/** Members in one province. */
@ObjectType()
export class MembersInProvince {
  @Field(() => String, { nullable: true, description: 'Null: of no known province.' })
  province!: string | null;

  @Field(() => Int)
  members!: number;
}

/** The members, counted. */
@ObjectType({
  description:
    'The members on a day, counted; those that have left are counted by state only. Kind and province are those of today.',
})
export class MemberFigures {
  @Field(() => Int, { description: 'Members on the day.' })
  total!: number;

  @Field(() => Int, {
    description: 'Provinces in which there is a member on the day (features.md #74: 覆盖省份).',
  })
  provincesCovered!: number;

  @Field(() => [MembersInState])
  byState!: MembersInState[];

  @Field(() => [MembersOfKind])
  byKind!: MembersOfKind[];

  @Field(() => [MembersInProvince], { description: 'The province with the most members first.' })
  byProvince!: MembersInProvince[];
}

/** Who came and who went. */
@ObjectType({ description: 'Who came and who went in a time.' })
export class MemberChanges {
  @Field(() => Int)
  joined!: number;

  @Field(() => Int)
  left!: number;
}

/** One point of the series of members. */
@ObjectType({ description: 'One point of the series of members.' })
export class MemberSeriesPoint {
  @Field(() => DateScalar)
  from!: string;

  @Field(() => DateScalar, { description: 'The first day that no longer belongs to the point.' })
  to!: string;

  @Field(() => Int, { description: 'Members at the end of it.' })
  members!: number;

  @Field(() => Int)
  joined!: number;

  @Field(() => Int)
  left!: number;
}
