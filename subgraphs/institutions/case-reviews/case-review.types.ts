import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { MembershipCase } from '../membership-cases/membership-case.types.js';

/** The states of an expert's review. */
export enum CaseReviewState {
  ASSIGNED = 'ASSIGNED',
  GIVEN = 'GIVEN',
  DECLINED = 'DECLINED',
  RELEASED = 'RELEASED',
  CONCLUDED = 'CONCLUDED',
}
registerEnumType(CaseReviewState, {
  name: 'CaseReviewState',
  description: "The state of an expert's review.",
});

/** How far an item of the checklist is met. */
export enum ChecklistMark {
  MET = 'MET',
  PARTLY_MET = 'PARTLY_MET',
  NOT_MET = 'NOT_MET',
}
registerEnumType(ChecklistMark, { name: 'ChecklistMark', description: 'How far an item is met.' });

/** An expert's vote on a case. */
export enum ReviewVote {
  PASS = 'PASS',
  FAIL = 'FAIL',
}
registerEnumType(ReviewVote, { name: 'ReviewVote', description: "An expert's vote on a case." });

/** A mark that an expert gave. */
@ObjectType({ description: 'A mark that an expert gave.' })
export class ItemMark {
  @Field(() => String, { description: 'The code of an item of the checklist.' })
  item!: string;

  @Field(() => ChecklistMark)
  mark!: ChecklistMark;

  @Field(() => String, { nullable: true })
  remark!: string | null;
}

/** What one expert says of one case. */
@ObjectType({
  description:
    'What one expert says of one case. Experts see their own, and those of their colleagues once the review is concluded; applicants none.',
})
@Directive('@key(fields: "id")')
@Authenticated()
export class CaseReview extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  caseId!: string;

  @Field(() => String)
  caseNo!: string;

  @Field(() => CaseReviewState)
  state!: CaseReviewState;

  @Field(() => [ItemMark])
  marks!: ItemMark[];

  @Field(() => ReviewVote, { nullable: true })
  vote!: ReviewVote | null;

  @Field(() => String, { nullable: true })
  opinion!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was declined, or the expert released.' })
  reason!: string | null;

  @Field(() => DateTimeScalar)
  since!: Date;

  /** For the field resolvers; not a field of the graph. */
  expertId!: string;
}

/** A mark as an expert gives it. */
@InputType({ description: 'A mark for one item of the checklist.' })
export class ItemMarkInput {
  @Field(() => String)
  item!: string;

  @Field(() => ChecklistMark)
  mark!: ChecklistMark;

  @Field(() => String, { nullable: true })
  remark?: string | null;
}

/** What a mutation of a case by its review answers. */
export type ReviewedCasePayload = Payload<{ membershipCase: MembershipCase }>;
/** What a mutation of a review answers. */
export type CaseReviewPayload = Payload<{ caseReview: CaseReview }>;

/** What `beginCaseReview` takes. */
@InputType()
export class BeginCaseReviewInput extends stepInput('caseId') {}

/** What `beginCaseReview` answers. */
export const BeginCaseReviewPayload = payloadType('beginCaseReview', 'membershipCase', MembershipCase);

/** What `assignCaseExperts` takes. */
@InputType()
export class AssignCaseExpertsInput extends stepInput('caseId') {
  @Field(() => [ID], {
    description: 'Experts to add; with those assigned already an odd number, three at least.',
  })
  expertIds!: string[];
}

/** What `assignCaseExperts` answers. */
export const AssignCaseExpertsPayload = payloadType('assignCaseExperts', 'membershipCase', MembershipCase);

/** What `requestCaseSupplement` takes. */
@InputType()
export class RequestCaseSupplementInput extends stepInput('caseId') {
  @Field(() => [String], { description: 'What is asked for: one to 20 items of up to 500 characters.' })
  items!: string[];

  @Field(() => DateScalar, { description: 'The last day for the answer; after today, within 180 days.' })
  dueOn!: string;
}

/** What `requestCaseSupplement` answers. */
export const RequestCaseSupplementPayload = payloadType(
  'requestCaseSupplement',
  'membershipCase',
  MembershipCase,
);

/** What `concludeCaseReview` takes. */
@InputType()
export class ConcludeCaseReviewInput extends stepInput('caseId') {
  @Field(() => String, { description: 'The conclusion in words; the result follows from the votes.' })
  conclusion!: string;
}

/** What `concludeCaseReview` answers. */
export const ConcludeCaseReviewPayload = payloadType('concludeCaseReview', 'membershipCase', MembershipCase);

/** What an expert says of a case. */
@InputType()
export class CaseOpinionInput extends stepInput('caseReviewId') {
  @Field(() => [ItemMarkInput], { description: 'One mark for every item of the checklist.' })
  marks!: ItemMarkInput[];

  @Field(() => ReviewVote)
  vote!: ReviewVote;

  @Field(() => String, { description: 'One to 4,000 characters.' })
  opinion!: string;
}

/** What `submitCaseOpinion` takes. */
@InputType()
export class SubmitCaseOpinionInput extends CaseOpinionInput {
  @Field(() => String)
  idempotencyKey!: string;
}

/** What `submitCaseOpinion` answers. */
export const SubmitCaseOpinionPayload = payloadType('submitCaseOpinion', 'caseReview', CaseReview);

/** What `amendCaseOpinion` takes. */
@InputType()
export class AmendCaseOpinionInput extends CaseOpinionInput {}

/** What `amendCaseOpinion` answers. */
export const AmendCaseOpinionPayload = payloadType('amendCaseOpinion', 'caseReview', CaseReview);

/** What `declineCaseReview` takes. */
@InputType()
export class DeclineCaseReviewInput extends reasonedStepInput('caseReviewId', 'One to 2,000 characters.') {}

/** What `declineCaseReview` answers. */
export const DeclineCaseReviewPayload = payloadType('declineCaseReview', 'caseReview', CaseReview);

/** What `releaseCaseReview` takes. */
@InputType()
export class ReleaseCaseReviewInput extends reasonedStepInput('caseReviewId', 'One to 2,000 characters.') {}

/** What `releaseCaseReview` answers. */
export const ReleaseCaseReviewPayload = payloadType('releaseCaseReview', 'caseReview', CaseReview);
