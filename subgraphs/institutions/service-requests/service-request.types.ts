import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';

/** What a request is about; decides in how many days it is answered. */
export enum ServiceCategory {
  FAULT = 'FAULT',
  DATA = 'DATA',
  INTEGRATION = 'INTEGRATION',
  RULES = 'RULES',
  TRAINING = 'TRAINING',
  OTHER = 'OTHER',
}
registerEnumType(ServiceCategory, {
  name: 'ServiceCategory',
  description:
    'What a request is about. Days to an answer: FAULT 3, DATA 7, INTEGRATION 10, RULES 14, TRAINING 20, OTHER 14.',
});

/** How pressing a request is. */
export enum ServicePriority {
  NORMAL = 'NORMAL',
  URGENT = 'URGENT',
}
registerEnumType(ServicePriority, {
  name: 'ServicePriority',
  description: 'How pressing a request is; URGENT has half the days, rounded up.',
});

/** The states of a request. */
export enum ServiceRequestState {
  OPEN = 'OPEN',
  ASSIGNED = 'ASSIGNED',
  ANSWERED = 'ANSWERED',
  REOPENED = 'REOPENED',
  CLOSED = 'CLOSED',
}
registerEnumType(ServiceRequestState, {
  name: 'ServiceRequestState',
  description: "The state of a member's question.",
});

/** A remark in the thread of a request. */
@ObjectType({ description: 'A remark in the thread of a request.' })
export class ServiceComment {
  @Field(() => ID)
  id!: string;

  @Field(() => Boolean, {
    description: 'Whether the secretariat made it; else an official of the member did.',
  })
  bySecretariat!: boolean;

  @Field(() => String)
  text!: string;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A page of a thread. */
export const ServiceCommentConnection = connectionType(ServiceComment, 'ServiceComment');

/** A member's question to the secretariat (charter art. 11(3), 11(4)). */
@ObjectType({ description: 'A request of a member for technical guidance and services of the alliance.' })
export class ServiceRequest extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => ServiceCategory)
  category!: ServiceCategory;

  @Field(() => ServicePriority)
  priority!: ServicePriority;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  question!: string;

  @Field(() => String, { nullable: true, description: 'The last answer.' })
  answer!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  answeredAt!: Date | null;

  @Field(() => Int, { nullable: true, description: "The member's grade of the service, 1 to 5." })
  satisfaction!: number | null;

  @Field(() => Int)
  commentCount!: number;

  @Field(() => ServiceRequestState)
  state!: ServiceRequestState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A page of requests. */
export const ServiceRequestConnection = connectionType(ServiceRequest, 'ServiceRequest');

/** How the secretariat serves its members. */
@ObjectType({
  description: 'How the secretariat serves its members; over the requests that the caller may see.',
})
export class ServiceRequestFigures {
  @Field(() => Int, { description: 'Requests that wait for the secretariat.' })
  open!: number;

  @Field(() => Int, { description: 'Those of them that are late.' })
  overdue!: number;

  @Field(() => Int, { description: 'Requests that were answered at least once.' })
  answered!: number;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'The median of the days from the question to the last answer, to a tenth; null before the first.',
  })
  medianDays!: string | null;
}

/** Which requests to list. */
@InputType({ description: 'Which requests to list; conditions are joined by AND.' })
export class ServiceRequestFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => ServiceCategory, { nullable: true })
  category?: ServiceCategory;

  @Field(() => [ServiceRequestState], { nullable: true })
  states?: ServiceRequestState[];
}

/** How requests are ordered. */
export enum ServiceRequestOrder {
  NEWEST = 'NEWEST',
  DUE_FIRST = 'DUE_FIRST',
}
registerEnumType(ServiceRequestOrder, { name: 'ServiceRequestOrder' });

/** The arguments of `serviceRequests`. */
@ArgsType()
export class ServiceRequestsArguments extends PageArguments {
  @Field(() => ServiceRequestFilter, { nullable: true })
  filter?: ServiceRequestFilter;

  @Field(() => ServiceRequestOrder, { nullable: true, defaultValue: ServiceRequestOrder.NEWEST })
  orderBy!: ServiceRequestOrder;
}
