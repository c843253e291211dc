import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import type { Upload } from '../../kit/room/files/upload.types.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { Institution } from '../institutions/institution.types.js';
import type { ActivityService } from './activity.service.js';
import {
  ActivityEvidence,
  CreateActivityEvidenceUploadInput,
  CreateActivityEvidenceUploadPayload,
  InactivityCandidateConnection,
  InactivityCandidatesArguments,
  MemberActivitiesArguments,
  MemberActivityConnection,
  RecordActivityInput,
  RecordActivityPayload,
  RetractActivityInput,
  RetractActivityPayload,
  type InactivityCandidate,
  type MemberActivity,
  type MemberActivityPayload,
} from './activity.types.js';
import type { InactivityWatchService } from './inactivity-watch.service.js';

/** What members do, and of whom nothing is known for three years. */
@Resolver(() => Institution)
export class ActivityResolver {
  readonly #activities: ActivityService;
  readonly #watch: InactivityWatchService;

  constructor(activities: ActivityService, watch: InactivityWatchService) {
    this.#activities = activities;
    this.#watch = watch;
  }

  @Query(() => MemberActivityConnection, {
    nullable: true,
    description: "What members did: everything for the secretariat and the council, one's own for a member.",
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'INSTITUTION_ADMIN')
  memberActivities(
    @Args(() => MemberActivitiesArguments) args: MemberActivitiesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<MemberActivity>> {
    return this.#activities.list(scope, args, selectsTotal(info));
  }

  @Query(() => InactivityCandidateConnection, {
    nullable: true,
    description:
      'Active members of which nothing counted for three years (charter art. 21.1), with the evidence. Listing them changes nothing: the standing council decides.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER')
  inactivityCandidates(
    @Args(() => InactivityCandidatesArguments) args: InactivityCandidatesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<InactivityCandidate>> {
    return this.#watch.candidates(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => ActivityEvidence, {
    nullable: true,
    description: 'What is known of its activity; null where it is no member, or the caller may not know.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'INSTITUTION_ADMIN')
  activityEvidence(
    @Root() institution: Institution,
    @Arg('asOf', () => DateScalar, {
      nullable: true,
      description: 'The day to look at; today when left out.',
    })
    asOf: string | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<ActivityEvidence | null> {
    return this.#watch.evidenceOf(scope, institution.id, asOf);
  }

  @Mutation(() => CreateActivityEvidenceUploadPayload, {
    nullable: true,
    description: 'Opens a one-time upload for a file of evidence.',
  })
  @RequiresRole('SECRETARIAT')
  createActivityEvidenceUpload(
    @Arg('input', () => CreateActivityEvidenceUploadInput) input: CreateActivityEvidenceUploadInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ upload: Upload }>> {
    return this.#activities.createUpload(scope, input);
  }

  @Mutation(() => RecordActivityPayload, {
    nullable: true,
    description: 'Records what a member did outside the system.',
  })
  @RequiresRole('SECRETARIAT')
  recordActivity(
    @Arg('input', () => RecordActivityInput) input: RecordActivityInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberActivityPayload> {
    return this.#activities.record(scope, input);
  }

  @Mutation(() => RetractActivityPayload, {
    nullable: true,
    description: 'Takes an entry of the ledger back by another one.',
  })
  @RequiresRole('SECRETARIAT')
  retractActivity(
    @Arg('input', () => RetractActivityInput) input: RetractActivityInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MemberActivityPayload> {
    return this.#activities.retract(scope, input);
  }
}
