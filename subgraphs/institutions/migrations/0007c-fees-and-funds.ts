import type { RoomMigration } from '../../kit/room/database/migration.js';
import { callers, wallAround } from './secretariat-walls.js';

const { secretariat, overseer, body, memberOfficial, officialOf, oneself } = callers;

/** Fees, what is paid of them, and the alliance's funds; all amounts in CNY. */
export const feesAndFunds: RoomMigration = {
  name: '0007c_fees_and_funds',
  statements: [
    `create table fee_schedule (
       id text primary key,
       title text not null,
       amounts jsonb not null,
       effective_from date not null,
       in_force_from date constraint fee_schedule_date_key unique,
       motion_id text constraint fee_schedule_motion_key unique,
       motion_no text,
       state text not null check (state in ('PROPOSED', 'ADOPTED', 'REJECTED', 'WITHDRAWN')),
       state_since timestamptz not null,
       proposed_by text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint fee_schedule_adopted check (
         (state = 'ADOPTED') = (in_force_from is not null)
         and (state in ('ADOPTED', 'REJECTED')) = (motion_id is not null)
         and in_force_from >= effective_from))`,
    `create function guard_fee_schedule() returns trigger language plpgsql as $$
     begin
       if (old.title, old.amounts, old.effective_from) is distinct from (new.title, new.amounts, new.effective_from)
         or old.state <> 'PROPOSED' then
         raise exception 'a fee schedule does not change; adopt another'
           using errcode = '23514', constraint = 'fee_schedule_fixed';
       end if;
       return new;
     end $$`,
    `create trigger fee_schedule_guard before update on fee_schedule
       for each row execute function guard_fee_schedule()`,
    ...wallAround('fee_schedule', {
      read: `${overseer} or (state = 'ADOPTED' and ${memberOfficial})`,
      make: secretariat,
      change: body,
    }),

    `create sequence invoice_number`,
    `create table invoice (
       id text primary key,
       invoice_no text not null constraint invoice_no_key unique,
       institution_id text not null references institution,
       year integer not null,
       fee_schedule_id text not null references fee_schedule,
       amount numeric(14, 2) not null check (amount > 0),
       paid numeric(14, 2) not null default 0 constraint invoice_refund_covered check (paid >= 0),
       waived numeric(14, 2) not null default 0 check (waived >= 0),
       state text not null check (state in ('OPEN', 'SETTLED')),
       state_since timestamptz not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint invoice_year_key unique (institution_id, year),
       constraint invoice_not_overpaid check (paid + waived <= amount),
       constraint invoice_settled check ((state = 'SETTLED') = (paid + waived = amount)))`,
    `create index invoice_year on invoice (year, invoice_no)`,
    `create table invoice_entry (
       id text primary key,
       invoice_id text not null references invoice,
       institution_id text not null,
       kind text not null check (kind in ('PAYMENT', 'REFUND', 'WAIVER')),
       amount numeric(14, 2) not null check (amount > 0),
       occurred_on date not null,
       reference text not null,
       state text not null check (state in ('RECORDED', 'CONFIRMED', 'REJECTED')),
       state_since timestamptz not null,
       recorded_by text not null,
       decided_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint invoice_entry_decided check ((state = 'RECORDED') = (decided_by is null)),
       constraint invoice_entry_two_people check (decided_by <> recorded_by))`,
    `create index invoice_entry_invoice on invoice_entry (invoice_id, created_at)`,

    `create table fund_balance (
       purpose text primary key,
       balance numeric(16, 2) not null constraint fund_balance_covered check (balance >= 0))`,
    `create table fund_entry (
       id text primary key,
       kind text not null check (kind in ('INCOME', 'EXPENSE')),
       purpose text not null,
       amount numeric(14, 2) not null check (amount > 0),
       occurred_on date not null,
       description text not null,
       document_id text references secretariat_document,
       invoice_entry_id text references invoice_entry constraint fund_entry_source_key unique,
       corrects_id text references fund_entry,
       state text not null check (state in ('RECORDED', 'CONFIRMED', 'REJECTED')),
       state_since timestamptz not null,
       recorded_by text not null,
       decided_by text,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint fund_entry_documented check (
         kind = 'INCOME' or document_id is not null or corrects_id is not null or invoice_entry_id is not null),
       constraint fund_entry_decided check ((state = 'RECORDED') = (decided_by is null)),
       constraint fund_entry_two_people check (decided_by <> recorded_by))`,
    `create index fund_entry_purpose on fund_entry (purpose, occurred_on, id)`,
    `create unique index fund_entry_correction_key on fund_entry (corrects_id) where state <> 'REJECTED'`,

    // An entry is decided once, by somebody else; nothing else of it ever changes (model.md section 3.11).
    `create function guard_entry() returns trigger language plpgsql as $$
     declare
       decision text[] := array['state', 'state_since', 'decided_by', 'version'];
     begin
       if tg_op = 'INSERT' then
         if new.state <> 'RECORDED' then
           raise exception 'an entry begins as recorded' using errcode = '23514', constraint = 'entry_fixed';
         end if;
       elsif old.state <> 'RECORDED' or to_jsonb(old) - decision <> to_jsonb(new) - decision then
         raise exception 'what was recorded never changes' using errcode = '23514', constraint = 'entry_fixed';
       end if;
       return new;
     end $$`,
    ...['invoice_entry', 'fund_entry'].map(
      (table) =>
        `create trigger ${table}_guard before insert or update on ${table}
           for each row execute function guard_entry()`,
    ),

    // A confirmed entry moves the sums in the same statement: the update takes the row's lock, so parallel entries
    // wait for each other, and the constraints see each sum after the one before.
    `create function apply_invoice_entry() returns trigger language plpgsql as $$
     begin
       update invoice set
         paid = paid + case new.kind when 'PAYMENT' then new.amount when 'REFUND' then -new.amount else 0 end,
         waived = waived + case new.kind when 'WAIVER' then new.amount else 0 end,
         state_since = new.state_since
       where id = new.invoice_id;
       return new;
     end $$`,
    `create trigger invoice_entry_applied after update on invoice_entry
       for each row when (new.state = 'CONFIRMED') execute function apply_invoice_entry()`,
    `create function guard_invoice() returns trigger language plpgsql as $$
     begin
       if (old.id, old.invoice_no, old.institution_id, old.year, old.fee_schedule_id, old.amount) is distinct from
         (new.id, new.invoice_no, new.institution_id, new.year, new.fee_schedule_id, new.amount)
         or pg_trigger_depth() < 2 then
         raise exception 'an invoice changes by entries only'
           using errcode = '23514', constraint = 'entry_fixed';
       end if;
       new.state := case when new.paid + new.waived = new.amount then 'SETTLED' else 'OPEN' end;
       new.version := old.version + 1;
       if new.state = old.state then new.state_since := old.state_since; end if;
       return new;
     end $$`,
    `create trigger invoice_guard before update on invoice for each row execute function guard_invoice()`,
    `create function apply_fund_entry() returns trigger language plpgsql as $$
     declare
       change numeric := case new.kind when 'INCOME' then new.amount else -new.amount end;
     begin
       -- The purpose has its row before it is moved, so that an expense meets the constraint and not a missing row.
       insert into fund_balance (purpose, balance) values (new.purpose, 0) on conflict (purpose) do nothing;
       update fund_balance set balance = balance + change where purpose = new.purpose;
       return new;
     end $$`,
    `create trigger fund_entry_applied after update on fund_entry
       for each row when (new.state = 'CONFIRMED') execute function apply_fund_entry()`,
    `create function guard_fund_balance() returns trigger language plpgsql as $$
     begin
       if pg_trigger_depth() < 2 then
         raise exception 'a balance changes by entries only' using errcode = '23514', constraint = 'entry_fixed';
       end if;
       return new;
     end $$`,
    `create trigger fund_balance_guard before insert or update on fund_balance
       for each row execute function guard_fund_balance()`,
    // Where an entry comes from: an approved document (charter art. 23, looked at when it is confirmed), a confirmed
    // entry that it takes back, or a confirmed entry of an invoice, by the same people and of the same amount.
    `create function guard_fund_source() returns trigger language plpgsql as $$
     begin
       if new.kind = 'EXPENSE' and new.document_id is not null and new.state = 'CONFIRMED' and not exists (
         select 1 from secretariat_document document
         where document.id = new.document_id and document.state in ('APPROVED', 'PUBLISHED')) then
         raise exception 'the document is not approved'
           using errcode = '23514', constraint = 'fund_entry_document_approved';
       end if;
       if new.corrects_id is not null and tg_op = 'INSERT' and not exists (
         select 1 from fund_entry wrong
         where wrong.id = new.corrects_id and wrong.state = 'CONFIRMED' and wrong.corrects_id is null
           and wrong.kind <> new.kind and wrong.purpose = new.purpose and wrong.amount = new.amount) then
         raise exception 'a correction is the exact opposite of a confirmed entry'
           using errcode = '23514', constraint = 'entry_fixed';
       end if;
       if new.invoice_entry_id is not null and not exists (
         select 1 from invoice_entry paid
         where paid.id = new.invoice_entry_id and paid.state = 'CONFIRMED' and paid.amount = new.amount
           and paid.recorded_by = new.recorded_by and new.purpose = 'FEES'
           and new.kind = case paid.kind when 'PAYMENT' then 'INCOME' when 'REFUND' then 'EXPENSE' end) then
         raise exception 'a fee is booked as its invoice says'
           using errcode = '23514', constraint = 'entry_fixed';
       end if;
       return new;
     end $$`,
    `create trigger fund_entry_source before insert or update on fund_entry
       for each row execute function guard_fund_source()`,

    ...wallAround('invoice', {
      read: `${overseer} or ${officialOf('institution_id')}`,
      make: secretariat,
      change: secretariat,
    }),
    ...wallAround('invoice_entry', {
      read: `${overseer} or ${officialOf('institution_id')}`,
      make: `${secretariat} and ${oneself('recorded_by')}`,
      change: secretariat,
      changed: `${secretariat} and ${oneself('decided_by')}`,
    }),
    ...wallAround('fund_entry', {
      read: `${overseer} or (state = 'CONFIRMED' and ${memberOfficial})`,
      // What books a fee is signed by those who recorded and confirmed the fee's entry.
      make: `${secretariat} and (${oneself('recorded_by')} or invoice_entry_id is not null)`,
      change: secretariat,
      changed: `${secretariat} and ${oneself('decided_by')}`,
    }),
    ...wallAround('fund_balance', {
      read: `${overseer} or ${memberOfficial}`,
      make: secretariat,
      change: secretariat,
    }),
  ],
};
