import type { MutationTransaction } from '../../kit/room/scope/mutate.js';

/**
 * Lets those who put a subject to the vote and those who change it wait for each other. A lock of the subject's row is
 * not for everybody: whoever opens a motion need not be one who may change its subject.
 */
export async function holdSubject({ sql }: MutationTransaction, subjectId: string): Promise<void> {
  await sql.execute(`select pg_advisory_xact_lock(hashtext('subject of motions ' || ?))`, [subjectId]);
}

/** Whether a motion about the subject is open. The subject must be held, or the answer may be old. */
export async function isUnderVote({ sql }: MutationTransaction, subjectId: string): Promise<boolean> {
  const [row] = await sql.execute<{ open: boolean }>('select is_under_vote(?) as open', [subjectId]);
  return row?.open === true;
}
