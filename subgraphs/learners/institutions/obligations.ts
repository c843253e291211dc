import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { DepositObligations } from './obligations.types.js';

/**
 * What an institution still owes to learners. What is banked or held stays theirs whatever becomes of the institution
 * (model.md 3.13), so only what waits for its review counts. Only a service gets an answer: to anybody else a count of
 * what they see would look like the whole.
 */
export async function depositObligations(
  scope: RequestScope,
  institutionId: string,
): Promise<DepositObligations | null> {
  if (scope.principal.kind !== 'SERVICE') return null;
  const { sql } = await scope.unit();
  const [row] = await sql.execute<{ deposits: number }>(
    `select count(*)::integer as deposits from deposit where issuer_id = ? and state = 'VALIDATED'`,
    [institutionId],
  );
  return row ?? null;
}
