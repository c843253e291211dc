import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Public, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import {
  ApproveSecretariatDocumentInput,
  ApproveSecretariatDocumentPayload,
  ArchiveSecretariatDocumentInput,
  ArchiveSecretariatDocumentPayload,
  CreateSecretariatDocumentInput,
  CreateSecretariatDocumentPayload,
  PublishSecretariatDocumentInput,
  PublishSecretariatDocumentPayload,
  ReturnSecretariatDocumentInput,
  ReturnSecretariatDocumentPayload,
  ReviseSecretariatDocumentInput,
  ReviseSecretariatDocumentPayload,
  SubmitSecretariatDocumentInput,
  SubmitSecretariatDocumentPayload,
  type SecretariatDocumentPayload,
} from './secretariat-document.inputs.js';
import type { SecretariatDocumentService } from './secretariat-document.service.js';
import {
  DocumentVersion,
  SecretariatDocument,
  SecretariatDocumentConnection,
  SecretariatDocumentsArguments,
} from './secretariat-document.types.js';

/** The flow of the secretariat's documents; some of them are for everybody. */
@Resolver(() => SecretariatDocument)
export class SecretariatDocumentResolver {
  readonly #documents: SecretariatDocumentService;

  constructor(documents: SecretariatDocumentService) {
    this.#documents = documents;
  }

  @Query(() => SecretariatDocument, { nullable: true, description: 'One document of the secretariat.' })
  @Public()
  secretariatDocument(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocument | null> {
    return this.#documents.byId(scope, id);
  }

  @Query(() => SecretariatDocumentConnection, {
    nullable: true,
    description: 'Documents of the secretariat that the caller may see, the newest first.',
  })
  @Public()
  secretariatDocuments(
    @Args(() => SecretariatDocumentsArguments) args: SecretariatDocumentsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#documents.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => [DocumentVersion], {
    description: 'All versions for the secretariat, the newest first; for others the current one.',
  })
  versions(@Root() document: SecretariatDocument, @Ctx() { scope }: RoomContext): Promise<DocumentVersion[]> {
    return this.#documents.versionsOf(scope, document);
  }

  @Mutation(() => CreateSecretariatDocumentPayload, {
    nullable: true,
    description: 'Begins a document with its first version.',
  })
  @RequiresRole('SECRETARIAT')
  createSecretariatDocument(
    @Arg('input', () => CreateSecretariatDocumentInput) input: CreateSecretariatDocumentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocumentPayload> {
    return this.#documents.create(scope, input);
  }

  @Mutation(() => ReviseSecretariatDocumentPayload, {
    nullable: true,
    description: 'Makes another version of a draft.',
  })
  @RequiresRole('SECRETARIAT')
  reviseSecretariatDocument(
    @Arg('input', () => ReviseSecretariatDocumentInput) input: ReviseSecretariatDocumentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocumentPayload> {
    return this.#documents.revise(scope, input);
  }

  @Mutation(() => SubmitSecretariatDocumentPayload, {
    nullable: true,
    description: 'Sends a draft to the people who are to approve it.',
  })
  @RequiresRole('SECRETARIAT')
  submitSecretariatDocument(
    @Arg('input', () => SubmitSecretariatDocumentInput) input: SubmitSecretariatDocumentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocumentPayload> {
    return this.#documents.submit(scope, input);
  }

  @Mutation(() => ApproveSecretariatDocumentPayload, {
    nullable: true,
    description: 'Approves the current version of a document.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER')
  approveSecretariatDocument(
    @Arg('input', () => ApproveSecretariatDocumentInput) input: ApproveSecretariatDocumentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocumentPayload> {
    return this.#documents.approve(scope, input);
  }

  @Mutation(() => ReturnSecretariatDocumentPayload, {
    nullable: true,
    description: 'Gives a document back to be changed.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER')
  returnSecretariatDocument(
    @Arg('input', () => ReturnSecretariatDocumentInput) input: ReturnSecretariatDocumentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocumentPayload> {
    return this.#documents.return(scope, input);
  }

  @Mutation(() => PublishSecretariatDocumentPayload, {
    nullable: true,
    description: 'Publishes an approved document to its audience.',
  })
  @RequiresRole('SECRETARIAT')
  publishSecretariatDocument(
    @Arg('input', () => PublishSecretariatDocumentInput) input: PublishSecretariatDocumentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocumentPayload> {
    return this.#documents.publish(scope, input);
  }

  @Mutation(() => ArchiveSecretariatDocumentPayload, { nullable: true, description: 'Archives a document.' })
  @RequiresRole('SECRETARIAT')
  archiveSecretariatDocument(
    @Arg('input', () => ArchiveSecretariatDocumentInput) input: ArchiveSecretariatDocumentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SecretariatDocumentPayload> {
    return this.#documents.archive(scope, input);
  }
}
