import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import { SecretariatFile } from '../secretariat-documents/secretariat-file.types.js';

/** The states of a request. */
export enum ActivityRequestState {
  DRAFT = 'DRAFT',
  SUBMITTED = 'SUBMITTED',
  APPROVED = 'APPROVED',
  REFUSED = 'REFUSED',
  HELD = 'HELD',
  WITHDRAWN = 'WITHDRAWN',
  LAPSED = 'LAPSED',
}
registerEnumType(ActivityRequestState, {
  name: 'ActivityRequestState',
  description: "The state of a request to act in the alliance's name.",
});

/** A request to act in the alliance's name (charter art. 12(1)). */
@ObjectType({
  description:
    "A member's request to act in the alliance's name; the standing council decides before it begins.",
})
export class ActivityRequest extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  purpose!: string;

  @Field(() => DateScalar)
  startsOn!: string;

  @Field(() => DateScalar, { description: 'The first day after it.' })
  endsOn!: string;

  @Field(() => [String], { description: 'Partners that are not on the roster, by name.' })
  otherPartners!: string[];

  @Field(() => Boolean, {
    description: 'Whether the Open University of China takes part; such requests stand first in the queue.',
  })
  withNou!: boolean;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  budget!: string;

  @Field(() => [SecretariatFile])
  materials!: SecretariatFile[];

  @Field(() => ActivityRequestState)
  state!: ActivityRequestState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => String, { nullable: true, description: 'Why it was given back, withdrawn or closed.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'The motion that decided it.' })
  motionNo!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  decidedAt!: Date | null;

  @Field(() => DateScalar, { nullable: true })
  heldOn!: string | null;

  @Field(() => String, { nullable: true })
  report!: string | null;

  @Field(() => [SecretariatFile])
  reportFiles!: SecretariatFile[];

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** For the field resolver; not a field of the graph. */
  partnerIds!: string[];
}

/** A page of requests. */
export const ActivityRequestConnection = connectionType(ActivityRequest, 'ActivityRequest');

/** Which requests to list. */
@InputType({ description: 'Which requests to list; conditions are joined by AND.' })
export class ActivityRequestFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => [ActivityRequestState], { nullable: true })
  states?: ActivityRequestState[];
}

/** How requests are ordered. */
export enum ActivityRequestOrder {
  PRIORITY = 'PRIORITY',
  NEWEST = 'NEWEST',
}
registerEnumType(ActivityRequestOrder, {
  name: 'ActivityRequestOrder',
  description:
    'PRIORITY: those with the Open University of China first (charter art. 11(7)), then the oldest.',
});

/** The arguments of `activityRequests`. */
@ArgsType()
export class ActivityRequestsArguments extends PageArguments {
  @Field(() => ActivityRequestFilter, { nullable: true })
  filter?: ActivityRequestFilter;

  @Field(() => ActivityRequestOrder, { nullable: true, defaultValue: ActivityRequestOrder.NEWEST })
  orderBy!: ActivityRequestOrder;
}
