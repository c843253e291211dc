import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** The dashboard of the institutions room; this room adds its figures about the institutions that it names. */
@ObjectType('Dashboard')
@Directive('@key(fields: "id")')
export class DashboardReference {
  @Field(() => ID)
  @Directive('@public')
  id!: string;

  @Field(() => [ID], { nullable: true })
  @Directive('@external')
  @Directive('@public')
  institutionIds!: readonly string[] | null;
}
