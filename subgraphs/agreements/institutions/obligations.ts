import { legalDate } from '../../kit/base/clock.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { AgreementObligations } from './obligations.types.js';

/**
 * What an institution still owes, in one statement. Only a service sees every reservation, so only a service gets an
 * answer: to anybody else a count of what they see would look like the whole.
 */
export async function agreementObligations(
  scope: RequestScope,
  institutionId: string,
): Promise<AgreementObligations | null> {
  if (scope.principal.kind !== 'SERVICE') return null;
  const today = legalDate(scope.clock.now());
  const { sql } = await scope.unit();
  const [row] = await sql.execute<{ agreements: number; applications: number }>(
    `select
       (select count(*) from agreement
        where party_ids @> array[?::text] and state = 'SIGNED'
          and (effective_to is null or effective_to > ?::date)
          and (terminates_on is null or terminates_on > ?::date))::integer as agreements,
       (select count(distinct reserve.application_no)
        from deposit_balance balance
        join consumption_entry reserve on reserve.deposit_id = balance.id and reserve.kind = 'RESERVE'
        where balance.issuer_id = ? and balance.reserved > 0 and not exists (
          select 1 from consumption_entry done
          where done.deposit_id = reserve.deposit_id and done.application_no = reserve.application_no
            and done.kind in ('RELEASE', 'CONSUME')))::integer as applications`,
    [institutionId, today, today, institutionId],
  );
  return row ?? null;
}
