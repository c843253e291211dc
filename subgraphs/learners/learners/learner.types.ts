import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Authenticated } from '../../kit/room/policy/field-rights.js';

/** A person who collects learning outcomes over a lifetime. */
@ObjectType({ description: 'A person who collects learning outcomes over a lifetime.' })
@Directive('@key(fields: "id")')
@Authenticated()
export class Learner {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The legal name; for others all but its first character is masked.' })
  legalName!: string;
}
