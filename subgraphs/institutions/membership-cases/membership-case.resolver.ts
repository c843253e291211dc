import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import type { Upload } from '../../kit/room/files/upload.types.js';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import {
  AcceptMembershipCharterInput,
  AcceptMembershipCharterPayload,
  AmendMembershipCaseInput,
  AmendMembershipCasePayload,
  CreateMembershipLetterUploadInput,
  CreateMembershipLetterUploadPayload,
  OpenMembershipCaseInput,
  OpenMembershipCasePayload,
  SubmitMembershipCaseInput,
  SubmitMembershipCasePayload,
  SupplementMembershipCaseInput,
  SupplementMembershipCasePayload,
  WithdrawMembershipCaseInput,
  WithdrawMembershipCasePayload,
  type MembershipCasePayload,
} from './membership-case.inputs.js';
import { stepsByCase } from './membership-case.loader.js';
import type { MembershipCaseService } from './membership-case.service.js';
import {
  MembershipCase,
  MembershipCaseConnection,
  MembershipCasesArguments,
  MembershipCaseStep,
} from './membership-case.types.js';
import type { MembershipLetterService } from './membership-letter.service.js';

/** Applications for membership: what everybody reads and what the applicant does. */
@Resolver(() => MembershipCase)
export class MembershipCaseResolver {
  readonly #cases: MembershipCaseService;
  readonly #letters: MembershipLetterService;

  constructor(cases: MembershipCaseService, letters: MembershipLetterService) {
    this.#cases = cases;
    this.#letters = letters;
  }

  @Query(() => MembershipCase, { nullable: true })
  @Authenticated()
  membershipCase(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCase | null> {
    return this.#cases.byId(scope, id);
  }

  @Query(() => MembershipCaseConnection, {
    nullable: true,
    description:
      'The applications that the caller may see: their own, those they review, from a passed review on those of the standing council, all for the secretariat.',
  })
  @Authenticated()
  membershipCases(
    @Args(() => MembershipCasesArguments) args: MembershipCasesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<MembershipCase>> {
    return this.#cases.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => Institution, {
    nullable: true,
    description: 'The institution on the roster; null until one that is on no list is admitted.',
  })
  @Authenticated()
  institution(@Root() of: MembershipCase, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, of.institutionId);
  }

  @FieldResolver(() => [MembershipCaseStep], {
    description: 'Every step that was taken, in order; as what somebody acted, never who.',
  })
  @Authenticated()
  timeline(@Root() of: MembershipCase, @Ctx() { scope }: RoomContext): Promise<MembershipCaseStep[]> {
    return scope.load(stepsByCase, of.id);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where to read the letter of application; expires after minutes, and its use is audited.',
  })
  @Authenticated()
  letterUrl(@Root() of: MembershipCase, @Ctx() { scope }: RoomContext): Promise<string | null> {
    return this.#letters.link(scope, of);
  }

  @Mutation(() => CreateMembershipLetterUploadPayload, {
    nullable: true,
    description: 'Opens a one-time upload for a letter of application.',
  })
  @Authenticated()
  createMembershipLetterUpload(
    @Arg('input', () => CreateMembershipLetterUploadInput) input: CreateMembershipLetterUploadInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ upload: Upload }>> {
    return this.#letters.createUpload(scope, input);
  }

  @Mutation(() => OpenMembershipCasePayload, {
    nullable: true,
    description: 'Opens an application as a draft, for any institution that is no member.',
  })
  @Authenticated()
  openMembershipCase(
    @Arg('input', () => OpenMembershipCaseInput) input: OpenMembershipCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#cases.open(scope, input);
  }

  @Mutation(() => AmendMembershipCasePayload, { nullable: true, description: 'Changes a draft.' })
  @Authenticated()
  amendMembershipCase(
    @Arg('input', () => AmendMembershipCaseInput) input: AmendMembershipCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#cases.amend(scope, input);
  }

  @Mutation(() => SubmitMembershipCasePayload, {
    nullable: true,
    description: 'Submits a complete draft; all that is missing is named at once.',
  })
  @Authenticated()
  submitMembershipCase(
    @Arg('input', () => SubmitMembershipCaseInput) input: SubmitMembershipCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#cases.submit(scope, input);
  }

  @Mutation(() => SupplementMembershipCasePayload, {
    nullable: true,
    description: 'Answers the request for a supplement; the review goes on.',
  })
  @Authenticated()
  supplementMembershipCase(
    @Arg('input', () => SupplementMembershipCaseInput) input: SupplementMembershipCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#cases.supplement(scope, input);
  }

  @Mutation(() => WithdrawMembershipCasePayload, {
    nullable: true,
    description: 'Withdraws an application before its review has ended.',
  })
  @Authenticated()
  withdrawMembershipCase(
    @Arg('input', () => WithdrawMembershipCaseInput) input: WithdrawMembershipCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#cases.withdraw(scope, input);
  }

  @Mutation(() => AcceptMembershipCharterPayload, {
    nullable: true,
    description: 'Accepts the charter that came into force after the application was submitted.',
  })
  @Authenticated()
  acceptMembershipCharter(
    @Arg('input', () => AcceptMembershipCharterInput) input: AcceptMembershipCharterInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<MembershipCasePayload> {
    return this.#cases.acceptCharter(scope, input);
  }
}
