import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { learnerById } from '../learners/learner.loader.js';
import { Learner } from '../learners/learner.types.js';
import type { AccountService } from './account.service.js';
import {
  Account,
  AccountConnection,
  CloseAccountInput,
  CloseAccountPayload,
  FreezeAccountInput,
  FreezeAccountPayload,
  OpenAccountInput,
  OpenAccountPayload,
  ProvideIdentityInput,
  ProvideIdentityPayload,
  ReopenAccountInput,
  ReopenAccountPayload,
  UnfreezeAccountInput,
  UnfreezeAccountPayload,
  VerifyIdentityInput,
  VerifyIdentityPayload,
  WithdrawAccountInput,
  WithdrawAccountPayload,
  type AccountPayload,
} from './account.types.js';

/** Learning accounts and their steps. */
@Resolver(() => Account)
export class AccountResolver {
  readonly #accounts: AccountService;

  constructor(accounts: AccountService) {
    this.#accounts = accounts;
  }

  @Query(() => AccountConnection, {
    nullable: true,
    description: 'Accounts whose documents wait to be seen where the caller checks them, the oldest first.',
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN', 'SERVICE_POINT_CLERK')
  accountsToVerify(
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Account>> {
    return this.#accounts.toVerify(scope, args, selectsTotal(info));
  }

  @Mutation(() => OpenAccountPayload, {
    nullable: true,
    description: 'Opens a learning account for the caller.',
  })
  @Authenticated()
  openAccount(
    @Arg('input', () => OpenAccountInput) input: OpenAccountInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.open(scope, input);
  }

  @Mutation(() => ProvideIdentityPayload, {
    nullable: true,
    description: 'Gives the identity that an application still lacks.',
  })
  @Authenticated()
  provideIdentity(
    @Arg('input', () => ProvideIdentityInput) input: ProvideIdentityInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.provideIdentity(scope, input);
  }

  @Mutation(() => VerifyIdentityPayload, {
    nullable: true,
    description: 'Confirms or refuses an identity, by an official who has the original document at hand.',
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN', 'SERVICE_POINT_CLERK')
  verifyIdentity(
    @Arg('input', () => VerifyIdentityInput) input: VerifyIdentityInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.verifyIdentity(scope, input);
  }

  @Mutation(() => WithdrawAccountPayload, {
    nullable: true,
    description: 'Withdraws an application for an account.',
  })
  @Authenticated()
  withdrawAccount(
    @Arg('input', () => WithdrawAccountInput) input: WithdrawAccountInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.change(scope, 'withdrawAccount', input);
  }

  @Mutation(() => FreezeAccountPayload, {
    nullable: true,
    description: 'Freezes an account; what is approved meanwhile is held for it.',
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN')
  freezeAccount(
    @Arg('input', () => FreezeAccountInput) input: FreezeAccountInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.change(scope, 'freezeAccount', input);
  }

  @Mutation(() => UnfreezeAccountPayload, {
    nullable: true,
    description: 'Makes a frozen account active again.',
  })
  @RequiresRole('REGISTRAR', 'INSTITUTION_ADMIN')
  unfreezeAccount(
    @Arg('input', () => UnfreezeAccountInput) input: UnfreezeAccountInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.change(scope, 'unfreezeAccount', input);
  }

  @Mutation(() => CloseAccountPayload, {
    nullable: true,
    description: "Closes the caller's account; what is banked stays.",
  })
  @Authenticated()
  closeAccount(
    @Arg('input', () => CloseAccountInput) input: CloseAccountInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.change(scope, 'closeAccount', input);
  }

  @Mutation(() => ReopenAccountPayload, {
    nullable: true,
    description: 'Reopens a closed account; the document must be seen again.',
  })
  @Authenticated()
  reopenAccount(
    @Arg('input', () => ReopenAccountInput) input: ReopenAccountInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AccountPayload> {
    return this.#accounts.change(scope, 'reopenAccount', input);
  }

  @FieldResolver(() => Learner, { nullable: true })
  @Authenticated()
  learner(@Root() account: Account, @Ctx() { scope }: RoomContext): Promise<Learner | null> {
    return scope.load(learnerById, account.learnerId);
  }
}
