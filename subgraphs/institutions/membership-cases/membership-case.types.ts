import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { InstitutionKind } from '../institutions/institution.types.js';
import type { CompletenessItemName } from './case-completeness.js';
import type { StoredChecklistItem } from './membership-case.entity.js';

/** The states of an application for membership. */
export enum MembershipCaseState {
  DRAFT = 'DRAFT',
  SUBMITTED = 'SUBMITTED',
  UNDER_REVIEW = 'UNDER_REVIEW',
  SUPPLEMENT_REQUESTED = 'SUPPLEMENT_REQUESTED',
  REVIEW_PASSED = 'REVIEW_PASSED',
  REVIEW_FAILED = 'REVIEW_FAILED',
  APPROVED = 'APPROVED',
  REFUSED = 'REFUSED',
  ACTIVATED = 'ACTIVATED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(MembershipCaseState, {
  name: 'MembershipCaseState',
  description: 'The state of an application for membership.',
});

/** Something that an application has to bring, and whether it does. */
@ObjectType({ description: 'Something that an application has to bring, and whether it does.' })
export class CompletenessItem {
  @Field(() => String, {
    description: 'NAME, KIND, PROVINCE, CONTACT_NAME, CONTACT_CHANNEL, LETTER, CHARTER_ACCEPTANCE …',
  })
  item!: CompletenessItemName;

  @Field(() => Boolean)
  isComplete!: boolean;
}

/** Whom the alliance talks to about an application. */
@ObjectType({ description: 'Whom the alliance talks to about an application.' })
export class CaseContact {
  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => String, { nullable: true })
  phone!: string | null;

  @Field(() => String, { nullable: true })
  email!: string | null;
}

/** The letter of application (入盟申请书). */
@ObjectType({ description: 'The letter of application (入盟申请书).' })
export class MembershipLetter {
  @Field(() => String)
  fileName!: string;

  @Field(() => String, { description: 'Lower-case hexadecimal.' })
  sha256!: string;
}

/** An item of the checklist of a review. */
@ObjectType({ description: 'An item of the checklist of a review.' })
export class ChecklistItem {
  @Field(() => String)
  code!: string;

  @Field(() => String, { description: 'In the language of Accept-Language.' })
  title!: string;

  @Field(() => String, { description: 'The article of the charter that asks for it.' })
  article!: string;
}

/** A step that was taken: as what, never who. */
@ObjectType({ description: 'A step that was taken in a case: as what somebody acted, never who.' })
export class MembershipCaseStep {
  @Field(() => Int, { description: 'From 1 on.' })
  place!: number;

  @Field(() => String, { description: 'The mutation, or what followed from a vote.' })
  action!: string;

  @Field(() => MembershipCaseState, { nullable: true })
  fromState!: MembershipCaseState | null;

  @Field(() => MembershipCaseState)
  toState!: MembershipCaseState;

  @Field(() => String, { description: 'APPLICANT, SECRETARIAT, REVIEW or STANDING_COUNCIL.' })
  role!: string;

  @Field(() => String, { nullable: true })
  remark!: string | null;

  @Field(() => DateTimeScalar)
  takenAt!: Date;
}

/** An application for membership of the alliance (入盟申请). */
@ObjectType({ description: 'An application for membership (入盟申请), from its draft to the membership.' })
@Directive('@key(fields: "id")')
@Authenticated()
export class MembershipCase {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The number by which people name it, for example MC-2026-0001.' })
  caseNo!: string;

  @Field(() => ID, { description: 'The institution, or the id that it gets when it is admitted.' })
  institutionId!: string;

  @Field(() => Boolean, { description: 'Whether the institution was on the roster before.' })
  isListed!: boolean;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => InstitutionKind, { nullable: true })
  kind!: InstitutionKind | null;

  @Field(() => String, { nullable: true, description: 'The unified social credit code (统一社会信用代码).' })
  creditCode!: string | null;

  @Field(() => String, { nullable: true, description: 'The province (省、自治区、直辖市).' })
  province!: string | null;

  @Field(() => CaseContact, {
    nullable: true,
    description: 'For the applicant and the secretariat; null for others.',
  })
  contact!: CaseContact | null;

  @Field(() => MembershipLetter, { nullable: true })
  letter!: MembershipLetter | null;

  @Field(() => String, { nullable: true, description: 'The version of the charter that was accepted.' })
  charterVersion!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  charterAcceptedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the applicant attested that all of it is true; a later change asks for it anew.',
  })
  truthAttestedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The ended case that this one follows.' })
  previousCaseNo!: string | null;

  @Field(() => [CompletenessItem])
  completeness!: CompletenessItem[];

  @Field(() => [String], { description: 'What the last request for a supplement asked for.' })
  supplementItems!: string[];

  @Field(() => String, { nullable: true })
  supplementAnswer!: string | null;

  @Field(() => String, { nullable: true })
  checklistVersion!: string | null;

  @Field(() => [ChecklistItem], { description: 'The checklist as it stood when the review began.' })
  checklist!: ChecklistItem[];

  @Field(() => Int, { nullable: true, description: 'Experts who voted to pass; after the conclusion.' })
  votesPass!: number | null;

  @Field(() => Int, { nullable: true, description: 'Experts who voted against; after the conclusion.' })
  votesFail!: number | null;

  @Field(() => String, { nullable: true })
  conclusion!: string | null;

  @Field(() => String, { nullable: true, description: 'The motion of the standing council.' })
  motionNo!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  approvedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true })
  activatedAt!: Date | null;

  @Field(() => ID, { nullable: true })
  membershipId!: string | null;

  @Field(() => MembershipCaseState)
  state!: MembershipCaseState;

  @Field(() => DateTimeScalar, { description: 'Since when the case is in this state.' })
  since!: Date;

  @Field(() => DateScalar, { nullable: true, description: 'The last day of what is waited for.' })
  dueOn!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When what is waited for is overdue.' })
  dueAt!: Date | null;

  @Field(() => Boolean)
  isOverdue!: boolean;

  @Field(() => Int)
  version!: number;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** For the field resolvers; not a field of the graph. */
  letterUploadId!: string | null;

  /** For the field resolvers; not a field of the graph. */
  applicant!: string;
}

/** The checklist in the reader's language. */
export function showChecklist(items: readonly StoredChecklistItem[], locale: string): ChecklistItem[] {
  return items.map(({ code, article, zh, en }) => ({ code, article, title: locale === 'en' ? en : zh }));
}

/** A page of cases. */
export const MembershipCaseConnection = connectionType(MembershipCase, 'MembershipCase');

/** Which cases to list. */
@InputType({ description: 'Which cases to list; conditions are joined by AND.' })
export class MembershipCaseFilter {
  @Field(() => [MembershipCaseState], { nullable: true })
  states?: MembershipCaseState[];

  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => String, { nullable: true })
  caseNo?: string;

  @Field(() => Boolean, { nullable: true, description: 'Only those whose due date has, or has not, passed.' })
  overdue?: boolean;
}

/** How cases are ordered. */
export enum MembershipCaseOrder {
  NEWEST = 'NEWEST',
  DUE_FIRST = 'DUE_FIRST',
  CASE_NO_ASC = 'CASE_NO_ASC',
}
registerEnumType(MembershipCaseOrder, { name: 'MembershipCaseOrder' });

/** The arguments of `membershipCases`. */
@ArgsType()
export class MembershipCasesArguments extends PageArguments {
  @Field(() => MembershipCaseFilter, { nullable: true })
  filter?: MembershipCaseFilter;

  @Field(() => MembershipCaseOrder, { nullable: true, defaultValue: MembershipCaseOrder.NEWEST })
  orderBy!: MembershipCaseOrder;
}
