import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction, SteppedObject } from '../../kit/room/schema/shared-types.js';

/** The states of an invoice. */
export enum InvoiceState {
  OPEN = 'OPEN',
  SETTLED = 'SETTLED',
}
registerEnumType(InvoiceState, {
  name: 'InvoiceState',
  description: 'Whether something of an invoice is due.',
});

/** What an entry of an invoice is. */
export enum InvoiceEntryKind {
  PAYMENT = 'PAYMENT',
  REFUND = 'REFUND',
  WAIVER = 'WAIVER',
}
registerEnumType(InvoiceEntryKind, {
  name: 'InvoiceEntryKind',
  description: 'What an entry of an invoice is.',
});

/** The states of an entry. */
export enum InvoiceEntryState {
  RECORDED = 'RECORDED',
  CONFIRMED = 'CONFIRMED',
  REJECTED = 'REJECTED',
}
registerEnumType(InvoiceEntryState, {
  name: 'InvoiceEntryState',
  description: 'Whether a second person has confirmed an entry; only confirmed entries count.',
});

/** A payment, a refund or a waiver. */
@ObjectType({ description: 'A payment, a refund or a waiver; who records it does not confirm it.' })
export class InvoiceEntry {
  @Field(() => ID)
  id!: string;

  @Field(() => InvoiceEntryKind)
  kind!: InvoiceEntryKind;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  amount!: string;

  @Field(() => DateScalar)
  occurredOn!: string;

  @Field(() => String, { description: "The bank's reference, or the reason of a waiver or refund." })
  reference!: string;

  @Field(() => InvoiceEntryState)
  state!: InvoiceEntryState;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** For the field resolver; not a field of the graph. */
  invoiceId!: string;
}

/** A member's fee of a year. */
@ObjectType({ description: "A member's fee of a year, with what was paid of it." })
export class Invoice extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The number by which people name it.' })
  invoiceNo!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int)
  year!: number;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  amount!: string;

  @Field(() => DecimalScalar, { description: 'Payments less refunds, in CNY.' })
  paid!: string;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  waived!: string;

  @Field(() => DecimalScalar, { description: 'What is still to be paid, in CNY.' })
  outstanding!: string;

  @Field(() => InvoiceState)
  state!: InvoiceState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A page of invoices. */
export const InvoiceConnection = connectionType(Invoice, 'Invoice');

/** Which invoices to list. */
@InputType({ description: 'Which invoices to list; conditions are joined by AND.' })
export class InvoiceFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => Int, { nullable: true })
  year?: number;

  @Field(() => InvoiceState, { nullable: true })
  state?: InvoiceState;
}

/** The arguments of `invoices`. */
@ArgsType()
export class InvoicesArguments extends PageArguments {
  @Field(() => InvoiceFilter, { nullable: true })
  filter?: InvoiceFilter;
}

/** What an issue of invoices did. */
@ObjectType({ description: 'What an issue of invoices did; repeating it issues what is still missing.' })
export class InvoiceIssue {
  @Field(() => Int)
  year!: number;

  @Field(() => Int, { description: 'Invoices that were issued now.' })
  issued!: number;

  @Field(() => Int, { description: 'Invoices of the year in all.' })
  total!: number;
}
