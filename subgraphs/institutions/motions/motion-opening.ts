import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { BodyRow } from '../bodies/body.entity.js';
import { bodyOf } from '../bodies/body.loader.js';
import type { VotingSeat } from '../seats/voting-seats.js';
import type { MotionConsequence, MotionThreshold, VotingBody } from './motion-consequence.js';
import { MotionEntity } from './motion.entity.js';
import type { OpenMotionInput } from './motion.inputs.js';

const votingBodies: readonly VotingBody[] = [
  'ASSEMBLY',
  'COUNCIL',
  'STANDING_COUNCIL',
  'SPECIAL_COUNCIL',
  'REVIEW_COMMITTEE',
];

const question = z.object({
  title: z.object({ zh: z.string().trim().min(1).max(200), en: z.string().trim().min(1).max(200) }),
  text: z.string().trim().min(1).max(20_000),
});

const longest = 366 * 86_400_000;

/** Refuses a question that cannot be put to the vote like this. */
export function assertPeriod(closesAt: Date, now: Date): void {
  if (closesAt <= now || closesAt.getTime() - now.getTime() > longest) {
    throw refuse('MOTION_PERIOD_INVALID', {}, ['input', 'closesAt']);
  }
}

/**
 * How the question is decided. Refuses a body that does not decide this kind, and a subject that does not wait for it.
 */
export async function decisionRule(
  transaction: MutationTransaction,
  input: OpenMotionInput,
  body: BodyRow,
  consequence: MotionConsequence | undefined,
): Promise<MotionThreshold> {
  checkInput(question, input);
  if (input.kind === 'GENERAL') {
    assertBody(votingBodies, body);
    return 'SIMPLE_MAJORITY';
  }
  if (consequence === undefined) throw refuse('MOTION_KIND_UNKNOWN', {}, ['input', 'kind']);
  assertBody([consequence.body].flat(), body);
  if (input.subjectId == null) throw refuse('MOTION_SUBJECT_MISSING', {}, ['input', 'subjectId']);
  await consequence.assertAwaited(transaction, input.subjectId);
  return consequence.threshold;
}

function assertBody(wanted: readonly VotingBody[], { kind, endedAt }: BodyRow): void {
  if (endedAt != null) throw refuse('BODY_ENDED', {}, ['input', 'bodyId']);
  if (!(wanted as readonly string[]).includes(kind)) {
    throw refuse('MOTION_BODY_MISFIT', { bodies: wanted.join(', ') }, ['input', 'bodyId']);
  }
}

/** Refuses whoever may not put a question to the body: the secretariat may, and everyone who votes in it. */
export function assertMayOpen(scope: RequestScope, electors: readonly VotingSeat[]): void {
  const { principal } = scope;
  if (hasRole(principal, 'SECRETARIAT')) return;
  if (electors.some(({ subject }) => subject === principal.subject)) return;
  throw refuse('ACTION_FORBIDDEN', { action: 'openMotion' });
}

/** Writes the electorate down, by one statement, as the guard of the database asks. */
export async function copyElectorate(
  transaction: MutationTransaction,
  motionId: string,
  electors: readonly VotingSeat[],
  at: Date,
): Promise<void> {
  const rows = electors.map((elector) => ({ id: newId('MotionElector'), ...elector }));
  await transaction.sql.execute(
    `insert into motion_elector (id, motion_id, seat_id, institution_id, subject, holder_name, created_at)
     select id, ?, seat_id, institution_id, subject, holder_name, ?::timestamptz
     from jsonb_to_recordset(?::jsonb)
       as elector (id text, seat_id text, institution_id text, subject text, holder_name text)`,
    [motionId, at.toISOString(), JSON.stringify(rows)],
  );
}

/** Refuses a preparation that is no counted general motion of the standing council (model.md section 9.2). */
export async function assertPreparation(transaction: MutationTransaction, motionId: string): Promise<void> {
  const [motion] = await transaction.find(MotionEntity, { id: motionId });
  const body = motion === undefined ? undefined : await bodyOf(transaction, motion.bodyId);
  const fits =
    motion?.kind === 'GENERAL' &&
    ['CARRIED', 'REJECTED'].includes(motion.state) &&
    body?.kind === 'STANDING_COUNCIL';
  if (!fits) throw refuse('MOTION_PREPARATION_MISFIT', {}, ['input', 'preparedBy']);
}
