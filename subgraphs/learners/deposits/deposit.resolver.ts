import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { InstitutionReference } from '../institutions/institution.types.js';
import { learnerById } from '../learners/learner.loader.js';
import { Learner } from '../learners/learner.types.js';
import { CourseResultReference } from '../student-records/student-record.types.js';
import type { DepositService } from './deposit.service.js';
import {
  Deposit,
  DepositConnection,
  DepositsArguments,
  EnterDepositInput,
  EnterDepositPayload,
  ReviewDepositInput,
  ReviewDepositPayload,
  RevokeDepositInput,
  RevokeDepositPayload,
  type DepositPayload,
} from './deposit.types.js';

/** Deposits and their steps. */
@Resolver(() => Deposit)
export class DepositResolver {
  readonly #deposits: DepositService;

  constructor(deposits: DepositService) {
    this.#deposits = deposits;
  }

  @Query(() => Deposit, { nullable: true })
  @Authenticated()
  deposit(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Deposit | null> {
    return this.#deposits.byId(scope, id);
  }

  @Query(() => DepositConnection, {
    nullable: true,
    description: "The deposits of the caller's institutions.",
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN')
  deposits(
    @Args(() => DepositsArguments) args: DepositsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Deposit>> {
    return this.#deposits.ofInstitutions(scope, args, selectsTotal(info));
  }

  @Query(() => DepositConnection, {
    nullable: true,
    description: "Deposits of the caller's institutions that wait for the caller's review, the oldest first.",
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN')
  depositsToReview(
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Deposit>> {
    return this.#deposits.toReview(scope, args, selectsTotal(info));
  }

  @Mutation(() => EnterDepositPayload, {
    nullable: true,
    description: "Enters a result of the caller's institution, read from its record.",
  })
  @RequiresRole('REGISTRAR')
  enterDeposit(
    @Arg('input', () => EnterDepositInput) input: EnterDepositInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<DepositPayload> {
    return this.#deposits.enter(scope, input);
  }

  @Mutation(() => ReviewDepositPayload, {
    nullable: true,
    description: 'Approves or rejects a deposit that somebody else entered.',
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN')
  reviewDeposit(
    @Arg('input', () => ReviewDepositInput) input: ReviewDepositInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<DepositPayload> {
    return this.#deposits.review(scope, input);
  }

  @Mutation(() => RevokeDepositPayload, {
    nullable: true,
    description: 'Withdraws a deposit of the caller’s institution, with a reason.',
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN')
  revokeDeposit(
    @Arg('input', () => RevokeDepositInput) input: RevokeDepositInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<DepositPayload> {
    return this.#deposits.revoke(scope, input);
  }

  @FieldResolver(() => Learner, { nullable: true, description: 'Null until the learner is known.' })
  @Authenticated()
  async learner(@Root() deposit: Deposit, @Ctx() { scope }: RoomContext): Promise<Learner | null> {
    return deposit.learnerId === null ? null : scope.load(learnerById, deposit.learnerId);
  }

  @FieldResolver(() => InstitutionReference, { nullable: true })
  @Authenticated()
  issuer(@Root() deposit: Deposit): InstitutionReference {
    return { id: deposit.issuerId };
  }

  @FieldResolver(() => CourseResultReference, {
    nullable: true,
    description: "The result as the school's record has it now.",
  })
  @Authenticated()
  record(@Root() deposit: Deposit): CourseResultReference {
    return { institutionId: deposit.issuerId, nativeKey: deposit.nativeKey };
  }
}
