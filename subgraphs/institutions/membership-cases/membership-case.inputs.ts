import { Field, ID, InputType } from 'type-graphql';
import { Upload, UploadInput } from '../../kit/room/files/upload.types.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { InstitutionKind } from '../institutions/institution.types.js';
import { MembershipCase } from './membership-case.types.js';

/** What a mutation of a case answers. */
export type MembershipCasePayload = Payload<{ membershipCase: MembershipCase }>;

/** Asks for an address to send the letter of application to. */
@InputType({ description: 'Asks for a one-time, resumable address to upload the letter of application to.' })
export class CreateMembershipLetterUploadInput extends UploadInput {}

/** What `createMembershipLetterUpload` answers. */
export const CreateMembershipLetterUploadPayload = payloadType(
  'createMembershipLetterUpload',
  'upload',
  Upload,
);

/** What an application says. What is left out stays as it is; null clears it. */
@InputType({
  description: 'What an application says. What is left out stays as it is, null clears it.',
})
export class MembershipCaseContentInput {
  @Field(() => String, { nullable: true, description: 'The official name; for an institution on no list.' })
  name?: string | null;

  @Field(() => InstitutionKind, {
    nullable: true,
    description: 'For an institution on no list; HIGHER_EDUCATION is listed by the Ministry.',
  })
  kind?: InstitutionKind | null;

  @Field(() => String, { nullable: true, description: 'The province; for an institution on no list.' })
  province?: string | null;

  @Field(() => String, { nullable: true })
  contactName?: string | null;

  @Field(() => String, { nullable: true, description: 'A telephone number; this or the address is needed.' })
  contactPhone?: string | null;

  @Field(() => String, { nullable: true })
  contactEmail?: string | null;

  @Field(() => ID, { nullable: true, description: 'A finished upload of createMembershipLetterUpload.' })
  letterUploadId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The version of the charter that the institution accepts and promises to keep.',
  })
  acceptCharterVersion?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True attests that everything in the application is true; a change without it withdraws it.',
  })
  attestTruth?: boolean | null;
}

/** Opens an application; one of the two that name the institution is given. */
@InputType({ description: 'A new application. The institution is named by its id or by its credit code.' })
export class OpenMembershipCaseInput {
  @Field(() => ID, { nullable: true, description: 'An institution on the roster.' })
  institutionId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The unified social credit code of an institution that is on no list of the Ministry.',
  })
  creditCode?: string | null;

  @Field(() => MembershipCaseContentInput, { nullable: true })
  content?: MembershipCaseContentInput | null;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `openMembershipCase` answers. */
export const OpenMembershipCasePayload = payloadType('openMembershipCase', 'membershipCase', MembershipCase);

/** What `amendMembershipCase` takes. */
@InputType()
export class AmendMembershipCaseInput extends stepInput('caseId') {
  @Field(() => MembershipCaseContentInput)
  content!: MembershipCaseContentInput;
}

/** What `amendMembershipCase` answers. */
export const AmendMembershipCasePayload = payloadType(
  'amendMembershipCase',
  'membershipCase',
  MembershipCase,
);

/** What `submitMembershipCase` takes. */
@InputType()
export class SubmitMembershipCaseInput extends stepInput('caseId') {
  @Field(() => String)
  idempotencyKey!: string;
}

/** What `submitMembershipCase` answers. */
export const SubmitMembershipCasePayload = payloadType(
  'submitMembershipCase',
  'membershipCase',
  MembershipCase,
);

/** What `supplementMembershipCase` takes. */
@InputType()
export class SupplementMembershipCaseInput extends stepInput('caseId') {
  @Field(() => String, { description: 'One to 2,000 characters.' })
  answer!: string;

  @Field(() => ID, { nullable: true, description: 'A new letter, where one was asked for.' })
  letterUploadId?: string | null;
}

/** What `supplementMembershipCase` answers. */
export const SupplementMembershipCasePayload = payloadType(
  'supplementMembershipCase',
  'membershipCase',
  MembershipCase,
);

/** What `withdrawMembershipCase` takes. */
@InputType()
export class WithdrawMembershipCaseInput extends reasonedStepInput('caseId', 'One to 2,000 characters.') {}

/** What `withdrawMembershipCase` answers. */
export const WithdrawMembershipCasePayload = payloadType(
  'withdrawMembershipCase',
  'membershipCase',
  MembershipCase,
);

/** What `closeMembershipCase` takes. */
@InputType()
export class CloseMembershipCaseInput extends reasonedStepInput('caseId', 'One to 2,000 characters.') {}

/** What `closeMembershipCase` answers. */
export const CloseMembershipCasePayload = payloadType(
  'closeMembershipCase',
  'membershipCase',
  MembershipCase,
);

/** What `acceptMembershipCharter` takes. */
@InputType()
export class AcceptMembershipCharterInput extends stepInput('caseId') {
  @Field(() => String, { description: 'The version of the charter that is accepted.' })
  charterVersion!: string;
}

/** What `acceptMembershipCharter` answers. */
export const AcceptMembershipCharterPayload = payloadType(
  'acceptMembershipCharter',
  'membershipCase',
  MembershipCase,
);

/** What `activateMembership` takes. */
@InputType()
export class ActivateMembershipInput extends stepInput('caseId') {
  @Field(() => String, { description: 'Two to twelve capital letters, digits or hyphens.' })
  memberCode!: string;

  @Field(() => String, {
    description:
      'The version of the charter that is in force; counts only where the register of regulations has no charter.',
  })
  charterVersion!: string;
}

/** What `activateMembership` answers. */
export const ActivateMembershipPayload = payloadType('activateMembership', 'membershipCase', MembershipCase);
