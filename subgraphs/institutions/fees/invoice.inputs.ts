import { Field, ID, InputType, Int } from 'type-graphql';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';
import { InvoiceEntry, InvoiceIssue } from './invoice.types.js';

/** What `issueInvoices` takes. */
@InputType({ description: 'The year whose invoices are issued to the members that have none yet.' })
export class IssueInvoicesInput {
  @Field(() => Int)
  year!: number;
}

/** A new entry of an invoice. */
@InputType()
export class InvoiceEntryInput {
  @Field(() => ID)
  invoiceId!: string;

  @Field(() => DecimalScalar, { description: 'In CNY, more than zero, at most two decimal places.' })
  amount!: string;

  @Field(() => DateScalar, { description: 'Not later than today.' })
  occurredOn!: string;

  @Field(() => String, { description: "The bank's reference, or the reason; one to 500 characters." })
  reference!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `recordPayment` takes. */
@InputType({ description: 'Money that came for an invoice; it may be a part of what is due.' })
export class RecordPaymentInput extends InvoiceEntryInput {}

/** What `recordRefund` takes. */
@InputType({ description: 'Money that was given back; never more than was paid.' })
export class RecordRefundInput extends InvoiceEntryInput {}

/** What `waiveInvoice` takes. */
@InputType({ description: 'A part of what is due that the alliance does not ask for, and why.' })
export class WaiveInvoiceInput extends InvoiceEntryInput {}

/** What `confirmInvoiceEntry` takes. */
@InputType({ description: 'The entry that somebody else recorded and the caller confirms.' })
export class ConfirmInvoiceEntryInput extends stepInput('invoiceEntryId') {}

/** What `rejectInvoiceEntry` takes. */
@InputType({ description: 'The entry that somebody else recorded and the caller rejects.' })
export class RejectInvoiceEntryInput extends stepInput('invoiceEntryId') {}

/** What a mutation of an entry answers. */
export type InvoiceEntryPayload = Payload<{ invoiceEntry: InvoiceEntry }>;

const payload = (mutation: string) => payloadType(mutation, 'invoiceEntry', InvoiceEntry);

/** What `issueInvoices` answers. */
export const IssueInvoicesPayload = payloadType('issueInvoices', 'invoiceIssue', InvoiceIssue);
/** What `recordPayment` answers. */
export const RecordPaymentPayload = payload('recordPayment');
/** What `recordRefund` answers. */
export const RecordRefundPayload = payload('recordRefund');
/** What `waiveInvoice` answers. */
export const WaiveInvoicePayload = payload('waiveInvoice');
/** What `confirmInvoiceEntry` answers. */
export const ConfirmInvoiceEntryPayload = payload('confirmInvoiceEntry');
/** What `rejectInvoiceEntry` answers. */
export const RejectInvoiceEntryPayload = payload('rejectInvoiceEntry');
