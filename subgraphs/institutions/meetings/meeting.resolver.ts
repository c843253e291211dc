import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { bodyById } from '../bodies/body.loader.js';
import { Body } from '../bodies/body.types.js';
import {
  CallMeetingInput,
  CallMeetingPayload,
  CancelMeetingInput,
  CancelMeetingPayload,
  CloseMeetingInput,
  CloseMeetingPayload,
  RequestSpecialMeetingInput,
  RequestSpecialMeetingPayload,
  ScheduleMeetingInput,
  ScheduleMeetingPayload,
  SupportSpecialMeetingInput,
  SupportSpecialMeetingPayload,
  WithdrawMeetingRequestInput,
  WithdrawMeetingRequestPayload,
  type MeetingPayload,
} from './meeting.inputs.js';
import { lastMinutes } from './meeting.loader.js';
import type { MeetingService } from './meeting.service.js';
import {
  AttendanceConnection,
  Meeting,
  MeetingConnection,
  MeetingsArguments,
  Minutes,
} from './meeting.types.js';

/** Meetings: how they come about and end. */
@Resolver(() => Meeting)
export class MeetingResolver {
  readonly #meetings: MeetingService;

  constructor(meetings: MeetingService) {
    this.#meetings = meetings;
  }

  @Query(() => Meeting, { nullable: true })
  @Authenticated()
  meeting(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Meeting | null> {
    return this.#meetings.byId(scope, id);
  }

  @Query(() => MeetingConnection, {
    nullable: true,
    description: 'The meetings to which the caller is invited, and for members those that were held.',
  })
  @Authenticated()
  meetings(
    @Args(() => MeetingsArguments) args: MeetingsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#meetings.list(scope, args, selectsTotal(info));
  }

  @Mutation(() => CallMeetingPayload, { nullable: true, description: 'Calls a meeting of a body.' })
  @RequiresRole('SECRETARIAT')
  callMeeting(
    @Arg('input', () => CallMeetingInput) input: CallMeetingInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#meetings.call(scope, input);
  }

  @Mutation(() => RequestSpecialMeetingPayload, {
    nullable: true,
    description: 'Calls for a special meeting; for those who hold a seat in the body (charter art. 15).',
  })
  @Authenticated()
  requestSpecialMeeting(
    @Arg('input', () => RequestSpecialMeetingInput) input: RequestSpecialMeetingInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#meetings.request(scope, input);
  }

  @Mutation(() => SupportSpecialMeetingPayload, {
    nullable: true,
    description: 'Joins a call; more than half of the seats make the secretariat schedule the meeting.',
  })
  @Authenticated()
  supportSpecialMeeting(
    @Arg('input', () => SupportSpecialMeetingInput) input: SupportSpecialMeetingInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#meetings.support(scope, input);
  }

  @Mutation(() => WithdrawMeetingRequestPayload, { nullable: true, description: 'Takes a call back.' })
  @Authenticated()
  withdrawMeetingRequest(
    @Arg('input', () => WithdrawMeetingRequestInput) input: WithdrawMeetingRequestInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#meetings.withdrawRequest(scope, input);
  }

  @Mutation(() => ScheduleMeetingPayload, {
    nullable: true,
    description: 'Sets the time and place of a meeting that was called for.',
  })
  @RequiresRole('SECRETARIAT')
  scheduleMeeting(
    @Arg('input', () => ScheduleMeetingInput) input: ScheduleMeetingInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#meetings.schedule(scope, input);
  }

  @Mutation(() => CancelMeetingPayload, { nullable: true, description: 'Cancels a meeting.' })
  @RequiresRole('SECRETARIAT')
  cancelMeeting(
    @Arg('input', () => CancelMeetingInput) input: CancelMeetingInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#meetings.cancel(scope, input);
  }

  @Mutation(() => CloseMeetingPayload, {
    nullable: true,
    description: 'Closes a meeting whose minutes are approved.',
  })
  @RequiresRole('SECRETARIAT')
  closeMeeting(
    @Arg('input', () => CloseMeetingInput) input: CloseMeetingInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MeetingPayload> {
    return this.#meetings.close(scope, input);
  }

  @FieldResolver(() => Body, { nullable: true })
  body(@Root() meeting: Meeting, @Ctx() { scope }: RoomContext): Promise<Body | null> {
    return scope.load(bodyById, meeting.bodyId);
  }

  @FieldResolver(() => Minutes, {
    nullable: true,
    description: 'The last edition of the minutes; for those who were invited and the secretariat.',
  })
  minutes(@Root() meeting: Meeting, @Ctx() { scope }: RoomContext): Promise<Minutes | null> {
    return scope.load(lastMinutes, meeting.id);
  }

  @FieldResolver(() => AttendanceConnection, {
    nullable: true,
    description: 'Who came; for those who were invited and the secretariat.',
  })
  attendance(
    @Root() meeting: Meeting,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#meetings.attendance(scope, meeting.id, args, selectsTotal(info));
  }

  @FieldResolver(() => [AvailableAction])
  availableActions(@Root() meeting: Meeting, @Ctx() { scope }: RoomContext): Promise<AvailableAction[]> {
    return this.#meetings.availableActions(scope, meeting);
  }
}
