import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { Institution } from '../institutions/institution.types.js';
import {
  AnswerServiceRequestInput,
  AnswerServiceRequestPayload,
  AssignServiceRequestInput,
  AssignServiceRequestPayload,
  CloseServiceRequestInput,
  CloseServiceRequestPayload,
  CommentServiceRequestInput,
  CommentServiceRequestPayload,
  ReopenServiceRequestInput,
  ReopenServiceRequestPayload,
  RequestServiceInput,
  RequestServicePayload,
  type ServiceRequestPayload,
} from './service-request.inputs.js';
import type { ServiceRequestService } from './service-request.service.js';
import {
  ServiceRequest,
  ServiceRequestConnection,
  ServiceRequestsArguments,
  ServiceCommentConnection,
  ServiceRequestFigures,
} from './service-request.types.js';

/** Technical guidance and services for members. */
@Resolver(() => ServiceRequest)
export class ServiceRequestResolver {
  readonly #requests: ServiceRequestService;

  constructor(requests: ServiceRequestService) {
    this.#requests = requests;
  }

  @Query(() => ServiceRequest, { nullable: true, description: 'One request of a member.' })
  @Authenticated()
  serviceRequest(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServiceRequest | null> {
    return this.#requests.byId(scope, id);
  }

  @Query(() => ServiceRequestConnection, { nullable: true, description: 'Requests that the caller may see.' })
  @Authenticated()
  serviceRequests(
    @Args(() => ServiceRequestsArguments) args: ServiceRequestsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#requests.list(scope, args, selectsTotal(info));
  }

  @Query(() => ServiceRequestFigures, {
    nullable: true,
    description: 'How many requests are open and late, and how long answers take.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'SUPERVISOR', 'INSTITUTION_ADMIN', 'REGISTRAR')
  serviceRequestFigures(@Ctx() { scope }: RoomContext): Promise<ServiceRequestFigures> {
    return this.#requests.figures(scope);
  }

  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() request: ServiceRequest, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return this.#requests.institutionOf(scope, request);
  }

  @FieldResolver(() => ServiceCommentConnection, {
    nullable: true,
    description: 'The thread, the newest remark first.',
  })
  comments(
    @Root() request: ServiceRequest,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#requests.commentsOf(scope, request, args, selectsTotal(info));
  }

  @Mutation(() => RequestServicePayload, {
    nullable: true,
    description: 'Asks the secretariat for guidance or a service.',
  })
  @RequiresRole('INSTITUTION_ADMIN', 'REGISTRAR')
  requestService(
    @Arg('input', () => RequestServiceInput) input: RequestServiceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServiceRequestPayload> {
    return this.#requests.ask(scope, input);
  }

  @Mutation(() => AssignServiceRequestPayload, {
    nullable: true,
    description: 'Gives a request to a person of the secretariat.',
  })
  @RequiresRole('SECRETARIAT')
  assignServiceRequest(
    @Arg('input', () => AssignServiceRequestInput) input: AssignServiceRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServiceRequestPayload> {
    return this.#requests.assign(scope, input);
  }

  @Mutation(() => AnswerServiceRequestPayload, { nullable: true, description: 'Answers a request.' })
  @RequiresRole('SECRETARIAT')
  answerServiceRequest(
    @Arg('input', () => AnswerServiceRequestInput) input: AnswerServiceRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServiceRequestPayload> {
    return this.#requests.answer(scope, input);
  }

  @Mutation(() => CloseServiceRequestPayload, { nullable: true, description: 'Closes an answered request.' })
  @RequiresRole('INSTITUTION_ADMIN', 'REGISTRAR')
  closeServiceRequest(
    @Arg('input', () => CloseServiceRequestInput) input: CloseServiceRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServiceRequestPayload> {
    return this.#requests.close(scope, input);
  }

  @Mutation(() => ReopenServiceRequestPayload, { nullable: true, description: 'Asks again.' })
  @RequiresRole('INSTITUTION_ADMIN', 'REGISTRAR')
  reopenServiceRequest(
    @Arg('input', () => ReopenServiceRequestInput) input: ReopenServiceRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServiceRequestPayload> {
    return this.#requests.reopen(scope, input);
  }

  @Mutation(() => CommentServiceRequestPayload, {
    nullable: true,
    description: 'Adds a remark to the thread.',
  })
  @RequiresRole('INSTITUTION_ADMIN', 'REGISTRAR', 'SECRETARIAT')
  commentServiceRequest(
    @Arg('input', () => CommentServiceRequestInput) input: CommentServiceRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ServiceRequestPayload> {
    return this.#requests.comment(scope, input);
  }
}
