import { Field, Int, ObjectType } from 'type-graphql';

/** What an institution still owes under its agreements. */
@ObjectType({ description: 'What an institution still owes under its agreements (charter art. 21.3).' })
export class AgreementObligations {
  @Field(() => Int, { description: 'Signed agreements that bind it today or from a later day on.' })
  agreements!: number;

  @Field(() => Int, { description: 'Applications in flight that have reserved credits of its deposits.' })
  applications!: number;
}
