import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** An institution of the institutions room, as far as this room knows it. */
@ObjectType('Institution')
@Directive('@key(fields: "id")')
export class InstitutionReference {
  @Field(() => ID)
  id!: string;
}
