import { Field, Int, ObjectType } from 'type-graphql';
import { Credits } from '../../kit/room/schema/shared-types.js';
import { DepositCategory } from './deposit.types.js';

/** What a learner has banked in one category. */
@ObjectType({
  description: 'What a learner has banked in one category; schemes are never added to each other.',
})
export class ArchiveCategory {
  @Field(() => DepositCategory)
  category!: DepositCategory;

  @Field(() => Int)
  deposits!: number;

  @Field(() => [Credits], { description: 'One amount per credit scheme.' })
  credits!: Credits[];
}
