import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Credits } from '../../kit/room/schema/shared-types.js';

/** An institution; its room answers for everything but what is added here. */
@ObjectType('Institution')
@Directive('@key(fields: "id")')
export class InstitutionReference {
  @Field(() => ID)
  @Directive('@public')
  id!: string;
}

/** What an institution has deposited. */
@ObjectType({ description: 'What an institution has banked, in figures without people.' })
export class DepositSummary {
  @Field(() => Int)
  deposits!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many learners; null below ten, so that nobody is singled out.',
  })
  learners!: number | null;

  @Field(() => [Credits], {
    description: 'One amount per credit scheme; schemes are never added to each other.',
  })
  credits!: Credits[];
}
