import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import { InstitutionReference } from '../institutions/institution.types.js';
import {
  ApproveAgreementInput,
  ApproveAgreementPayload,
  CounterAgreementInput,
  CounterAgreementPayload,
  ProposeAgreementInput,
  ProposeAgreementPayload,
  RejectAgreementInput,
  RejectAgreementPayload,
  SignAgreementInput,
  SignAgreementPayload,
  TerminateAgreementInput,
  TerminateAgreementPayload,
  type AgreementPayload,
} from './agreement.inputs.js';
import { approvalsByContent } from './agreement.loader.js';
import type { AgreementService } from './agreement.service.js';
import { Agreement, AgreementApproval, AgreementConnection, AgreementsArguments } from './agreement.types.js';

/** Agreements and their steps. */
@Resolver(() => Agreement)
export class AgreementResolver {
  readonly #agreements: AgreementService;

  constructor(agreements: AgreementService) {
    this.#agreements = agreements;
  }

  @Query(() => Agreement, { nullable: true })
  @Authenticated()
  agreement(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Agreement | null> {
    return this.#agreements.byId(scope, id);
  }

  @Query(() => AgreementConnection, {
    nullable: true,
    description: 'The agreements that the caller may see.',
  })
  @Authenticated()
  agreements(
    @Args(() => AgreementsArguments) args: AgreementsArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Agreement>> {
    return this.#agreements.list(scope, args, selectsTotal(info));
  }

  @Mutation(() => ProposeAgreementPayload, {
    nullable: true,
    description: 'Proposes an agreement between members in standing.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  proposeAgreement(
    @Arg('input', () => ProposeAgreementInput) input: ProposeAgreementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementPayload> {
    return this.#agreements.propose(scope, input);
  }

  @Mutation(() => CounterAgreementPayload, {
    nullable: true,
    description: 'Proposes another content, which resets the approvals.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  counterAgreement(
    @Arg('input', () => CounterAgreementInput) input: CounterAgreementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementPayload> {
    return this.#agreements.counter(scope, input);
  }

  @Mutation(() => ApproveAgreementPayload, {
    nullable: true,
    description: 'Approves the content that has the given hash, for one party.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  approveAgreement(
    @Arg('input', () => ApproveAgreementInput) input: ApproveAgreementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementPayload> {
    return this.#agreements.approve(scope, input);
  }

  @Mutation(() => SignAgreementPayload, {
    nullable: true,
    description: 'Signs the approved content, for one party.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  signAgreement(
    @Arg('input', () => SignAgreementInput) input: SignAgreementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementPayload> {
    return this.#agreements.sign(scope, input);
  }

  @Mutation(() => RejectAgreementPayload, { nullable: true, description: 'Rejects what was proposed.' })
  @RequiresRole('INSTITUTION_ADMIN')
  rejectAgreement(
    @Arg('input', () => RejectAgreementInput) input: RejectAgreementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementPayload> {
    return this.#agreements.reject(scope, input);
  }

  @Mutation(() => TerminateAgreementPayload, {
    nullable: true,
    description: 'Gives notice: the agreement ends on a later day.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  terminateAgreement(
    @Arg('input', () => TerminateAgreementInput) input: TerminateAgreementInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<AgreementPayload> {
    return this.#agreements.terminate(scope, input);
  }

  @FieldResolver(() => [InstitutionReference], { nullable: 'items' })
  @Authenticated()
  parties(@Root() agreement: Agreement): InstitutionReference[] {
    return agreement.partyIds.map((id) => ({ id }));
  }

  @FieldResolver(() => [AgreementApproval], {
    description: 'Who approved and signed the current content; shown to the parties and to overseers.',
  })
  @Authenticated()
  approvals(@Root() agreement: Agreement, @Ctx() { scope }: RoomContext): Promise<AgreementApproval[]> {
    return scope.load(approvalsByContent, { id: agreement.id, contentVersion: agreement.contentVersion });
  }
}
