import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import { BilingualText } from '../bodies/body.types.js';

/** What a sub-alliance is formed by. */
export enum SubAllianceKind {
  INDUSTRY = 'INDUSTRY',
  REGION = 'REGION',
}
registerEnumType(SubAllianceKind, {
  name: 'SubAllianceKind',
  description: 'What a sub-alliance is formed by.',
});

/** The states of a sub-alliance. */
export enum SubAllianceState {
  APPLIED = 'APPLIED',
  FOUNDED = 'FOUNDED',
  DISSOLUTION_PROPOSED = 'DISSOLUTION_PROPOSED',
  DISSOLVED = 'DISSOLVED',
  MERGED = 'MERGED',
  REFUSED = 'REFUSED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(SubAllianceState, { name: 'SubAllianceState', description: 'The state of a sub-alliance.' });

/** The states of a member of a sub-alliance. */
export enum SubAllianceMemberState {
  REQUESTED = 'REQUESTED',
  MEMBER = 'MEMBER',
  REFUSED = 'REFUSED',
  LEFT = 'LEFT',
}
registerEnumType(SubAllianceMemberState, {
  name: 'SubAllianceMemberState',
  description: 'The state of a member of a sub-alliance.',
});

/** The states of a report. */
export enum SubAllianceReportState {
  SUBMITTED = 'SUBMITTED',
  INSPECTED = 'INSPECTED',
}
registerEnumType(SubAllianceReportState, {
  name: 'SubAllianceReportState',
  description: 'The state of a report.',
});

/** What an inspection can find. */
export enum SupervisionFinding {
  SATISFACTORY = 'SATISFACTORY',
  DEFICIENT = 'DEFICIENT',
}
registerEnumType(SupervisionFinding, {
  name: 'SupervisionFinding',
  description: 'What an inspection found.',
});

/** Members that work together in an industry or a region (分盟). */
@ObjectType({ description: 'Members that work together in an industry or a region (分盟).' })
export class SubAlliance extends SteppedObject {
  @Field(() => ID)
  id!: string;

  /** For the field resolvers; not fields of the graph. */
  leadInstitutionId!: string;
  successorId!: string | null;

  @Field(() => BilingualText)
  name!: BilingualText;

  @Field(() => SubAllianceKind)
  kind!: SubAllianceKind;

  @Field(() => String, { description: 'The industry or the region.' })
  field!: string;

  @Field(() => String)
  purpose!: string;

  @Field(() => SubAllianceState)
  state!: SubAllianceState;

  @Field(() => DateTimeScalar, { nullable: true })
  foundedAt!: Date | null;
}

/** An institution that belongs, belonged or asked to belong to a sub-alliance. */
@ObjectType({ description: 'An institution that belongs, belonged or asked to belong to a sub-alliance.' })
export class SubAllianceMember {
  @Field(() => ID)
  id!: string;

  /** For the field resolvers; not a field of the graph. */
  institutionId!: string;

  @Field(() => SubAllianceMemberState)
  state!: SubAllianceMemberState;

  @Field(() => DateTimeScalar, { nullable: true })
  from!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The end of the half-open interval.' })
  to!: Date | null;

  @Field(() => Int)
  version!: number;
}

/** What a sub-alliance reports of a year. */
@ObjectType({ description: 'What a sub-alliance reports of a year, and what the secretariat found.' })
export class SubAllianceReport {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  year!: number;

  @Field(() => String)
  text!: string;

  @Field(() => SubAllianceReportState)
  state!: SubAllianceReportState;

  @Field(() => SupervisionFinding, { nullable: true })
  finding!: SupervisionFinding | null;

  @Field(() => String, { nullable: true })
  remark!: string | null;

  @Field(() => Int)
  version!: number;
}

/** A page of sub-alliances. */
export const SubAllianceConnection = connectionType(SubAlliance, 'SubAlliance');
/** A page of members of a sub-alliance. */
export const SubAllianceMemberConnection = connectionType(SubAllianceMember, 'SubAllianceMember');
/** A page of reports. */
export const SubAllianceReportConnection = connectionType(SubAllianceReport, 'SubAllianceReport');

/** Which sub-alliances to list. */
@InputType({ description: 'Which sub-alliances to list; conditions are joined by AND.' })
export class SubAllianceFilter {
  @Field(() => SubAllianceState, { nullable: true })
  state?: SubAllianceState;

  @Field(() => SubAllianceKind, { nullable: true })
  kind?: SubAllianceKind;

  @Field(() => Int, {
    nullable: true,
    description: 'Only founded ones without a report of this year, as far as the caller may see reports.',
  })
  withoutReportOf?: number;
}

/** The arguments of `subAlliances`. */
@ArgsType()
export class SubAlliancesArguments extends PageArguments {
  @Field(() => SubAllianceFilter, { nullable: true })
  filter?: SubAllianceFilter;
}
