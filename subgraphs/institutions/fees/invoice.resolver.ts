import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated, RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { Institution } from '../institutions/institution.types.js';
import {
  ConfirmInvoiceEntryInput,
  ConfirmInvoiceEntryPayload,
  IssueInvoicesInput,
  IssueInvoicesPayload,
  RecordPaymentInput,
  RecordPaymentPayload,
  RecordRefundInput,
  RecordRefundPayload,
  RejectInvoiceEntryInput,
  RejectInvoiceEntryPayload,
  WaiveInvoiceInput,
  WaiveInvoicePayload,
  type InvoiceEntryPayload,
} from './invoice.inputs.js';
import type { InvoiceService } from './invoice.service.js';
import {
  Invoice,
  InvoiceConnection,
  InvoiceEntry,
  InvoicesArguments,
  type InvoiceIssue,
} from './invoice.types.js';

/** Fees of members and what is paid of them. */
@Resolver(() => Invoice)
export class InvoiceResolver {
  readonly #invoices: InvoiceService;

  constructor(invoices: InvoiceService) {
    this.#invoices = invoices;
  }

  @Query(() => Invoice, { nullable: true, description: 'One invoice.' })
  @Authenticated()
  invoice(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Invoice | null> {
    return this.#invoices.byId(scope, id);
  }

  @Query(() => InvoiceConnection, {
    nullable: true,
    description: 'Invoices that the caller may see, the newest first.',
  })
  @Authenticated()
  invoices(
    @Args(() => InvoicesArguments) args: InvoicesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.#invoices.list(scope, args, selectsTotal(info));
  }

  @FieldResolver(() => Institution, { nullable: true })
  institution(@Root() invoice: Invoice, @Ctx() { scope }: RoomContext): Promise<Institution | null> {
    return this.#invoices.institutionOf(scope, invoice);
  }

  @FieldResolver(() => [InvoiceEntry], { description: 'Payments, refunds and waivers, the oldest first.' })
  entries(@Root() invoice: Invoice, @Ctx() { scope }: RoomContext): Promise<InvoiceEntry[]> {
    return this.#invoices.entriesOf(scope, invoice);
  }

  @Mutation(() => IssueInvoicesPayload, {
    nullable: true,
    description: 'Issues the invoices of a year to the members that have none yet; can be repeated.',
  })
  @RequiresRole('SECRETARIAT')
  issueInvoices(
    @Arg('input', () => IssueInvoicesInput) input: IssueInvoicesInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<Payload<{ invoiceIssue: InvoiceIssue }>> {
    return this.#invoices.issue(scope, input);
  }

  @Mutation(() => RecordPaymentPayload, {
    nullable: true,
    description: 'Records money that came for an invoice.',
  })
  @RequiresRole('SECRETARIAT')
  recordPayment(
    @Arg('input', () => RecordPaymentInput) input: RecordPaymentInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<InvoiceEntryPayload> {
    return this.#invoices.record(scope, 'recordPayment', input);
  }

  @Mutation(() => RecordRefundPayload, { nullable: true, description: 'Records money that was given back.' })
  @RequiresRole('SECRETARIAT')
  recordRefund(
    @Arg('input', () => RecordRefundInput) input: RecordRefundInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<InvoiceEntryPayload> {
    return this.#invoices.record(scope, 'recordRefund', input);
  }

  @Mutation(() => WaiveInvoicePayload, { nullable: true, description: 'Records a waiver.' })
  @RequiresRole('SECRETARIAT')
  waiveInvoice(
    @Arg('input', () => WaiveInvoiceInput) input: WaiveInvoiceInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<InvoiceEntryPayload> {
    return this.#invoices.record(scope, 'waiveInvoice', input);
  }

  @Mutation(() => ConfirmInvoiceEntryPayload, {
    nullable: true,
    description: 'Confirms an entry that somebody else recorded.',
  })
  @RequiresRole('SECRETARIAT')
  confirmInvoiceEntry(
    @Arg('input', () => ConfirmInvoiceEntryInput) input: ConfirmInvoiceEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<InvoiceEntryPayload> {
    return this.#invoices.confirm(scope, input);
  }

  @Mutation(() => RejectInvoiceEntryPayload, {
    nullable: true,
    description: 'Rejects an entry that somebody else recorded.',
  })
  @RequiresRole('SECRETARIAT')
  rejectInvoiceEntry(
    @Arg('input', () => RejectInvoiceEntryInput) input: RejectInvoiceEntryInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<InvoiceEntryPayload> {
    return this.#invoices.reject(scope, input);
  }
}
