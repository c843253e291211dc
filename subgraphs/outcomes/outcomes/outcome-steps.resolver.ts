import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { issuerOfficials } from './outcome.policy.js';
import type { OutcomeService } from './outcome.service.js';
import {
  AcceptOutcomeCheckInput,
  AcceptOutcomeCheckPayload,
  FileOutcomeAppealInput,
  FileOutcomeAppealPayload,
  AssignOutcomeExpertInput,
  AssignOutcomeExpertPayload,
  BeginOutcomeCheckInput,
  BeginOutcomeCheckPayload,
  CertifyOutcomeInput,
  CertifyOutcomePayload,
  ExpireOutcomeInput,
  ExpireOutcomePayload,
  ReinstateOutcomeInput,
  ReinstateOutcomePayload,
  RejectOutcomeInput,
  RejectOutcomePayload,
  RequestOutcomeSupplementInput,
  RequestOutcomeSupplementPayload,
  SendOutcomeSupplementInput,
  SendOutcomeSupplementPayload,
  SuspendOutcomeInput,
  SuspendOutcomePayload,
  WithdrawCertificationInput,
  WithdrawCertificationPayload,
  WithdrawOutcomeInput,
  WithdrawOutcomePayload,
  type OutcomePayload,
} from './outcome-steps.types.js';

/** The steps of a certification; one mutation for each action of the machine. */
@Resolver()
export class OutcomeStepsResolver {
  readonly #outcomes: OutcomeService;

  constructor(outcomes: OutcomeService) {
    this.#outcomes = outcomes;
  }

  @Mutation(() => BeginOutcomeCheckPayload, {
    nullable: true,
    description: 'Begins the formal check of a proposed outcome.',
  })
  @RequiresRole('SECRETARIAT')
  beginOutcomeCheck(
    @Arg('input', () => BeginOutcomeCheckInput) input: BeginOutcomeCheckInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'beginOutcomeCheck', input);
  }

  @Mutation(() => RequestOutcomeSupplementPayload, {
    nullable: true,
    description: 'Asks the issuer for a supplement.',
  })
  @RequiresRole('SECRETARIAT')
  requestOutcomeSupplement(
    @Arg('input', () => RequestOutcomeSupplementInput) input: RequestOutcomeSupplementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'requestOutcomeSupplement', input);
  }

  @Mutation(() => SendOutcomeSupplementPayload, { nullable: true, description: 'Sends what was asked for.' })
  @RequiresRole(...issuerOfficials)
  sendOutcomeSupplement(
    @Arg('input', () => SendOutcomeSupplementInput) input: SendOutcomeSupplementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'sendOutcomeSupplement', input);
  }

  @Mutation(() => AcceptOutcomeCheckPayload, {
    nullable: true,
    description: 'Passes an outcome on to the experts.',
  })
  @RequiresRole('SECRETARIAT')
  acceptOutcomeCheck(
    @Arg('input', () => AcceptOutcomeCheckInput) input: AcceptOutcomeCheckInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'acceptOutcomeCheck', input);
  }

  @Mutation(() => AssignOutcomeExpertPayload, {
    nullable: true,
    description: 'Gives an outcome to one expert; without this any expert may decide.',
  })
  @RequiresRole('SECRETARIAT')
  assignOutcomeExpert(
    @Arg('input', () => AssignOutcomeExpertInput) input: AssignOutcomeExpertInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'assignOutcomeExpert', input);
  }

  @Mutation(() => CertifyOutcomePayload, {
    nullable: true,
    description: 'Certifies an outcome; by somebody else than its proposer.',
  })
  @RequiresRole('EXPERT')
  certifyOutcome(
    @Arg('input', () => CertifyOutcomeInput) input: CertifyOutcomeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'certifyOutcome', input);
  }

  @Mutation(() => RejectOutcomePayload, {
    nullable: true,
    description: 'Rejects an outcome; by somebody else than its proposer.',
  })
  @RequiresRole('EXPERT')
  rejectOutcome(
    @Arg('input', () => RejectOutcomeInput) input: RejectOutcomeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'rejectOutcome', input);
  }

  @Mutation(() => FileOutcomeAppealPayload, {
    nullable: true,
    description: 'Appeals against a rejection, once; other experts decide.',
  })
  @RequiresRole(...issuerOfficials)
  fileOutcomeAppeal(
    @Arg('input', () => FileOutcomeAppealInput) input: FileOutcomeAppealInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'fileOutcomeAppeal', input);
  }

  @Mutation(() => WithdrawOutcomePayload, {
    nullable: true,
    description: 'Withdraws an outcome before it is decided.',
  })
  @RequiresRole(...issuerOfficials)
  withdrawOutcome(
    @Arg('input', () => WithdrawOutcomeInput) input: WithdrawOutcomeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'withdrawOutcome', input);
  }

  @Mutation(() => SuspendOutcomePayload, { nullable: true, description: 'Suspends a certified outcome.' })
  @RequiresRole('SECRETARIAT')
  suspendOutcome(
    @Arg('input', () => SuspendOutcomeInput) input: SuspendOutcomeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'suspendOutcome', input);
  }

  @Mutation(() => ReinstateOutcomePayload, { nullable: true, description: 'Reinstates a suspended outcome.' })
  @RequiresRole('SECRETARIAT')
  reinstateOutcome(
    @Arg('input', () => ReinstateOutcomeInput) input: ReinstateOutcomeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'reinstateOutcome', input);
  }

  @Mutation(() => ExpireOutcomePayload, {
    nullable: true,
    description: 'Ends an outcome whose validity is over.',
  })
  @RequiresRole('SECRETARIAT')
  expireOutcome(
    @Arg('input', () => ExpireOutcomeInput) input: ExpireOutcomeInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'expireOutcome', input);
  }

  @Mutation(() => WithdrawCertificationPayload, {
    nullable: true,
    description: 'Withdraws the certification of an outcome; what was converted stays.',
  })
  @RequiresRole(...issuerOfficials, 'SECRETARIAT')
  withdrawCertification(
    @Arg('input', () => WithdrawCertificationInput) input: WithdrawCertificationInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<OutcomePayload> {
    return this.#outcomes.take(scope, 'withdrawCertification', input);
  }
}
