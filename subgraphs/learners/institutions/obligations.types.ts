import { Field, Int, ObjectType } from 'type-graphql';

/** What an institution still owes to learners. */
@ObjectType({ description: 'What an institution still owes to learners (charter art. 21.3).' })
export class DepositObligations {
  @Field(() => Int, { description: 'Deposits of its own that are still to be reviewed.' })
  deposits!: number;
}
