import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Institution } from '../institutions/institution.types.js';
import {
  AmendActivityRequestInput,
  AmendActivityRequestPayload,
  CloseActivityRequestInput,
  CloseActivityRequestPayload,
  CreateActivityRequestInput,
  CreateActivityRequestPayload,
  ReportActivityInput,
  ReportActivityPayload,
  ReturnActivityRequestInput,
  ReturnActivityRequestPayload,
  SubmitActivityRequestInput,
  SubmitActivityRequestPayload,
  WithdrawActivityRequestInput,
  WithdrawActivityRequestPayload,
  type ActivityRequestPayload,
} from './activity-request.inputs.js';
import type { ActivityRequestService } from './activity-request.service.js';
import {
  ActivityRequest,
  ActivityRequestConnection,
  ActivityRequestsArguments,
} from './activity-request.types.js';

/** Requests of members to act in the alliance's name. */
@Resolver(() => ActivityRequest)
export class ActivityRequestResolver {
  readonly #requests: ActivityRequestService;

  constructor(requests: ActivityRequestService) {
    this.#requests = requests;
  }

  @Query(() => ActivityRequest, { nullable: true, description: "One request to act in the alliance's name." })
  @Authenticated()
  activityRequest(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequest | null> {
    return this.#requests.byId(scope, id);
  }

  @Query(() => ActivityRequestConnection, {
    nullable: true,
    description: 'Requests that the caller may see.',
  })
  @Authenticated()
  activityRequests(
    @Args(() => ActivityRequestsArguments) args: ActivityRequestsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#requests.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() request: ActivityRequest, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return this.#requests.institutionOf(scope, request);
  }

  @FieldResolver(() => [Institution], { nullable: 'items', description: 'Partners that are on the roster.' })
  partners(@Root() request: ActivityRequest, @Ctx() { scope }: RoomContext): Promise<(Institution | null)[]> {
    return this.#requests.partnersOf(scope, request);
  }

  @Mutation(() => CreateActivityRequestPayload, {
    nullable: true,
    description: "Begins a request to act in the alliance's name.",
  })
  @RequiresRole('INSTITUTION_ADMIN')
  createActivityRequest(
    @Arg('input', () => CreateActivityRequestInput) input: CreateActivityRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequestPayload> {
    return this.#requests.create(scope, input);
  }

  @Mutation(() => AmendActivityRequestPayload, {
    nullable: true,
    description: 'Replaces the content of a draft.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  amendActivityRequest(
    @Arg('input', () => AmendActivityRequestInput) input: AmendActivityRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequestPayload> {
    return this.#requests.amend(scope, input);
  }

  @Mutation(() => SubmitActivityRequestPayload, {
    nullable: true,
    description: 'Puts a draft before the standing council.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  submitActivityRequest(
    @Arg('input', () => SubmitActivityRequestInput) input: SubmitActivityRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequestPayload> {
    return this.#requests.submit(scope, input);
  }

  @Mutation(() => ReturnActivityRequestPayload, {
    nullable: true,
    description: 'Gives a request back to be completed.',
  })
  @RequiresRole('SECRETARIAT')
  returnActivityRequest(
    @Arg('input', () => ReturnActivityRequestInput) input: ReturnActivityRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequestPayload> {
    return this.#requests.explain(scope, 'returnActivityRequest', input);
  }

  @Mutation(() => WithdrawActivityRequestPayload, { nullable: true, description: 'Withdraws a request.' })
  @RequiresRole('INSTITUTION_ADMIN')
  withdrawActivityRequest(
    @Arg('input', () => WithdrawActivityRequestInput) input: WithdrawActivityRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequestPayload> {
    return this.#requests.explain(scope, 'withdrawActivityRequest', input);
  }

  @Mutation(() => CloseActivityRequestPayload, {
    nullable: true,
    description: 'Closes an overdue request as lapsed.',
  })
  @RequiresRole('SECRETARIAT')
  closeActivityRequest(
    @Arg('input', () => CloseActivityRequestInput) input: CloseActivityRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequestPayload> {
    return this.#requests.explain(scope, 'closeActivityRequest', input);
  }

  @Mutation(() => ReportActivityPayload, {
    nullable: true,
    description: 'Reports that an approved activity was held.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  reportActivity(
    @Arg('input', () => ReportActivityInput) input: ReportActivityInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityRequestPayload> {
    return this.#requests.report(scope, input);
  }
}
