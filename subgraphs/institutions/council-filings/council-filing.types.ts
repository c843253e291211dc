import { ArgsType, Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of a filing. */
export enum CouncilFilingState {
  PENDING = 'PENDING',
  ACKNOWLEDGED = 'ACKNOWLEDGED',
}
registerEnumType(CouncilFilingState, {
  name: 'CouncilFilingState',
  description: 'The state of a filing with the council.',
});

/** An admitted member as it was filed with the council (报备). */
@ObjectType({ description: 'An admitted member as it was filed with the council (报备).' })
@Directive('@key(fields: "id")')
@RequiresRole('COUNCIL_MEMBER', 'SECRETARIAT')
export class CouncilFiling extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The application that led to the membership.' })
  caseId!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  memberCode!: string;

  @Field(() => String, { description: "The institution's name when it was admitted." })
  name!: string;

  @Field(() => DateScalar, { description: 'When the standing council approved.' })
  approvedOn!: string;

  @Field(() => DateScalar, { description: 'When the membership began.' })
  admittedOn!: string;

  @Field(() => CouncilFilingState)
  state!: CouncilFilingState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => Boolean)
  isOverdue!: boolean;

  @Field(() => String, { nullable: true, description: 'The meeting of the council, as its minutes name it.' })
  meetingId!: string | null;

  @Field(() => String, { nullable: true })
  remark!: string | null;
}

/** A page of filings. */
export const CouncilFilingConnection = connectionType(CouncilFiling, 'CouncilFiling');

/** Which filings to list. */
@InputType({ description: 'Which filings to list; conditions are joined by AND.' })
export class CouncilFilingFilter {
  @Field(() => CouncilFilingState, { nullable: true })
  state?: CouncilFilingState;

  @Field(() => Boolean, { nullable: true, description: 'Only those whose due date has, or has not, passed.' })
  overdue?: boolean;
}

/** The arguments of `councilFilings`; what is due first comes first. */
@ArgsType()
export class CouncilFilingsArguments extends PageArguments {
  @Field(() => CouncilFilingFilter, { nullable: true })
  filter?: CouncilFilingFilter;
}

/** What `acknowledgeFiling` takes. */
@InputType()
export class AcknowledgeFilingInput extends stepInput('filingId') {
  @Field(() => String, {
    nullable: true,
    description: 'The meeting at which the council took note, as its minutes name it.',
  })
  meetingId?: string | null;

  @Field(() => String, { nullable: true })
  remark?: string | null;
}

/** What a mutation of a filing answers. */
export type CouncilFilingPayload = Payload<{ filing: CouncilFiling }>;

/** What `acknowledgeFiling` answers. */
export const AcknowledgeFilingPayload = payloadType('acknowledgeFiling', 'filing', CouncilFiling);
