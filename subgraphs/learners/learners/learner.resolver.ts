import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { accountByLearner } from '../accounts/account.loader.js';
import { Account } from '../accounts/account.types.js';
import { archiveSummaryByLearner } from '../deposits/archive-summary.loader.js';
import { ArchiveCategory } from '../deposits/archive-summary.types.js';
import type { DepositService } from '../deposits/deposit.service.js';
import { DepositConnection, DepositsArguments, type Deposit } from '../deposits/deposit.types.js';
import { PersonIdentity } from '../identities/identity.types.js';
import { recordsByLearner } from '../student-records/student-record.loader.js';
import { StudentRecordReference } from '../student-records/student-record.types.js';
import type { LearnerService } from './learner.service.js';
import { Learner } from './learner.types.js';

/** Learners and what belongs to them in this room. */
@Resolver(() => Learner)
export class LearnerResolver {
  readonly #learners: LearnerService;
  readonly #deposits: DepositService;

  constructor(learners: LearnerService, deposits: DepositService) {
    this.#learners = learners;
    this.#deposits = deposits;
  }

  @Query(() => Learner, { nullable: true, description: 'The learner who asks; null without an account.' })
  @Authenticated()
  me(@Ctx() { scope }: RoomContext): Promise<Learner | null> {
    return this.#learners.self(scope);
  }

  @Query(() => Learner, {
    nullable: true,
    description: 'One learner, for officials of a school that they attend.',
  })
  @Authenticated()
  learner(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Learner | null> {
    return this.#learners.byId(scope, id);
  }

  @FieldResolver(() => Account, { nullable: true })
  @Authenticated()
  account(@Root() learner: Learner, @Ctx() { scope }: RoomContext): Promise<Account | null> {
    return scope.load(accountByLearner, learner.id);
  }

  @FieldResolver(() => [PersonIdentity], { description: 'The identity documents, masked; the newest first.' })
  @Authenticated()
  identities(@Root() learner: Learner, @Ctx() { scope }: RoomContext): Promise<PersonIdentity[]> {
    return this.#learners.identities(scope, learner.id);
  }

  @FieldResolver(() => [StudentRecordReference], {
    nullable: 'itemsAndList',
    description: 'The records at schools that are proved to be this learner; the schools answer for them.',
  })
  @Authenticated()
  studentRecords(@Root() learner: Learner, @Ctx() { scope }: RoomContext): Promise<StudentRecordReference[]> {
    return scope.load(recordsByLearner, learner.id);
  }

  @FieldResolver(() => DepositConnection, { description: 'What is banked for this learner, or about to be.' })
  @Authenticated()
  deposits(
    @Root() learner: Learner,
    @Args(() => DepositsArguments) args: DepositsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Deposit>> {
    return this.#deposits.ofLearner(scope, learner.id, args, selectsTotal(info));
  }

  @FieldResolver(() => [ArchiveCategory], { description: 'What is banked, by category and credit scheme.' })
  @Authenticated()
  archiveSummary(@Root() learner: Learner, @Ctx() { scope }: RoomContext): Promise<ArchiveCategory[]> {
    return scope.load(archiveSummaryByLearner, learner.id);
  }
}
