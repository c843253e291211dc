import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, Public, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import {
  ApplyForSubAllianceInput,
  ApplyForSubAlliancePayload,
  WithdrawSubAllianceInput,
  WithdrawSubAlliancePayload,
  ProposeSubAllianceEndInput,
  ProposeSubAllianceEndPayload,
  ResumeSubAllianceInput,
  ResumeSubAlliancePayload,
  JoinSubAllianceInput,
  JoinSubAlliancePayload,
  AdmitToSubAllianceInput,
  AdmitToSubAlliancePayload,
  RefuseSubAllianceMemberInput,
  RefuseSubAllianceMemberPayload,
  LeaveSubAllianceInput,
  LeaveSubAlliancePayload,
  SubmitSubAllianceReportInput,
  SubmitSubAllianceReportPayload,
  InspectSubAllianceInput,
  InspectSubAlliancePayload,
  type SubAllianceMemberPayload,
  type SubAlliancePayload,
  type SubAllianceReportPayload,
} from './sub-alliance.inputs.js';
import { subAllianceById } from './sub-alliance.loader.js';
import type { SubAllianceMemberService } from './sub-alliance-member.service.js';
import type { SubAllianceService } from './sub-alliance.service.js';
import {
  SubAlliance,
  SubAllianceConnection,
  SubAllianceMemberConnection,
  SubAllianceReportConnection,
  SubAlliancesArguments,
} from './sub-alliance.types.js';

/** Sub-alliances, their members and their reports. */
@Resolver(() => SubAlliance)
export class SubAllianceResolver {
  readonly #subAlliances: SubAllianceService;
  readonly #members: SubAllianceMemberService;

  constructor(subAlliances: SubAllianceService, members: SubAllianceMemberService) {
    this.#subAlliances = subAlliances;
    this.#members = members;
  }

  @Query(() => SubAlliance, { nullable: true })
  @Public()
  subAlliance(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<SubAlliance | null> {
    return this.#subAlliances.byId(scope, id);
  }

  @Query(() => SubAllianceConnection, {
    nullable: true,
    description: 'The sub-alliances; applications for those who made and those who decide them.',
  })
  @Public()
  subAlliances(
    @Args(() => SubAlliancesArguments) args: SubAlliancesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#subAlliances.list(scope, args, selectsTotal(info));
  }

  @Mutation(() => ApplyForSubAlliancePayload, {
    nullable: true,
    description:
      'Applies for a sub-alliance that an institution will lead; a motion FOUND_SUB_ALLIANCE decides.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  applyForSubAlliance(
    @Arg('input', () => ApplyForSubAllianceInput) input: ApplyForSubAllianceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAlliancePayload> {
    return this.#subAlliances.apply(scope, input);
  }

  @Mutation(() => WithdrawSubAlliancePayload, { nullable: true, description: 'Takes an application back.' })
  @RequiresRole('INSTITUTION_ADMIN', 'SECRETARIAT')
  withdrawSubAlliance(
    @Arg('input', () => WithdrawSubAllianceInput) input: WithdrawSubAllianceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAlliancePayload> {
    return this.#subAlliances.withdraw(scope, input);
  }

  @Mutation(() => ProposeSubAllianceEndPayload, {
    nullable: true,
    description: 'Proposes to dissolve or merge a sub-alliance; a motion DISSOLVE_SUB_ALLIANCE decides.',
  })
  @RequiresRole('INSTITUTION_ADMIN', 'SECRETARIAT')
  proposeSubAllianceEnd(
    @Arg('input', () => ProposeSubAllianceEndInput) input: ProposeSubAllianceEndInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAlliancePayload> {
    return this.#subAlliances.proposeEnd(scope, input);
  }

  @Mutation(() => ResumeSubAlliancePayload, {
    nullable: true,
    description: 'Drops the proposal to end a sub-alliance.',
  })
  @RequiresRole('INSTITUTION_ADMIN', 'SECRETARIAT')
  resumeSubAlliance(
    @Arg('input', () => ResumeSubAllianceInput) input: ResumeSubAllianceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAlliancePayload> {
    return this.#subAlliances.resume(scope, input);
  }

  @Mutation(() => JoinSubAlliancePayload, { nullable: true, description: 'Asks to join a sub-alliance.' })
  @RequiresRole('INSTITUTION_ADMIN')
  joinSubAlliance(
    @Arg('input', () => JoinSubAllianceInput) input: JoinSubAllianceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAllianceMemberPayload> {
    return this.#members.join(scope, input);
  }

  @Mutation(() => AdmitToSubAlliancePayload, {
    nullable: true,
    description: 'Admits one who asks; for the lead institution.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  admitToSubAlliance(
    @Arg('input', () => AdmitToSubAllianceInput) input: AdmitToSubAllianceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAllianceMemberPayload> {
    return this.#members.admit(scope, input);
  }

  @Mutation(() => RefuseSubAllianceMemberPayload, {
    nullable: true,
    description: 'Does not admit one who asks; for the lead institution.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  refuseSubAllianceMember(
    @Arg('input', () => RefuseSubAllianceMemberInput) input: RefuseSubAllianceMemberInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAllianceMemberPayload> {
    return this.#members.refuse(scope, input);
  }

  @Mutation(() => LeaveSubAlliancePayload, { nullable: true, description: 'Leaves a sub-alliance.' })
  @RequiresRole('INSTITUTION_ADMIN', 'SECRETARIAT')
  leaveSubAlliance(
    @Arg('input', () => LeaveSubAllianceInput) input: LeaveSubAllianceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAllianceMemberPayload> {
    return this.#members.leave(scope, input);
  }

  @Mutation(() => SubmitSubAllianceReportPayload, {
    nullable: true,
    description: 'Submits the report of a year; for the lead institution.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  submitSubAllianceReport(
    @Arg('input', () => SubmitSubAllianceReportInput) input: SubmitSubAllianceReportInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAllianceReportPayload> {
    return this.#members.submitReport(scope, input);
  }

  @Mutation(() => InspectSubAlliancePayload, {
    nullable: true,
    description: 'Records what the secretariat found in a report (charter art. 17).',
  })
  @RequiresRole('SECRETARIAT')
  inspectSubAlliance(
    @Arg('input', () => InspectSubAllianceInput) input: InspectSubAllianceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAllianceReportPayload> {
    return this.#members.inspect(scope, input);
  }

  @FieldResolver(() => Institution, { nullable: true })
  lead(@Root() subAlliance: SubAlliance, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, subAlliance.leadInstitutionId);
  }

  @FieldResolver(() => SubAlliance, {
    nullable: true,
    description: 'Into which one it is, or is to be, merged.',
  })
  successor(
    @Root() subAlliance: SubAlliance,
    @Ctx() { scope }: RoomContext,
  ): Promise<SubAlliance | null> | null {
    return subAlliance.successorId === null ? null : scope.load(subAllianceById, subAlliance.successorId);
  }

  @FieldResolver(() => SubAllianceMemberConnection, { nullable: true })
  members(
    @Root() subAlliance: SubAlliance,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#members.members(scope, subAlliance.id, args, selectsTotal(info));
  }

  @FieldResolver(() => SubAllianceReportConnection, {
    nullable: true,
    description: 'For the lead institution, the councils and the secretariat.',
  })
  @Authenticated()
  reports(
    @Root() subAlliance: SubAlliance,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#members.reports(scope, subAlliance.id, args, selectsTotal(info));
  }
}
