import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** What an entry is about. */
export enum DossierTopic {
  PROFILE = 'PROFILE',
  CONTACT = 'CONTACT',
  QUALITY_ASSURANCE = 'QUALITY_ASSURANCE',
  DOCUMENT = 'DOCUMENT',
}
registerEnumType(DossierTopic, { name: 'DossierTopic', description: 'What an entry of a dossier is about.' });

/** Who may read an entry. */
export enum DossierVisibility {
  PUBLIC = 'PUBLIC',
  MEMBER = 'MEMBER',
  SECRETARIAT = 'SECRETARIAT',
}
registerEnumType(DossierVisibility, {
  name: 'DossierVisibility',
  description: 'Who may read an entry, besides the institution itself and the secretariat.',
  valuesConfig: {
    MEMBER: { description: 'Registrars and administrators of members in good standing; reading is audited.' },
    SECRETARIAT: { description: 'Nobody else.' },
  },
});

/** The words of an entry. */
@ObjectType({ description: 'The words of an entry of a dossier, in Chinese and perhaps in English.' })
class DossierWords {
  @Field(() => DossierVisibility)
  visibility!: DossierVisibility;

  @Field(() => String)
  titleZh!: string;

  @Field(() => String, { nullable: true })
  titleEn!: string | null;

  @Field(() => String)
  textZh!: string;

  @Field(() => String, { nullable: true })
  textEn!: string | null;

  @Field(() => String, { nullable: true, description: 'Where a document or a page lies; https.' })
  url!: string | null;
}

/** Something that an institution says of itself. */
@ObjectType({ description: 'Something that an institution says of itself in its dossier.' })
export class DossierEntry extends DossierWords {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => DossierTopic)
  topic!: DossierTopic;

  @Field(() => DateTimeScalar)
  updatedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was taken back; null while it is shown.',
  })
  withdrawnAt!: Date | null;

  @Field(() => Int)
  version!: number;
}

/** An entry as it was. */
@ObjectType({ description: 'An entry of a dossier as it was in one version.' })
export class DossierEntryVersion extends DossierWords {
  @Field(() => Int)
  version!: number;

  @Field(() => DateTimeScalar)
  writtenAt!: Date;

  @Field(() => Boolean, { description: 'Whether it was taken back with this version.' })
  withdrawn!: boolean;
}

/** A page of versions. */
export const DossierEntryVersionConnection = connectionType(DossierEntryVersion, 'DossierEntryVersion');

/** What the alliance knows of an institution, and what the institution says of itself. */
@ObjectType({
  description:
    'The dossier of an institution (charter art. 11(5)): its history, and what it says of itself to whom.',
})
export class InstitutionDossier {
  @Field(() => ID)
  institutionId!: string;
}

/** Which entries to show. */
@ArgsType()
export class DossierEntriesArguments {
  @Field(() => [DossierTopic], { nullable: true })
  topics?: DossierTopic[];
}

/** The arguments of `dossierEntryVersions`. */
@ArgsType()
export class DossierEntryVersionsArguments extends PageArguments {
  @Field(() => ID)
  entryId!: string;
}

/** What `addDossierEntry` takes. */
@InputType({ description: 'A new entry of a dossier, written by an administrator of the institution.' })
export class AddDossierEntryInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => DossierTopic)
  topic!: DossierTopic;

  @Field(() => DossierVisibility)
  visibility!: DossierVisibility;

  @Field(() => String, { description: '200 characters at most.' })
  titleZh!: string;

  @Field(() => String, { nullable: true })
  titleEn?: string;

  @Field(() => String, { description: '5,000 characters at most.' })
  textZh!: string;

  @Field(() => String, { nullable: true })
  textEn?: string;

  @Field(() => String, { nullable: true, description: 'https, 500 characters at most.' })
  url?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `updateDossierEntry` takes. */
@InputType({ description: 'The whole content of the next version of an entry; what is left out is empty.' })
export class UpdateDossierEntryInput extends stepInput('entryId') {
  @Field(() => DossierVisibility)
  visibility!: DossierVisibility;

  @Field(() => String, { description: '200 characters at most.' })
  titleZh!: string;

  @Field(() => String, { nullable: true })
  titleEn?: string;

  @Field(() => String, { description: '5,000 characters at most.' })
  textZh!: string;

  @Field(() => String, { nullable: true })
  textEn?: string;

  @Field(() => String, { nullable: true, description: 'https, 500 characters at most.' })
  url?: string;
}

/** What `withdrawDossierEntry` takes. */
@InputType({ description: 'The entry to take back, on the version that the caller has seen.' })
export class WithdrawDossierEntryInput extends reasonedStepInput(
  'entryId',
  'Why; kept in the audit trail.',
) {}

/** What a mutation of an entry answers. */
export type DossierEntryPayload = Payload<{ dossierEntry: DossierEntry }>;

/** What `addDossierEntry` answers. */
export const AddDossierEntryPayload = payloadType('addDossierEntry', 'dossierEntry', DossierEntry);
/** What `updateDossierEntry` answers. */
export const UpdateDossierEntryPayload = payloadType('updateDossierEntry', 'dossierEntry', DossierEntry);
/** What `withdrawDossierEntry` answers. */
export const WithdrawDossierEntryPayload = payloadType('withdrawDossierEntry', 'dossierEntry', DossierEntry);
