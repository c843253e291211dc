import 'reflect-metadata';
import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../schema/scalars.js';

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

/** What the inputs of `create…Upload` mutations extend; the graph shows only the input that extends it. */
@InputType()
export class UploadInput {
  @Field(() => String)
  fileName!: string;

  @Field(() => String)
  idempotencyKey!: string;
}
