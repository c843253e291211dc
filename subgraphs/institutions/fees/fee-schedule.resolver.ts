import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { legalDate } from '../../kit/base/clock.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import type { FeeScheduleService } from './fee-schedule.service.js';
import {
  FeeSchedule,
  ProposeFeeScheduleInput,
  ProposeFeeSchedulePayload,
  WithdrawFeeScheduleInput,
  WithdrawFeeSchedulePayload,
  type FeeSchedulePayload,
} from './fee-schedule.types.js';

/** What members pay. */
@Resolver(() => FeeSchedule)
export class FeeScheduleResolver {
  readonly #schedules: FeeScheduleService;

  constructor(schedules: FeeScheduleService) {
    this.#schedules = schedules;
  }

  @Query(() => [FeeSchedule], {
    nullable: true,
    description: 'Fee schedules that the caller may see, the newest first.',
  })
  @Authenticated()
  feeSchedules(@Ctx() { scope }: RoomContext): Promise<FeeSchedule[]> {
    return this.#schedules.list(scope);
  }

  @Query(() => FeeSchedule, {
    nullable: true,
    description: 'The fee schedule in force on a day, today without one; null while there are no fees.',
  })
  @Authenticated()
  feeSchedule(
    @Arg('asOf', () => DateScalar, { nullable: true }) asOf: string | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<FeeSchedule | null> {
    return this.#schedules.inForceOn(scope, asOf ?? legalDate(scope.clock.now()));
  }

  @Mutation(() => ProposeFeeSchedulePayload, {
    nullable: true,
    description: 'Proposes a fee schedule to the standing council.',
  })
  @RequiresRole('SECRETARIAT')
  proposeFeeSchedule(
    @Arg('input', () => ProposeFeeScheduleInput) input: ProposeFeeScheduleInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FeeSchedulePayload> {
    return this.#schedules.propose(scope, input);
  }

  @Mutation(() => WithdrawFeeSchedulePayload, {
    nullable: true,
    description: 'Withdraws a proposed fee schedule.',
  })
  @RequiresRole('SECRETARIAT')
  withdrawFeeSchedule(
    @Arg('input', () => WithdrawFeeScheduleInput) input: WithdrawFeeScheduleInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<FeeSchedulePayload> {
    return this.#schedules.withdraw(scope, input);
  }
}
