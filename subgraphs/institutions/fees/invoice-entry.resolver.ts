import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { InvoiceService } from './invoice.service.js';
import { Invoice, InvoiceEntry } from './invoice.types.js';

/** What an entry of an invoice leads to. */
@Resolver(() => InvoiceEntry)
export class InvoiceEntryResolver {
  readonly #invoices: InvoiceService;

  constructor(invoices: InvoiceService) {
    this.#invoices = invoices;
  }

  @FieldResolver(() => Invoice, { nullable: true })
  invoice(@Root() entry: InvoiceEntry, @Ctx() { scope }: RoomContext): Promise<Invoice | null> {
    return this.#invoices.byId(scope, entry.invoiceId);
  }
}
