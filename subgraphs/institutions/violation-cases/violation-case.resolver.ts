import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { institutionById } from '../institutions/institution.loader.js';
import { Institution } from '../institutions/institution.types.js';
import { MembershipExit } from '../membership-exits/membership-exit.types.js';
import {
  AddViolationEvidenceInput,
  AddViolationEvidencePayload,
  AnswerViolationInput,
  AnswerViolationPayload,
  CloseViolationCaseInput,
  CloseViolationCasePayload,
  ConcludeViolationInput,
  ConcludeViolationPayload,
  OpenViolationCaseInput,
  OpenViolationCasePayload,
  ProposeViolationExitInput,
  ProposeViolationExitPayload,
  type ViolationCasePayload,
} from './violation-case.inputs.js';
import type { ViolationCaseService } from './violation-case.service.js';
import {
  ViolationCase,
  ViolationCaseConnection,
  ViolationCasesArguments,
  ViolationStatementConnection,
  type ViolationStatement,
} from './violation-case.types.js';

/** Cases of violations and their steps. */
@Resolver(() => ViolationCase)
export class ViolationCaseResolver {
  readonly #cases: ViolationCaseService;

  constructor(cases: ViolationCaseService) {
    this.#cases = cases;
  }

  @Query(() => ViolationCase, { nullable: true })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'INSTITUTION_ADMIN')
  violationCase(
    @Arg('id', () => ID) id: string,
    @Ctx() { scope }: RoomContext,
  ): Promise<ViolationCase | null> {
    return this.#cases.byId(scope, id);
  }

  @Query(() => ViolationCaseConnection, {
    nullable: true,
    description: 'The cases that the caller may see, the newest first.',
  })
  @RequiresRole('SECRETARIAT', 'COUNCIL_MEMBER', 'INSTITUTION_ADMIN')
  violationCases(
    @Args(() => ViolationCasesArguments) args: ViolationCasesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ViolationCase>> {
    return this.#cases.list(scope, args, selectsTotal(info));
  }

  @Mutation(() => OpenViolationCasePayload, {
    nullable: true,
    description: 'Opens a case against a member, which is asked to answer.',
  })
  @RequiresRole('SECRETARIAT')
  openViolationCase(
    @Arg('input', () => OpenViolationCaseInput) input: OpenViolationCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ViolationCasePayload> {
    return this.#cases.open(scope, input);
  }

  @Mutation(() => AddViolationEvidencePayload, {
    nullable: true,
    description: 'Adds evidence; the member has its full time again to answer.',
  })
  @RequiresRole('SECRETARIAT')
  addViolationEvidence(
    @Arg('input', () => AddViolationEvidenceInput) input: AddViolationEvidenceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ViolationCasePayload> {
    return this.#cases.addEvidence(scope, input);
  }

  @Mutation(() => AnswerViolationPayload, { nullable: true, description: 'Answers for the member.' })
  @RequiresRole('INSTITUTION_ADMIN')
  answerViolation(
    @Arg('input', () => AnswerViolationInput) input: AnswerViolationInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ViolationCasePayload> {
    return this.#cases.answer(scope, input);
  }

  @Mutation(() => ConcludeViolationPayload, {
    nullable: true,
    description:
      'Concludes that the violation is serious; by another person than the one who opened the case.',
  })
  @RequiresRole('SECRETARIAT')
  concludeViolation(
    @Arg('input', () => ConcludeViolationInput) input: ConcludeViolationInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ViolationCasePayload> {
    return this.#cases.conclude(scope, input);
  }

  @Mutation(() => CloseViolationCasePayload, {
    nullable: true,
    description: 'Closes a case with a warning or as unfounded.',
  })
  @RequiresRole('SECRETARIAT')
  closeViolationCase(
    @Arg('input', () => CloseViolationCaseInput) input: CloseViolationCaseInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<ViolationCasePayload> {
    return this.#cases.close(scope, input);
  }

  @Mutation(() => ProposeViolationExitPayload, {
    nullable: true,
    description: 'Proposes to the standing council the exit of a member whose violation was found serious.',
  })
  @RequiresRole('SECRETARIAT')
  proposeViolationExit(
    @Arg('input', () => ProposeViolationExitInput) input: ProposeViolationExitInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ exit: MembershipExit }>> {
    return this.#cases.proposeExit(scope, input);
  }

  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() violation: ViolationCase, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return scope.load(institutionById, violation.institutionId);
  }

  @FieldResolver(() => ViolationStatementConnection, {
    nullable: true,
    description: 'What both sides said, in its order.',
  })
  statements(
    @Root() violation: ViolationCase,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ViolationStatement>> {
    return this.#cases.statements(scope, violation.id, args, selectsTotal(info));
  }
}

/** The case as a field of the exit that it led to. */
@Resolver(() => MembershipExit)
export class CaseOfExitResolver {
  readonly #cases: ViolationCaseService;

  constructor(cases: ViolationCaseService) {
    this.#cases = cases;
  }

  @FieldResolver(() => ViolationCase, { nullable: true, description: 'Only with VIOLATION.' })
  violationCase(@Root() exit: MembershipExit, @Ctx() { scope }: RoomContext): Promise<ViolationCase | null> {
    return exit.violationCaseId === null
      ? Promise.resolve(null)
      : this.#cases.byId(scope, exit.violationCaseId);
  }
}
