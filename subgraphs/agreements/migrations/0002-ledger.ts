import type { RoomMigration } from '../../kit/room/database/migration.js';

/** The consumption ledger: entries only grow, and the balance beside them cannot be overdrawn (model.md section 3.2). */
export const ledger: RoomMigration = {
  name: '0002_ledger',
  statements: [
    `create table deposit_balance (
       id text primary key,
       learner_id text not null,
       owner_subject text not null,
       issuer_id text not null,
       category text not null,
       credit_amount numeric(18, 6) not null check (credit_amount >= 0),
       credit_scheme text not null,
       reserved numeric(18, 6) not null default 0 check (reserved >= 0),
       consumed numeric(18, 6) not null default 0 check (consumed >= 0),
       revoked_at timestamptz,
       deposit_version integer not null,
       version integer not null default 1,
       created_at timestamptz not null,
       constraint deposit_balance_covered check (reserved + consumed <= credit_amount))`,
    `create index deposit_balance_issuer on deposit_balance (issuer_id, credit_scheme)`,

    `create table consumption_entry (
       id text primary key,
       deposit_id text not null references deposit_balance,
       application_no text not null,
       kind text not null check (kind in ('RESERVE', 'RELEASE', 'CONSUME', 'REVERSE')),
       amount numeric(18, 6) not null check (amount > 0),
       entered_by text not null,
       created_at timestamptz not null)`,
    `create unique index consumption_entry_step_key on consumption_entry (deposit_id, application_no, kind)`,

    // Every entry moves the balance in the same statement. The update takes the row's lock, so parallel entries wait
    // for each other, and the constraints see each sum after the one before: a read-then-write could not promise that.
    // CONSUME turns a reservation into consumption; REVERSE gives it back. It acts as the service, whoever enters, and
    // gives the caller's kind back at its end; an exception does so too (see guard_agreement).
    `create function apply_consumption() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       balance deposit_balance;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       update deposit_balance set
         reserved = reserved + case new.kind when 'RESERVE' then new.amount
           when 'RELEASE' then -new.amount when 'CONSUME' then -new.amount else 0 end,
         consumed = consumed + case new.kind when 'CONSUME' then new.amount
           when 'REVERSE' then -new.amount else 0 end,
         version = version + 1
       where id = new.deposit_id returning * into balance;
       if new.kind = 'RESERVE' and balance.revoked_at is not null then
         raise exception 'the deposit was revoked' using errcode = '23514', constraint = 'consumption_entry_banked';
       end if;
       if new.kind in ('RELEASE', 'CONSUME') and new.amount is distinct from (
         select amount from consumption_entry reserve
         where reserve.deposit_id = new.deposit_id and reserve.application_no = new.application_no
           and reserve.kind = 'RESERVE') then
         raise exception 'nothing of this amount is reserved for the application'
           using errcode = '23514', constraint = 'consumption_entry_reserved';
       end if;
       if new.kind in ('RELEASE', 'CONSUME') and exists (
         select 1 from consumption_entry other
         where other.deposit_id = new.deposit_id and other.application_no = new.application_no
           and other.kind in ('RELEASE', 'CONSUME') and other.id <> new.id) then
         raise exception 'the reservation has ended already'
           using errcode = '23514', constraint = 'consumption_entry_reserved';
       end if;
       if new.kind = 'REVERSE' and new.amount is distinct from (
         select amount from consumption_entry used
         where used.deposit_id = new.deposit_id and used.application_no = new.application_no
           and used.kind = 'CONSUME') then
         raise exception 'nothing of this amount is consumed for the application'
           using errcode = '23514', constraint = 'consumption_entry_reserved';
       end if;
       perform set_config('app.kind', caller, true);
       return new;
     end $$`,
    `create trigger consumption_entry_applied after insert on consumption_entry
       for each row execute function apply_consumption()`,
    `create trigger consumption_entry_append_only before update or delete on consumption_entry
       for each row execute function refuse_change()`,

    `create function guard_balance() returns trigger language plpgsql as $$
     begin
       if tg_op = 'DELETE' or (old.id, old.learner_id, old.owner_subject, old.issuer_id, old.category,
         old.credit_amount, old.credit_scheme, old.created_at) is distinct from
         (new.id, new.learner_id, new.owner_subject, new.issuer_id, new.category,
         new.credit_amount, new.credit_scheme, new.created_at)
         or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
         raise exception 'the balance of a deposit changes by entries only'
           using errcode = '23514', constraint = 'deposit_balance_fixed';
       end if;
       if (old.reserved, old.consumed) is distinct from (new.reserved, new.consumed) and pg_trigger_depth() < 2 then
         raise exception 'the balance of a deposit changes by entries only'
           using errcode = '23514', constraint = 'deposit_balance_fixed';
       end if;
       return new;
     end $$`,
    `create trigger deposit_balance_fixed before update or delete on deposit_balance
       for each row execute function guard_balance()`,

    ...['deposit_balance', 'consumption_entry'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
    ]),
    `create policy balance_read on deposit_balance for select using (
       (select app_is_service()) or owner_subject = (select app_subject())
       or issuer_id = any ((select app_institutions('REGISTRAR', 'INSTITUTION_ADMIN'))::text[]))`,
    `create policy balance_open on deposit_balance for insert with check ((select app_is_service()))`,
    `create policy balance_change on deposit_balance for update using ((select app_is_service()))`,
    `create policy entry_read on consumption_entry for select using (
       (select app_is_service()) or exists (select 1 from deposit_balance balance where balance.id = deposit_id))`,
    `create policy entry_make on consumption_entry for insert with check (
       (select app_is_service()) or exists (select 1 from deposit_balance balance where balance.id = deposit_id))`,

    // Figures without people.
    `create function consumption_figures(institutions jsonb)
     returns table (issuer_id text, credit_scheme text, consumed numeric, reserved numeric)
     language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       return query
         select balance.issuer_id, balance.credit_scheme, sum(balance.consumed), sum(balance.reserved)
         from deposit_balance balance
         where balance.issuer_id in (select jsonb_array_elements_text(institutions))
         group by balance.issuer_id, balance.credit_scheme;
       perform set_config('app.kind', caller, true);
     end $$`,
  ],
};
