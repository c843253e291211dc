import { Field, ID, InputType } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { ActivityRequest } from './activity-request.types.js';

/** What is asked for. */
@InputType({ description: 'What a member wants to do, with whom, when and for how much.' })
export class ActivityContentInput {
  @Field(() => String, { description: 'One to 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'One to 4,000 characters.' })
  purpose!: string;

  @Field(() => DateScalar)
  startsOn!: string;

  @Field(() => DateScalar, { description: 'The first day after it.' })
  endsOn!: string;

  @Field(() => [ID], { description: 'Partners that are on the roster.' })
  partnerIds!: string[];

  @Field(() => [String], { description: 'Partners that are not, by name.' })
  otherPartners!: string[];

  @Field(() => DecimalScalar, { description: 'In CNY, at most two decimal places.' })
  budget!: string;

  @Field(() => [ID], { description: 'Materials: finished uploads of createSecretariatUpload.' })
  uploadIds!: string[];
}

/** A new draft. */
@InputType({ description: 'A new draft of a request.' })
export class CreateActivityRequestInput {
  @Field(() => ID, { description: 'The member for which the caller acts.' })
  institutionId!: string;

  @Field(() => ActivityContentInput)
  content!: ActivityContentInput;

  @Field(() => String)
  idempotencyKey!: string;
}

/** Another content of a draft. */
@InputType({ description: 'The content of a draft anew, whole.' })
export class AmendActivityRequestInput extends stepInput('activityRequestId') {
  @Field(() => ActivityContentInput)
  content!: ActivityContentInput;
}

/** What `submitActivityRequest` takes. */
@InputType({ description: 'The draft to put before the standing council.' })
export class SubmitActivityRequestInput extends stepInput('activityRequestId') {
  @Field(() => String)
  idempotencyKey!: string;
}

/** A step that must be explained. */
@InputType()
export class ReasonedActivityStepInput extends reasonedStepInput(
  'activityRequestId',
  'Why; one to 500 characters.',
) {}

/** What `returnActivityRequest` takes. */
@InputType({ description: 'The request to give back, and what is missing.' })
export class ReturnActivityRequestInput extends ReasonedActivityStepInput {}

/** What `withdrawActivityRequest` takes. */
@InputType({ description: 'The request to withdraw.' })
export class WithdrawActivityRequestInput extends ReasonedActivityStepInput {}

/** What `closeActivityRequest` takes. */
@InputType({ description: 'The overdue request to close.' })
export class CloseActivityRequestInput extends ReasonedActivityStepInput {}

/** The report of an activity. */
@InputType({ description: 'The report of an activity that was held.' })
export class ReportActivityInput extends stepInput('activityRequestId') {
  @Field(() => DateScalar, { description: 'The day on which it was held, or began.' })
  heldOn!: string;

  @Field(() => String, { description: 'One to 4,000 characters.' })
  report!: string;

  @Field(() => [ID], { description: 'Finished uploads of createSecretariatUpload.' })
  uploadIds!: string[];
}

/** What a mutation of a request answers. */
export type ActivityRequestPayload = Payload<{ activityRequest: ActivityRequest }>;

const payload = (mutation: string) => payloadType(mutation, 'activityRequest', ActivityRequest);

/** What `createActivityRequest` answers. */
export const CreateActivityRequestPayload = payload('createActivityRequest');
/** What `amendActivityRequest` answers. */
export const AmendActivityRequestPayload = payload('amendActivityRequest');
/** What `submitActivityRequest` answers. */
export const SubmitActivityRequestPayload = payload('submitActivityRequest');
/** What `returnActivityRequest` answers. */
export const ReturnActivityRequestPayload = payload('returnActivityRequest');
/** What `withdrawActivityRequest` answers. */
export const WithdrawActivityRequestPayload = payload('withdrawActivityRequest');
/** What `closeActivityRequest` answers. */
export const CloseActivityRequestPayload = payload('closeActivityRequest');
/** What `reportActivity` answers. */
export const ReportActivityPayload = payload('reportActivity');
