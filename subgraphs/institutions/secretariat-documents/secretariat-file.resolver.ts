import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Upload } from '../../kit/room/files/upload.types.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import type { SecretariatFileService } from './secretariat-file.service.js';
import {
  CreateSecretariatUploadInput,
  CreateSecretariatUploadPayload,
  SecretariatFile,
} from './secretariat-file.types.js';

/** Files of the secretariat's work. */
@Resolver(() => SecretariatFile)
export class SecretariatFileResolver {
  readonly #files: SecretariatFileService;

  constructor(files: SecretariatFileService) {
    this.#files = files;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where to get the file; expires after minutes, and each use is audited.',
  })
  downloadUrl(@Root() file: SecretariatFile, @Ctx() { scope }: RoomContext): Promise<string> {
    return this.#files.link(scope, file);
  }

  @Mutation(() => CreateSecretariatUploadPayload, {
    nullable: true,
    description: 'Opens a one-time upload for a document, materials or evidence.',
  })
  @RequiresRole('INSTITUTION_ADMIN', 'REGISTRAR', 'SECRETARIAT', 'COUNCIL_MEMBER')
  createSecretariatUpload(
    @Arg('input', () => CreateSecretariatUploadInput) input: CreateSecretariatUploadInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ upload: Upload }>> {
    return this.#files.createUpload(scope, input);
  }
}
