const administered = `institution_id = any ((select app_institutions('INSTITUTION_ADMIN'))::text[])`;
const own = `(select app_is_service()) or ${administered}`;

/** Webhooks of members and what is delivered to them; the second half of the migration `0009_inbox`. */
export const webhookTables: readonly string[] = [
  `create table webhook (
     id text primary key,
     institution_id text not null references institution,
     url text not null,
     events text[] not null check (cardinality(events) > 0),
     secret text not null,
     former_secret text,
     former_secret_until timestamptz,
     state text not null check (state in ('ACTIVE', 'PAUSED', 'PARKED')),
     state_since timestamptz not null,
     version integer not null default 1,
     created_by text not null,
     created_at timestamptz not null,
     constraint webhook_url_key unique (institution_id, url),
     check ((former_secret is null) = (former_secret_until is null)))`,
  `create table webhook_delivery (
     id text primary key,
     seq bigint generated always as identity unique,
     webhook_id text not null references webhook,
     institution_id text not null,
     event text not null,
     subject_type text not null,
     subject_id text not null,
     cause text not null,
     body text not null,
     state text not null check (state in ('PENDING', 'DELIVERED')),
     attempts integer not null default 0,
     next_attempt_at timestamptz not null,
     leased_until timestamptz,
     last_status integer,
     last_error text,
     last_response text check (octet_length(last_response) <= 4096),
     created_at timestamptz not null,
     delivered_at timestamptz,
     constraint webhook_delivery_cause_key unique (webhook_id, cause),
     check ((state = 'DELIVERED') = (delivered_at is not null)))`,
  `create index webhook_delivery_of on webhook_delivery (webhook_id, created_at, id)`,
  `create index webhook_delivery_pending on webhook_delivery (webhook_id, subject_type, subject_id, seq)
     where state = 'PENDING'`,
  `create function guard_webhook_delivery() returns trigger language plpgsql as $$
   begin
     if tg_op = 'DELETE' then
       raise exception 'the log of deliveries only grows'
         using errcode = '23514', constraint = 'webhook_delivery_never_deleted';
     end if;
     if old.state = 'DELIVERED' or (old.id, old.webhook_id, old.institution_id, old.event, old.body, old.cause)
       is distinct from (new.id, new.webhook_id, new.institution_id, new.event, new.body, new.cause) then
       raise exception 'what was sent stays as it was'
         using errcode = '23514', constraint = 'webhook_delivery_fixed';
     end if;
     return new;
   end $$`,
  `create trigger webhook_delivery_guarded before update or delete on webhook_delivery
     for each row execute function guard_webhook_delivery()`,
  `alter table webhook enable row level security`,
  `alter table webhook force row level security`,
  `create policy webhook_read on webhook for select using (${own})`,
  `create policy webhook_register on webhook for insert with check (${own})`,
  `create policy webhook_change on webhook for update using (${own})`,
  `alter table webhook_delivery enable row level security`,
  `alter table webhook_delivery force row level security`,
  `create policy webhook_delivery_read on webhook_delivery for select using (${own})`,
  `create policy webhook_delivery_queue on webhook_delivery for insert with check (${own})`,
  `create policy webhook_delivery_change on webhook_delivery for update using (${own})`,
];
