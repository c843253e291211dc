import { Field, ID, InputType } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { DocumentAudience, DocumentKind, SecretariatDocument } from './secretariat-document.types.js';

/** A new document with its first version. */
@InputType({ description: 'A new document with its first version.' })
export class CreateSecretariatDocumentInput {
  @Field(() => DocumentKind)
  kind!: DocumentKind;

  @Field(() => String, { description: 'One to 200 characters.' })
  title!: string;

  @Field(() => DocumentAudience)
  audience!: DocumentAudience;

  @Field(() => DateScalar, { nullable: true, description: 'The day from which it counts.' })
  effectiveOn?: string;

  @Field(() => ID, { description: 'A finished upload of createSecretariatUpload.' })
  uploadId!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `reviseSecretariatDocument` takes. */
@InputType({ description: 'Another version of a draft; whoever sends it is its maker.' })
export class ReviseSecretariatDocumentInput extends stepInput('secretariatDocumentId') {
  @Field(() => ID, { description: 'A finished upload of createSecretariatUpload.' })
  uploadId!: string;

  @Field(() => String, { nullable: true, description: 'What is new; at most 500 characters.' })
  note?: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day from which it counts; unchanged without.',
  })
  effectiveOn?: string;
}

/** What `submitSecretariatDocument` takes. */
@InputType({ description: 'The draft to be approved, and by whom.' })
export class SubmitSecretariatDocumentInput extends stepInput('secretariatDocumentId') {
  @Field(() => [String], {
    description: 'Subjects of one to ten people of the secretariat or the council; all of them must approve.',
  })
  approvers!: string[];

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `approveSecretariatDocument` takes. */
@InputType({ description: 'The document whose current version the caller approves.' })
export class ApproveSecretariatDocumentInput extends stepInput('secretariatDocumentId') {}

/** A step that must be explained. */
@InputType()
export class ReasonedDocumentStepInput extends reasonedStepInput(
  'secretariatDocumentId',
  'Why; one to 500 characters.',
) {}

/** What `returnSecretariatDocument` takes. */
@InputType({ description: 'The document to give back, and what is to be changed.' })
export class ReturnSecretariatDocumentInput extends ReasonedDocumentStepInput {}

/** What `publishSecretariatDocument` takes. */
@InputType({ description: 'The approved document to publish to its audience.' })
export class PublishSecretariatDocumentInput extends stepInput('secretariatDocumentId') {}

/** What `archiveSecretariatDocument` takes. */
@InputType({ description: 'The document to archive, and why.' })
export class ArchiveSecretariatDocumentInput extends ReasonedDocumentStepInput {}

/** What a mutation of a document answers. */
export type SecretariatDocumentPayload = Payload<{ secretariatDocument: SecretariatDocument }>;

const payload = (mutation: string) => payloadType(mutation, 'secretariatDocument', SecretariatDocument);

/** What `createSecretariatDocument` answers. */
export const CreateSecretariatDocumentPayload = payload('createSecretariatDocument');
/** What `reviseSecretariatDocument` answers. */
export const ReviseSecretariatDocumentPayload = payload('reviseSecretariatDocument');
/** What `submitSecretariatDocument` answers. */
export const SubmitSecretariatDocumentPayload = payload('submitSecretariatDocument');
/** What `approveSecretariatDocument` answers. */
export const ApproveSecretariatDocumentPayload = payload('approveSecretariatDocument');
/** What `returnSecretariatDocument` answers. */
export const ReturnSecretariatDocumentPayload = payload('returnSecretariatDocument');
/** What `publishSecretariatDocument` answers. */
export const PublishSecretariatDocumentPayload = payload('publishSecretariatDocument');
/** What `archiveSecretariatDocument` answers. */
export const ArchiveSecretariatDocumentPayload = payload('archiveSecretariatDocument');
