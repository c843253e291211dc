import 'reflect-metadata';
import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../schema/scalars.js';
import { UserError } from '../schema/user-error.js';

/** A one-time address for one file. */
@ObjectType({
  description: 'A one-time address for one file: PUT the whole file, or resume with the tus protocol.',
})
@Directive('@shareable')
export class Upload {
  @Field(() => ID)
  uploadId!: string;

  @Field(() => String, {
    description: 'Where to send the bytes; relative to the graph when it begins with a slash.',
  })
  url!: string;

  @Field(() => DateTimeScalar)
  expiresAt!: Date;
}

/** Asks for an address to upload a file to. */
@InputType({ description: 'Asks for a one-time, resumable address to upload a file to.' })
export class CreateUploadInput {
  @Field(() => String)
  fileName!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation that opens an upload answers. */
@ObjectType()
@Directive('@shareable')
export class CreateUploadPayload {
  @Field(() => Upload, { nullable: true })
  upload!: Upload | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}
