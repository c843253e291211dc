import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { payloadType } from '../../kit/room/schema/mutation-types.js';

/** A file as a row keeps it: what is known of it, never its bytes. */
export interface KeptFile {
  readonly uploadId: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file of the secretariat's work. */
@ObjectType({ description: "A file of the secretariat's work: a document, materials, evidence." })
export class SecretariatFile {
  @Field(() => String)
  fileName!: string;

  @Field(() => Int)
  bytes!: number;

  @Field(() => String, { description: 'SHA-256, 64 hexadecimal digits.' })
  sha256!: string;

  /** For the link; not a field of the graph. */
  uploadId!: string;
}

/** Asks for an address to upload a file to. */
@InputType({ description: 'Asks for a one-time, resumable address for a document, materials or evidence.' })
export class CreateSecretariatUploadInput extends UploadInput {}

/** What `createSecretariatUpload` answers. */
export const CreateSecretariatUploadPayload = payloadType('createSecretariatUpload', 'upload', Upload);
