import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import { depositBanked, type BankedDeposit } from './deposit.events.js';
import { depositWork } from './deposit.work.js';

interface ReleasedRow {
  readonly id: string;
  readonly learner_id: string;
  readonly owner_subject: string;
  readonly issuer_id: string;
  readonly category: BankedDeposit['category'];
  readonly credit_amount: string;
  readonly credit_scheme: string;
  readonly version: number;
  readonly title: string;
  readonly course_code: string | null;
  readonly entered_by: string;
}

/**
 * Gives a learner with an active account what was held for them: confirms the links that wait for a verified identity,
 * banks the held deposits of those school records, and tells the other rooms. What still waits for review gets its
 * learner there, so that an activation never makes a reviewer's version stale.
 * The database does it as the bank, because the person who sets it off may not see what is held.
 *
 * @returns the ids of the deposits that are banked by it
 */
export async function releaseDeposits(
  transaction: MutationTransaction,
  learnerId: string,
  moment: Date,
): Promise<string[]> {
  const rows = await transaction.sql.execute<ReleasedRow>(
    `select id, learner_id, owner_subject, issuer_id, category, credit_amount::text as credit_amount, credit_scheme, version,
       title, course_code, entered_by
     from release_deposits(?, ?::timestamptz) order by id`,
    [learnerId, moment.toISOString()],
  );
  for (const row of rows) {
    await transaction.emit(
      depositBanked({
        id: row.id,
        learnerId: row.learner_id,
        ownerSubject: row.owner_subject,
        issuerId: row.issuer_id,
        category: row.category,
        creditAmount: row.credit_amount,
        creditScheme: row.credit_scheme,
        version: row.version,
      }),
    );
    await transaction.work(depositWork, {
      id: row.id,
      version: row.version,
      state: 'BANKED',
      stateEnteredAt: moment,
      issuerId: row.issuer_id,
      title: row.title,
      courseCode: row.course_code,
      enteredBy: row.entered_by,
    });
    transaction.wake('Deposit', row.id);
  }
  return rows.map(({ id }) => id);
}
