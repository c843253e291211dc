import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Credits } from '../../kit/room/schema/shared-types.js';

/** A deposit; `learners` answers for everything but what is added here. */
@ObjectType('Deposit')
@Directive('@key(fields: "id")')
export class DepositReference {
  @Field(() => ID)
  @Directive('@authenticated')
  id!: string;

  @Field(() => Credits)
  @Directive('@external')
  credits!: Credits;
}
