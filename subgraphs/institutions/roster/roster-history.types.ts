import { Field, ObjectType } from 'type-graphql';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { MembershipState } from '../memberships/membership.types.js';

/** A name of an institution and when it held. */
@ObjectType({ description: 'A name of an institution and when it held; the interval is half-open.' })
export class InstitutionName {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  nameEn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Null: since before the records begin.' })
  validFrom!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Null: it is called so today.' })
  validTo!: string | null;
}

/** A time in which a membership was in one state. */
@ObjectType({ description: 'A time in which a membership was in one state; the interval is half-open.' })
export class MembershipPeriod {
  @Field(() => MembershipState)
  state!: MembershipState;

  @Field(() => String)
  memberCode!: string;

  @Field(() => DateScalar)
  joinedOn!: string;

  @Field(() => DateScalar)
  validFrom!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Null: it is in this state today.' })
  validTo!: string | null;
}
