import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Dashboard } from '../dashboards/dashboard.types.js';
import { InstitutionConnection } from '../institutions/institution.types.js';
import { memberReportFigures } from './member-report.loader.js';
import type { MemberReportService } from './member-report.service.js';
import {
  AcceptMemberReportInput,
  AcceptMemberReportPayload,
  MemberReport,
  MemberReportConnection,
  MemberReportFigures,
  MemberReportsArguments,
  ReturnMemberReportInput,
  ReturnMemberReportPayload,
  SaveMemberReportInput,
  SaveMemberReportPayload,
  SubmitMemberReportInput,
  SubmitMemberReportPayload,
  type MemberReportPayload,
} from './member-report.types.js';

/** What members report once a year. */
@Resolver(() => Dashboard)
export class MemberReportResolver {
  readonly #reports: MemberReportService;

  constructor(reports: MemberReportService) {
    this.#reports = reports;
  }

  @FieldResolver(() => MemberReportFigures, {
    nullable: true,
    description: 'What members reported of a year, added up.',
  })
  @RequiresRole('SECRETARIAT', 'SUPERVISOR', 'SERVICE')
  reportFigures(
    @Root() dashboard: Dashboard,
    @Arg('year', () => Int) year: number,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberReportFigures> {
    return memberReportFigures(scope, dashboard, year);
  }

  @Query(() => MemberReport, { nullable: true, description: 'One report of a member.' })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  memberReport(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<MemberReport | null> {
    return this.#reports.byId(scope, id);
  }

  @Query(() => MemberReportConnection, {
    nullable: true,
    description:
      'Reports of members: all of them for the secretariat, those of their institution for administrators.',
  })
  @RequiresRole('SECRETARIAT', 'INSTITUTION_ADMIN')
  memberReports(
    @Args(() => MemberReportsArguments) args: MemberReportsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#reports.list(scope, args, selectsTotal(info));
  }

  @Query(() => InstitutionConnection, {
    nullable: true,
    description: 'Members of a year that have handed in no report of it.',
  })
  @RequiresRole('SECRETARIAT')
  membersWithoutReport(
    @Arg('year', () => Int) year: number,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#reports.missing(scope, year, args, selectsTotal(info));
  }

  @Mutation(() => SaveMemberReportPayload, {
    nullable: true,
    description: 'Writes the report of a year, or begins its next edition.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  saveMemberReport(
    @Arg('input', () => SaveMemberReportInput) input: SaveMemberReportInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberReportPayload> {
    return this.#reports.save(scope, input);
  }

  @Mutation(() => SubmitMemberReportPayload, { nullable: true, description: 'Hands a report in.' })
  @RequiresRole('INSTITUTION_ADMIN')
  submitMemberReport(
    @Arg('input', () => SubmitMemberReportInput) input: SubmitMemberReportInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberReportPayload> {
    return this.#reports.submit(scope, input);
  }

  @Mutation(() => AcceptMemberReportPayload, { nullable: true, description: 'Lets a report count.' })
  @RequiresRole('SECRETARIAT')
  acceptMemberReport(
    @Arg('input', () => AcceptMemberReportInput) input: AcceptMemberReportInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberReportPayload> {
    return this.#reports.accept(scope, input);
  }

  @Mutation(() => ReturnMemberReportPayload, {
    nullable: true,
    description: 'Gives a report back with a reason.',
  })
  @RequiresRole('SECRETARIAT')
  returnMemberReport(
    @Arg('input', () => ReturnMemberReportInput) input: ReturnMemberReportInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberReportPayload> {
    return this.#reports.return(scope, input);
  }
}
