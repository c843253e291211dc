import { Field, ID, InputType, Int } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { BilingualTextInput } from '../bodies/body.types.js';
import {
  SubAlliance,
  SubAllianceKind,
  SubAllianceMember,
  SubAllianceReport,
  SupervisionFinding,
} from './sub-alliance.types.js';

const why = 'Why; 1 to 500 characters.';

/** What `applyForSubAlliance` takes. */
@InputType({ description: 'A sub-alliance that an institution wants to lead.' })
export class ApplyForSubAllianceInput {
  @Field(() => ID, { description: 'The member that will lead it.' })
  institutionId!: string;

  @Field(() => BilingualTextInput)
  name!: BilingualTextInput;

  @Field(() => SubAllianceKind)
  kind!: SubAllianceKind;

  @Field(() => String, { description: 'The industry or the region; 1 to 100 characters.' })
  field!: string;

  @Field(() => String, { description: '1 to 5,000 characters.' })
  purpose!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `withdrawSubAlliance` takes. */
@InputType({ description: 'The application to withdraw, on the version that the caller has seen.' })
export class WithdrawSubAllianceInput extends reasonedStepInput('subAllianceId', why) {}

/** What `proposeSubAllianceEnd` takes. */
@InputType({ description: 'The sub-alliance to end; a motion decides.' })
export class ProposeSubAllianceEndInput extends reasonedStepInput('subAllianceId', why) {
  @Field(() => ID, {
    nullable: true,
    description: 'The one that takes its members over; none to dissolve it.',
  })
  successorId?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `resumeSubAlliance` takes. */
@InputType({ description: 'The sub-alliance that is not to be ended after all.' })
export class ResumeSubAllianceInput extends reasonedStepInput('subAllianceId', why) {}

/** What `joinSubAlliance` takes. */
@InputType({ description: 'The member that asks to join a sub-alliance.' })
export class JoinSubAllianceInput {
  @Field(() => ID)
  subAllianceId!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `admitToSubAlliance` takes. */
@InputType({ description: 'The one who asks to join, on the version that the caller has seen.' })
export class AdmitToSubAllianceInput extends stepInput('subAllianceMemberId') {}

/** What `refuseSubAllianceMember` takes. */
@InputType({ description: 'The one who asks to join, on the version that the caller has seen.' })
export class RefuseSubAllianceMemberInput extends reasonedStepInput('subAllianceMemberId', why) {}

/** What `leaveSubAlliance` takes. */
@InputType({ description: 'The member that leaves, on the version that the caller has seen.' })
export class LeaveSubAllianceInput extends reasonedStepInput('subAllianceMemberId', why) {}

/** What `submitSubAllianceReport` takes. */
@InputType({ description: 'The report of a year, by the lead institution.' })
export class SubmitSubAllianceReportInput {
  @Field(() => ID)
  subAllianceId!: string;

  @Field(() => Int)
  year!: number;

  @Field(() => String, { description: '1 to 50,000 characters.' })
  text!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `inspectSubAlliance` takes. */
@InputType({ description: 'What the secretariat found in a report.' })
export class InspectSubAllianceInput extends stepInput('subAllianceReportId') {
  @Field(() => SupervisionFinding)
  finding!: SupervisionFinding;

  @Field(() => String, { description: '1 to 5,000 characters.' })
  remark!: string;
}

/** What a mutation of a sub-alliance answers. */
export type SubAlliancePayload = Payload<{ subAlliance: SubAlliance }>;
/** What a mutation of its members answers. */
export type SubAllianceMemberPayload = Payload<{ member: SubAllianceMember }>;
/** What a mutation of its reports answers. */
export type SubAllianceReportPayload = Payload<{ report: SubAllianceReport }>;

/** What `applyForSubAlliance` answers. */
export const ApplyForSubAlliancePayload = payloadType('applyForSubAlliance', 'subAlliance', SubAlliance);
/** What `withdrawSubAlliance` answers. */
export const WithdrawSubAlliancePayload = payloadType('withdrawSubAlliance', 'subAlliance', SubAlliance);
/** What `proposeSubAllianceEnd` answers. */
export const ProposeSubAllianceEndPayload = payloadType('proposeSubAllianceEnd', 'subAlliance', SubAlliance);
/** What `resumeSubAlliance` answers. */
export const ResumeSubAlliancePayload = payloadType('resumeSubAlliance', 'subAlliance', SubAlliance);
/** What `joinSubAlliance` answers. */
export const JoinSubAlliancePayload = payloadType('joinSubAlliance', 'member', SubAllianceMember);
/** What `admitToSubAlliance` answers. */
export const AdmitToSubAlliancePayload = payloadType('admitToSubAlliance', 'member', SubAllianceMember);
/** What `refuseSubAllianceMember` answers. */
export const RefuseSubAllianceMemberPayload = payloadType(
  'refuseSubAllianceMember',
  'member',
  SubAllianceMember,
);
/** What `leaveSubAlliance` answers. */
export const LeaveSubAlliancePayload = payloadType('leaveSubAlliance', 'member', SubAllianceMember);
/** What `submitSubAllianceReport` answers. */
export const SubmitSubAllianceReportPayload = payloadType(
  'submitSubAllianceReport',
  'report',
  SubAllianceReport,
);
/** What `inspectSubAlliance` answers. */
export const InspectSubAlliancePayload = payloadType('inspectSubAlliance', 'report', SubAllianceReport);
