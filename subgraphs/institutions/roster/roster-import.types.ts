import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { Job, JobRowError } from '../../kit/room/schema/shared-types.js';

/** An import of the Ministry's list. */
@ObjectType({
  description:
    "An import of the Ministry's list: the first is taken at once, a newer one is compared and waits for a person.",
})
export class RosterImport {
  @Field(() => ID)
  id!: string;

  @Field(() => Job)
  job!: Job;

  @Field(() => String, { nullable: true, description: 'The date of the list, YYYY-MM-DD.' })
  asOf!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Institutions that are new on the roster; null where the list was only compared.',
  })
  added!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Institutions whose facts changed; null where the list was only compared.',
  })
  changed!: number | null;

  @Field(() => Int, { nullable: true, description: 'Institutions that were known just so.' })
  unchanged!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many rows were not taken.' })
  rejectedCount!: number | null;

  @Field(() => [JobRowError], { description: 'The first 1,000 rows that were not taken, with the reason.' })
  rejected!: JobRowError[];
}

/** Asks for an address to upload a list to. */
@InputType({ description: 'Asks for a one-time, resumable address to upload a list of institutions to.' })
export class CreateRosterUploadInput extends UploadInput {}

/** What `createRosterUpload` answers. */
export const CreateRosterUploadPayload = payloadType('createRosterUpload', 'upload', Upload);

/** Starts an import of an uploaded list. */
@InputType({ description: "Starts an import of the Ministry's list from an uploaded JSON file." })
export class ImportRosterInput {
  @Field(() => ID)
  uploadId!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `importRoster` answers. */
export const ImportRosterPayload = payloadType('importRoster', 'rosterImport', RosterImport);
