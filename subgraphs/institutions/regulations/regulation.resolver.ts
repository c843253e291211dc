import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, Public, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { motionById } from '../motions/motion.loader.js';
import { Motion } from '../motions/motion.types.js';
import type { RegulationService } from './regulation.service.js';
import {
  AmendRegulationDraftInput,
  AmendRegulationDraftPayload,
  CreateRegulationDraftInput,
  CreateRegulationDraftPayload,
  InterpretationConnection,
  InterpretationsArguments,
  RecordInterpretationInput,
  RecordInterpretationPayload,
  Regulation,
  RegulationConnection,
  RegulationsArguments,
  WithdrawRegulationDraftInput,
  WithdrawRegulationDraftPayload,
  type InterpretationPayload,
  type RegulationPayload,
} from './regulation.types.js';

/** The texts of the alliance and their steps. */
@Resolver(() => Regulation)
export class RegulationResolver {
  readonly #regulations: RegulationService;

  constructor(regulations: RegulationService) {
    this.#regulations = regulations;
  }

  @Query(() => Regulation, {
    nullable: true,
    description:
      'The edition of a text in force on a day, today unless said otherwise; CHARTER is the charter.',
  })
  @Public()
  regulation(
    @Arg('code', () => String) code: string,
    @Arg('asOf', () => DateScalar, { nullable: true }) asOf: string | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<Regulation | null> {
    return this.#regulations.inForce(scope, code, asOf);
  }

  @Query(() => RegulationConnection, {
    nullable: true,
    description: 'The editions of the texts; drafts for those who work on them.',
  })
  @Public()
  regulations(
    @Args(() => RegulationsArguments) args: RegulationsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#regulations.list(scope, args, selectsTotal(info));
  }

  @Query(() => InterpretationConnection, { nullable: true, description: 'How the council reads articles.' })
  @Public()
  interpretations(
    @Args(() => InterpretationsArguments) args: InterpretationsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#regulations.interpretations(scope, args, selectsTotal(info));
  }

  @Mutation(() => CreateRegulationDraftPayload, {
    nullable: true,
    description: 'Drafts an edition, to be adopted by a motion AMEND_CHARTER or ADOPT_REGULATION.',
  })
  @RequiresRole('SECRETARIAT')
  createRegulationDraft(
    @Arg('input', () => CreateRegulationDraftInput) input: CreateRegulationDraftInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RegulationPayload> {
    return this.#regulations.draft(scope, input);
  }

  @Mutation(() => AmendRegulationDraftPayload, { nullable: true, description: 'Changes a draft.' })
  @RequiresRole('SECRETARIAT')
  amendRegulationDraft(
    @Arg('input', () => AmendRegulationDraftInput) input: AmendRegulationDraftInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RegulationPayload> {
    return this.#regulations.amend(scope, input);
  }

  @Mutation(() => WithdrawRegulationDraftPayload, { nullable: true, description: 'Gives a draft up.' })
  @RequiresRole('SECRETARIAT')
  withdrawRegulationDraft(
    @Arg('input', () => WithdrawRegulationDraftInput) input: WithdrawRegulationDraftInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RegulationPayload> {
    return this.#regulations.withdraw(scope, input);
  }

  @Mutation(() => RecordInterpretationPayload, {
    nullable: true,
    description: 'Records how the council has decided to read an article (charter art. 25).',
  })
  @RequiresRole('SECRETARIAT')
  recordInterpretation(
    @Arg('input', () => RecordInterpretationInput) input: RecordInterpretationInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<InterpretationPayload> {
    return this.#regulations.interpret(scope, input);
  }

  @FieldResolver(() => Motion, { nullable: true, description: 'The motion that decided it.' })
  @Authenticated()
  motion(@Root() regulation: Regulation, @Ctx() { scope }: RoomContext): Promise<Motion | null> | null {
    return regulation.motionId === null ? null : scope.load(motionById, regulation.motionId);
  }
}
