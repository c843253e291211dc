import { Field, ID, InputType, Int } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { ServiceCategory, ServicePriority, ServiceRequest } from './service-request.types.js';

/** A new request. */
@InputType({ description: 'What a member asks the secretariat.' })
export class RequestServiceInput {
  @Field(() => ID, { description: 'The member for which the caller acts.' })
  institutionId!: string;

  @Field(() => ServiceCategory)
  category!: ServiceCategory;

  @Field(() => ServicePriority, { nullable: true, defaultValue: ServicePriority.NORMAL })
  priority!: ServicePriority;

  @Field(() => String, { description: 'One to 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'One to 4,000 characters.' })
  question!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `assignServiceRequest` takes. */
@InputType({ description: 'The request, and who of the secretariat answers it.' })
export class AssignServiceRequestInput extends stepInput('serviceRequestId') {
  @Field(() => String, { description: 'The subject of a person who acts for the secretariat.' })
  subject!: string;
}

/** What `answerServiceRequest` takes. */
@InputType({ description: 'The answer to a request.' })
export class AnswerServiceRequestInput extends stepInput('serviceRequestId') {
  @Field(() => String, { description: 'One to 4,000 characters.' })
  answer!: string;
}

/** What `closeServiceRequest` takes. */
@InputType({ description: "The answered request to close, with the member's grade of the service." })
export class CloseServiceRequestInput extends stepInput('serviceRequestId') {
  @Field(() => Int, { nullable: true, description: '1 (poor) to 5 (good).' })
  satisfaction?: number;
}

/** What `reopenServiceRequest` takes. */
@InputType({ description: 'The request to ask again, and what is still missing.' })
export class ReopenServiceRequestInput extends reasonedStepInput(
  'serviceRequestId',
  'What is missing; one to 4,000 characters; becomes a remark in the thread.',
) {}

/** What `commentServiceRequest` takes. */
@InputType({ description: 'A remark in the thread of a request.' })
export class CommentServiceRequestInput extends stepInput('serviceRequestId') {
  @Field(() => String, { description: 'One to 4,000 characters.' })
  text!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What a mutation of a request answers. */
export type ServiceRequestPayload = Payload<{ serviceRequest: ServiceRequest }>;

const payload = (mutation: string) => payloadType(mutation, 'serviceRequest', ServiceRequest);

/** What `requestService` answers. */
export const RequestServicePayload = payload('requestService');
/** What `assignServiceRequest` answers. */
export const AssignServiceRequestPayload = payload('assignServiceRequest');
/** What `answerServiceRequest` answers. */
export const AnswerServiceRequestPayload = payload('answerServiceRequest');
/** What `closeServiceRequest` answers. */
export const CloseServiceRequestPayload = payload('closeServiceRequest');
/** What `reopenServiceRequest` answers. */
export const ReopenServiceRequestPayload = payload('reopenServiceRequest');
/** What `commentServiceRequest` answers. */
export const CommentServiceRequestPayload = payload('commentServiceRequest');
