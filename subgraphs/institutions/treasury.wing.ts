import type { RoomWing } from '../kit/room/join-wings.js';
import { workChangedType } from '../kit/room/work/work-event.js';
import { FeeScheduleEntity } from './fees/fee-schedule.entity.js';
import { feeScheduleMachine } from './fees/fee-schedule.machine.js';
import { feeSchedulePolicy } from './fees/fee-schedule.policy.js';
import { FeeScheduleResolver } from './fees/fee-schedule.resolver.js';
import { FeeScheduleService } from './fees/fee-schedule.service.js';
import { feeScheduleWork } from './fees/fee-schedule.work.js';
import { InvoiceEntryResolver } from './fees/invoice-entry.resolver.js';
import { InvoiceEntity, InvoiceEntryEntity } from './fees/invoice.entity.js';
import { invoiceEntryMachine, invoiceMachine } from './fees/invoice.machine.js';
import { invoiceEntryPolicy, invoicePolicy } from './fees/invoice.policy.js';
import { InvoiceResolver } from './fees/invoice.resolver.js';
import { InvoiceService } from './fees/invoice.service.js';
import { invoiceEntryWork, invoiceWork } from './fees/invoice.work.js';
import { FundEntryEntity } from './funds/fund-entry.entity.js';
import { fundEntryMachine } from './funds/fund-entry.machine.js';
import { fundEntryPolicy } from './funds/fund-entry.policy.js';
import { fundEntryWork } from './funds/fund-entry.work.js';
import { FundResolver } from './funds/fund.resolver.js';
import { FundService } from './funds/fund.service.js';
import { feesAndFunds } from './migrations/0007c-fees-and-funds.js';
import { secretariatGuards } from './migrations/0007d-secretariat-guards.js';

/** Fees of members, what is paid of them, and the alliance's funds. */
export const treasuryWing: RoomWing = {
  name: 'treasury',
  entities: [FeeScheduleEntity, InvoiceEntity, InvoiceEntryEntity, FundEntryEntity],
  migrations: [feesAndFunds, secretariatGuards],
  policies: [feeSchedulePolicy, invoicePolicy, invoiceEntryPolicy, fundEntryPolicy],
  machines: [feeScheduleMachine, invoiceMachine, invoiceEntryMachine, fundEntryMachine],
  work: [feeScheduleWork, invoiceWork, invoiceEntryWork, fundEntryWork],
  emits: { [workChangedType]: ['institutions'] },
  compose() {
    const invoices = new InvoiceService();
    return {
      resolvers: [
        new FeeScheduleResolver(new FeeScheduleService()),
        new InvoiceResolver(invoices),
        new InvoiceEntryResolver(invoices),
        new FundResolver(new FundService()),
      ],
      references: {},
    };
  },
};
