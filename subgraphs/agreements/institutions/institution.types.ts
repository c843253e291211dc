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

/** What came of an institution's agreements. */
@ObjectType({ description: "What came of an institution's agreements, in figures without people." })
export class ConversionSummary {
  @Field(() => Int, { description: 'Agreements in force today.' })
  agreementsInForce!: number;

  @Field(() => Int, { description: 'Other institutions with which an agreement is in force today.' })
  partners!: number;

  @Field(() => [Credits], {
    description: 'Credits of its deposits that were converted, one amount per scheme.',
  })
  convertedCredits!: Credits[];

  @Field(() => [Credits], {
    description: 'Credits of its deposits that are reserved, one amount per scheme.',
  })
  reservedCredits!: Credits[];
}
