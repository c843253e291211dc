import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { PeopleFigure } from '../../kit/room/figures/people-figure.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of a member's report. */
export enum MemberReportState {
  DRAFT = 'DRAFT',
  SUBMITTED = 'SUBMITTED',
  RETURNED = 'RETURNED',
  ACCEPTED = 'ACCEPTED',
  SUPERSEDED = 'SUPERSEDED',
}
registerEnumType(MemberReportState, {
  name: 'MemberReportState',
  description: 'The state of a member’s report; only ACCEPTED ones count.',
});

/** What a member reports of one year. */
@ObjectType({ description: 'What a member reports of one year; a correction is a later edition.' })
export class MemberReport extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int)
  year!: number;

  @Field(() => Int, { description: 'From 1; the accepted one with the highest number counts.' })
  edition!: number;

  @Field(() => MemberReportState)
  state!: MemberReportState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => Int, { description: 'Teachers engaged (参与教师).' })
  teachers!: number;

  @Field(() => Int, { description: 'Courses that were reformed (改革课程).' })
  reformedCourses!: number;

  @Field(() => Int, { description: 'People who benefited (受益人数).' })
  beneficiaries!: number;

  @Field(() => [String], { description: 'The provinces that were served, by their full names.' })
  provinces!: string[];

  @Field(() => String, { nullable: true })
  notes!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was returned, where it was.' })
  returnReason!: string | null;
}

/** A page of reports. */
export const MemberReportConnection = connectionType(MemberReport, 'MemberReport');

/** Which reports to list. */
@InputType({ description: 'Which reports to list; conditions are joined by AND.' })
export class MemberReportFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => Int, { nullable: true })
  year?: number;

  @Field(() => MemberReportState, { nullable: true })
  state?: MemberReportState;
}

/** The arguments of `memberReports`. */
@ArgsType()
export class MemberReportsArguments extends PageArguments {
  @Field(() => MemberReportFilter, { nullable: true })
  filter?: MemberReportFilter;
}

/** A report as a member writes it. */
@InputType({ description: 'A report as a member writes it: a new edition, or the one under way.' })
export class SaveMemberReportInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int)
  year!: number;

  @Field(() => Int)
  teachers!: number;

  @Field(() => Int)
  reformedCourses!: number;

  @Field(() => Int)
  beneficiaries!: number;

  @Field(() => [String], { description: 'Full names, for example 宁夏回族自治区.' })
  provinces!: string[];

  @Field(() => String, { nullable: true, description: '4,000 characters at most.' })
  notes?: string;

  @Field(() => Int, { nullable: true, description: 'The version seen, where an edition is under way.' })
  expectedVersion?: number;

  @Field(() => String)
  idempotencyKey!: string;
}

/** A report to hand in. */
@InputType({ description: 'A report to hand in to the secretariat.' })
export class SubmitMemberReportInput extends stepInput('reportId') {
  @Field(() => String)
  idempotencyKey!: string;
}

/** A report to accept. */
@InputType({ description: 'A report to accept; from then on it counts, in place of an earlier edition.' })
export class AcceptMemberReportInput extends stepInput('reportId') {}

/** A report to return. */
@InputType({ description: 'A report to return to the member.' })
export class ReturnMemberReportInput extends reasonedStepInput(
  'reportId',
  'What is missing or wrong; the member reads it. 2 to 1,000 characters.',
) {}

/** What members reported, added up. */
@ObjectType({ description: 'What members reported of a year, added up; only accepted reports count.' })
export class MemberReportFigures {
  @Field(() => Int)
  year!: number;

  @Field(() => Int, { description: 'Members whose report was accepted.' })
  reported!: number;

  @Field(() => Int, { description: 'Members that have no accepted report.' })
  outstanding!: number;

  @Field(() => PeopleFigure)
  teachers!: PeopleFigure;

  @Field(() => Int)
  reformedCourses!: number;

  @Field(() => PeopleFigure)
  beneficiaries!: PeopleFigure;

  @Field(() => Int, { description: 'Provinces that at least one of them served.' })
  provincesServed!: number;
}

/** What a mutation of a report answers. */
export type MemberReportPayload = Payload<{ memberReport: MemberReport }>;

/** What `saveMemberReport` answers. */
export const SaveMemberReportPayload = payloadType('saveMemberReport', 'memberReport', MemberReport);
/** What `submitMemberReport` answers. */
export const SubmitMemberReportPayload = payloadType('submitMemberReport', 'memberReport', MemberReport);
/** What `acceptMemberReport` answers. */
export const AcceptMemberReportPayload = payloadType('acceptMemberReport', 'memberReport', MemberReport);
/** What `returnMemberReport` answers. */
export const ReturnMemberReportPayload = payloadType('returnMemberReport', 'memberReport', MemberReport);
