import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { InstitutionKind } from '../institutions/institution.types.js';
import { MembershipState } from '../memberships/membership.types.js';

/** A member as the roster states it as of a date. */
@ObjectType({ description: 'A line of the roster of members (互认联盟名册), as of one date.' })
export class RosterLine {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { description: 'What the institution was called on that date.' })
  name!: string;

  @Field(() => String, { nullable: true })
  nameEn!: string | null;

  @Field(() => InstitutionKind)
  kind!: InstitutionKind;

  @Field(() => String, { nullable: true, description: 'The province (省、自治区、直辖市).' })
  province!: string | null;

  @Field(() => String, { description: "The alliance's code of the member on that date." })
  memberCode!: string;

  @Field(() => MembershipState, { description: 'The state of the membership on that date.' })
  state!: MembershipState;

  @Field(() => DateScalar, { description: 'Since when the membership was in that state.' })
  since!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day on which it no longer was; null while it is.',
  })
  until!: string | null;

  @Field(() => DateScalar)
  joinedOn!: string;
}

/** A page of the roster of members. */
export const RosterLineConnection = connectionType(RosterLine, 'RosterLine');

/** Which members to list. */
@InputType({ description: 'Which members to list; conditions are joined by AND.' })
export class MembersFilter {
  @Field(() => [InstitutionKind], { nullable: true })
  kinds?: InstitutionKind[];

  @Field(() => [String], { nullable: true })
  provinces?: string[];

  @Field(() => [MembershipState], {
    nullable: true,
    description:
      'States on that date. Left out: all in which an institution is a member; name others to find who has left.',
  })
  states?: MembershipState[];

  @Field(() => String, {
    nullable: true,
    description: 'Part of the name of that date, or of the member code.',
  })
  search?: string;
}

/** How members are ordered. */
export enum MembersOrder {
  MEMBER_CODE_ASC = 'MEMBER_CODE_ASC',
  NAME_ASC = 'NAME_ASC',
  JOINED_ON_ASC = 'JOINED_ON_ASC',
}
registerEnumType(MembersOrder, { name: 'MembersOrder' });

/** The arguments of `members`. */
@ArgsType()
export class MembersArguments extends PageArguments {
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The legal date of the roster, not after today; today by default.',
  })
  asOf?: string;

  @Field(() => MembersFilter, { nullable: true })
  filter?: MembersFilter;

  @Field(() => MembersOrder, { nullable: true, defaultValue: MembersOrder.MEMBER_CODE_ASC })
  orderBy!: MembersOrder;
}

/** Whom to verify, and as of when. */
@ArgsType()
export class VerifyMembershipArguments {
  @Field(() => String, { nullable: true, description: "The alliance's code of the member." })
  memberCode?: string;

  @Field(() => ID, { nullable: true, description: 'Or the institution; then the code is not looked at.' })
  institutionId?: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The legal date asked about, not after today; today by default.',
  })
  asOf?: string;
}

/** Whether an institution was a member on a date. */
@ObjectType({ description: 'Whether an institution was a member of the alliance on a date.' })
export class MembershipVerification {
  @Field(() => DateScalar)
  asOf!: string;

  @Field(() => Boolean, { description: 'Also true while suspended, proposed for exit, or in run-off.' })
  wasMember!: boolean;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => RosterLine, {
    nullable: true,
    description: 'What the roster said on that date, also of one that had left; null before it joined.',
  })
  line!: RosterLine | null;
}

/** The question that a badge leads to: a registered operation and its variables. */
@ObjectType({
  description: 'A registered operation and its variables; anybody may ask it, with a token or without.',
})
export class BadgeVerification {
  @Field(() => String, { description: 'The name of the operation, among those of the portal.' })
  operation!: string;

  @Field(() => String)
  memberCode!: string;

  @Field(() => DateScalar)
  asOf!: string;
}

/** What a member may show the public. */
@ObjectType({ description: 'What a member in good standing may show the public (charter art. 11(6)).' })
export class PublicBadge {
  @Field(() => String)
  textZh!: string;

  @Field(() => String)
  textEn!: string;

  @Field(() => DateScalar)
  memberSince!: string;

  @Field(() => DateScalar, { description: 'The date on which the badge was made, and was true.' })
  asOf!: string;

  @Field(() => BadgeVerification, { description: 'How everybody finds out whether it is true.' })
  verification!: BadgeVerification;
}
