import type { RoomMigration } from '../../kit/room/database/migration.js';

/** What dashboards tell of the ledger: figures without people. */
export const figures: RoomMigration = {
  name: '0003_figures',
  statements: [
    // Most deposits are never converted; figures read only those of which something is reserved or consumed.
    `create index deposit_balance_used on deposit_balance (issuer_id, credit_scheme) include (consumed, reserved)
       where consumed > 0 or reserved > 0`,
    // It acts as the service for the length of the call (see guard_agreement): whose deposits they are stays hidden.
    `create function consumption_totals(institutions jsonb)
     returns table (credit_scheme text, deposits bigint, consumed numeric, reserved numeric)
     language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       return query
         select balance.credit_scheme, count(*), sum(balance.consumed), sum(balance.reserved)
         from deposit_balance balance
         where (balance.consumed > 0 or balance.reserved > 0)
           and (institutions is null or balance.issuer_id in (select jsonb_array_elements_text(institutions)))
         group by balance.credit_scheme;
       perform set_config('app.kind', caller, true);
     end $$`,
  ],
};
