import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** A deposit of the learners room: which school and which of its courses it is about. */
@ObjectType('Deposit')
@Directive('@key(fields: "id")')
export class DepositReference {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  @Directive('@external')
  issuerId!: string;

  @Field(() => String, { nullable: true })
  @Directive('@external')
  courseCode!: string | null;
}
