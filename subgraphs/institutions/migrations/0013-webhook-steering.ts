import type { RoomMigration } from '../../kit/room/database/migration.js';
import { mostWebhooks } from '../webhooks/webhook-limits.js';

/** Webhooks end, are bounded in number, and leave no log older than what is kept. */
export const webhookSteering: RoomMigration = {
  name: '0013_webhook_steering',
  statements: [
    `alter table webhook drop constraint webhook_state_check`,
    `alter table webhook add constraint webhook_state_check
       check (state in ('ACTIVE', 'PAUSED', 'PARKED', 'RETIRED'))`,
    `alter table webhook drop constraint webhook_url_key`,
    `create unique index webhook_url_key on webhook (institution_id, url) where state <> 'RETIRED'`,
    `create function guard_webhook() returns trigger language plpgsql as $$
     begin
       if tg_op = 'DELETE' then
         raise exception 'a webhook is retired, never deleted'
           using errcode = '23514', constraint = 'webhook_never_deleted';
       elsif tg_op = 'UPDATE' then
         if old.state = 'RETIRED' then
           raise exception 'a retired webhook stays as it is'
             using errcode = '23514', constraint = 'webhook_retired_final';
         end if;
         return new;
       end if;
       -- Two who register at once are counted one after the other.
       perform pg_advisory_xact_lock(hashtextextended('webhooks of ' || new.institution_id, 0));
       if (select count(*) from webhook where institution_id = new.institution_id and state <> 'RETIRED')
         >= ${mostWebhooks} then
         raise exception 'an institution has at most ${mostWebhooks} webhooks'
           using errcode = '23514', constraint = 'webhook_limit';
       end if;
       return new;
     end $$`,
    `create trigger webhook_guarded before insert or update or delete on webhook
       for each row execute function guard_webhook()`,

    `alter table webhook_delivery drop constraint webhook_delivery_state_check`,
    `alter table webhook_delivery add constraint webhook_delivery_state_check
       check (state in ('PENDING', 'DELIVERED', 'DROPPED'))`,
    `create index webhook_delivery_delivered on webhook_delivery (delivered_at) where state = 'DELIVERED'`,
    `create index webhook_delivery_dropped on webhook_delivery (webhook_id) where state = 'DROPPED'`,
    `create or replace function guard_webhook_delivery() returns trigger language plpgsql as $$
     begin
       if tg_op = 'DELETE' then
         if old.state = 'PENDING' or not app_is_service() then
           raise exception 'only the house forgets messages, and none that waits'
             using errcode = '23514', constraint = 'webhook_delivery_never_deleted';
         end if;
         return old;
       end if;
       if old.state <> 'PENDING' or (old.id, old.webhook_id, old.institution_id, old.event, old.body, old.cause)
         is distinct from (new.id, new.webhook_id, new.institution_id, new.event, new.body, new.cause) then
         raise exception 'what was sent stays as it was'
           using errcode = '23514', constraint = 'webhook_delivery_fixed';
       end if;
       return new;
     end $$`,
    `create policy webhook_delivery_forget on webhook_delivery for delete
       using ((select app_is_service()) and state <> 'PENDING')`,
  ],
};
