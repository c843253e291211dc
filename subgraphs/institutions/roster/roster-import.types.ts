import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Job, JobRowError } from '../../kit/room/schema/shared-types.js';
import { UserError } from '../../kit/room/schema/user-error.js';

/** An import of the Ministry's list. */
@ObjectType({
  description:
    "An import of the Ministry's list: the rows that fit are taken together, the others are reported.",
})
export class RosterImport {
  @Field(() => ID)
  id!: string;

  @Field(() => Job)
  job!: Job;

  @Field(() => String, { nullable: true, description: 'The date of the list, YYYY-MM-DD.' })
  asOf!: string | null;

  @Field(() => Int, { nullable: true, description: 'Institutions that are new on the roster.' })
  added!: number | null;

  @Field(() => Int, { nullable: true, description: 'Institutions whose facts changed.' })
  changed!: number | null;

  @Field(() => Int, { nullable: true, description: 'Institutions that were known just so.' })
  unchanged!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many rows were not taken.' })
  rejectedCount!: number | null;

  @Field(() => [JobRowError], { description: 'The first 1,000 rows that were not taken, with the reason.' })
  rejected!: JobRowError[];
}

/** Starts an import of an uploaded list. */
@InputType({ description: "Starts an import of the Ministry's list from an uploaded JSON file." })
export class ImportRosterInput {
  @Field(() => ID)
  uploadId!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `importRoster` answers. */
@ObjectType()
export class ImportRosterPayload {
  @Field(() => RosterImport, { nullable: true })
  rosterImport!: RosterImport | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}
