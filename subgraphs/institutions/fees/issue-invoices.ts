import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';

interface Due {
  readonly institutionId: string;
  readonly feeScheduleId: string;
  readonly amount: string;
}

/**
 * Issues the invoices of a year to the members in standing that have none yet, by the schedule in force on 1 January (what
 * is adopted later never acts back). However often and by however many at once it is called, a member gets one.
 * @returns the ids of those issued now
 * @throws AmrloError `FEE_SCHEDULE_MISSING`
 */
export async function issueInvoices(sql: Sql, year: number, now: Date): Promise<string[]> {
  const [schedule] = await sql.execute<{ id: string }>(
    `select id from fee_schedule where state = 'ADOPTED' and in_force_from <= make_date(?, 1, 1)
     order by in_force_from desc limit 1`,
    [year],
  );
  if (schedule === undefined) throw refuse('FEE_SCHEDULE_MISSING', { year }, ['input', 'year']);
  const due = await sql.execute<Due>(
    `select member.institution_id as "institutionId", schedule.id as "feeScheduleId", fee ->> 'amount' as amount
     from fee_schedule schedule
     cross join lateral jsonb_array_elements(schedule.amounts) as fee
     join institution on institution.kind = fee ->> 'memberKind'
     join membership member on member.institution_id = institution.id
     where schedule.id = ? and (fee ->> 'amount')::numeric > 0
       and member.in_standing and member.joined_on < make_date(? + 1, 1, 1)
       and not exists (select 1 from invoice where institution_id = institution.id and invoice.year = ?)`,
    [schedule.id, year, year],
  );
  const rows = due.map((one) => ({ id: newId('Invoice'), ...one }));
  const issued = await sql.execute<{ id: string }>(
    `insert into invoice (id, invoice_no, institution_id, year, fee_schedule_id, amount, state, state_since, created_at)
     select id, format('INV-%s-%s', ?::text, lpad(nextval('invoice_number')::text, 6, '0')), "institutionId", ?,
       "feeScheduleId", amount, 'OPEN', ?::timestamptz, ?::timestamptz
     from jsonb_to_recordset(?::jsonb)
       as due (id text, "institutionId" text, "feeScheduleId" text, amount numeric)
     on conflict (institution_id, year) do nothing
     returning id`,
    [String(year), year, now.toISOString(), now.toISOString(), JSON.stringify(rows)],
  );
  return issued.map(({ id }) => id);
}
