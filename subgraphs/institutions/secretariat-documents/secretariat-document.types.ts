import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import { SecretariatFile } from './secretariat-file.types.js';

/** The states of a document. */
export enum SecretariatDocumentState {
  DRAFT = 'DRAFT',
  IN_REVIEW = 'IN_REVIEW',
  APPROVED = 'APPROVED',
  PUBLISHED = 'PUBLISHED',
  ARCHIVED = 'ARCHIVED',
}
registerEnumType(SecretariatDocumentState, {
  name: 'SecretariatDocumentState',
  description: 'The state of a document of the secretariat.',
});

/** What a document is. */
export enum DocumentKind {
  PLAN = 'PLAN',
  REPORT = 'REPORT',
  DRAFT_RULE = 'DRAFT_RULE',
  NOTICE = 'NOTICE',
  MINUTES = 'MINUTES',
}
registerEnumType(DocumentKind, {
  name: 'DocumentKind',
  description: 'What a document of the secretariat is.',
});

/** Who may read a published document. */
export enum DocumentAudience {
  MEMBERS = 'MEMBERS',
  COUNCIL = 'COUNCIL',
  PUBLIC = 'PUBLIC',
}
registerEnumType(DocumentAudience, {
  name: 'DocumentAudience',
  description:
    'Who may read a published document: officials of members, the council and its overseers, everybody.',
});

/** An approval of a version. */
@ObjectType({ description: 'The approval of one version by a person who was named for it.' })
export class DocumentApproval {
  @Field(() => String, { description: 'The subject of the approver.' })
  givenBy!: string;

  @Field(() => DateTimeScalar)
  givenAt!: Date;
}

/** One version of a document. */
@ObjectType({ description: 'One version of a document; it never changes.' })
export class DocumentVersion {
  @Field(() => Int)
  versionNo!: number;

  @Field(() => SecretariatFile)
  file!: SecretariatFile;

  @Field(() => String, { nullable: true })
  note!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => [DocumentApproval], {
    description: 'For the secretariat, the council and its overseers; empty for others.',
  })
  approvals!: DocumentApproval[];
}

/** A document of the secretariat (charter art. 14, 17). */
@ObjectType({ description: 'A plan, a report, a draft rule, a notice or minutes of the secretariat.' })
export class SecretariatDocument extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => DocumentKind)
  kind!: DocumentKind;

  @Field(() => String)
  title!: string;

  @Field(() => DocumentAudience)
  audience!: DocumentAudience;

  @Field(() => DateScalar, { nullable: true, description: 'The day from which it counts.' })
  effectiveOn!: string | null;

  @Field(() => Int, { description: 'The number of the newest version.' })
  currentVersion!: number;

  @Field(() => SecretariatDocumentState)
  state!: SecretariatDocumentState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => String, { nullable: true, description: 'Why it was given back or archived.' })
  note!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A page of documents. */
export const SecretariatDocumentConnection = connectionType(SecretariatDocument, 'SecretariatDocument');

/** Which documents to list. */
@InputType({ description: 'Which documents to list; conditions are joined by AND.' })
export class SecretariatDocumentFilter {
  @Field(() => String, { nullable: true, description: 'Part of the title.' })
  titleContains?: string;

  @Field(() => DocumentKind, { nullable: true })
  kind?: DocumentKind;

  @Field(() => [SecretariatDocumentState], { nullable: true })
  states?: SecretariatDocumentState[];
}

/** The arguments of `secretariatDocuments`. */
@ArgsType()
export class SecretariatDocumentsArguments extends PageArguments {
  @Field(() => SecretariatDocumentFilter, { nullable: true })
  filter?: SecretariatDocumentFilter;
}
