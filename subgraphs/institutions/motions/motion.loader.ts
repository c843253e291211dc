import { hasRole } from '../../kit/base/identity/principal.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { BallotEntity, MotionEntity, type BallotRow, type MotionRow } from './motion.entity.js';
import type { MotionFacts } from './motion.machine.js';
import { isQuorate, isSettled, type MotionCounts } from './motion-result.js';
import type { MotionThreshold } from './motion-consequence.js';
import type { Motion, MotionKindEnum, MotionResult, MotionState } from './motion.types.js';

/** What the graph shows of a motion to the one who asks. */
export function showMotion(scope: RequestScope, row: MotionRow): Motion {
  const { subject } = scope.principal;
  const isElector = row.electorSubjects.includes(subject);
  return {
    id: row.id,
    bodyId: row.bodyId,
    preparedById: row.preparedByMotionId ?? null,
    isOpener: row.openedBy === subject,
    voted: row.voters,
    ballotEntries: row.ballotEntries,
    motionNo: row.motionNo,
    kind: row.kind as keyof typeof MotionKindEnum,
    subjectId: row.subjectId ?? null,
    title: { zh: row.titleZh, en: row.titleEn },
    text: isElector || hasRole(scope.principal, 'SECRETARIAT') ? row.text : null,
    threshold: row.threshold as MotionThreshold,
    secret: row.secret,
    state: row.state as MotionState,
    openedAt: row.openedAt,
    closesAt: row.closesAt,
    closedAt: row.closedAt ?? null,
    electorate: row.electorate,
    isElector,
    result: resultOf(row),
    version: row.version,
  };
}

function resultOf({ state, electorate, yes, no, abstain }: MotionRow): MotionResult | null {
  if (yes == null || no == null || abstain == null) return null;
  const counts = { yes, no, abstain };
  return { carried: state === 'CARRIED', quorate: isQuorate(electorate, counts), ...counts };
}

/** What the machine looks at. Takes what the graph shows, whose instants are texts when an answer is replayed. */
export function motionFacts(
  scope: RequestScope,
  motion: Motion,
  { tally, hasVoted }: { readonly tally: MotionTally; readonly hasVoted: boolean },
): MotionFacts {
  return {
    isElector: motion.isElector,
    isOpener: motion.isOpener,
    hasBallots: motion.ballotEntries > 0,
    isOver: new Date(motion.closesAt) <= scope.clock.now(),
    hasVoted,
    isSettled: isSettled(motion.threshold, motion.electorate, tally, motion.secret),
  };
}

/** The votes of a motion as they stand, and how many electors cast them. */
export interface MotionTally extends MotionCounts {
  readonly voted: number;
}

/** Counts the votes of many motions in one statement. Only closed motions show them. */
export async function tallyMotions(sql: Sql, ids: readonly string[]): Promise<Map<string, MotionTally>> {
  const rows = await sql.execute<MotionTally & { motion_id: string }>(
    'select motion_id, voted, yes, no, abstain from motion_tallies(?::jsonb)',
    [JSON.stringify(ids)],
  );
  return new Map(rows.map(({ motion_id: id, voted, yes, no, abstain }) => [id, { voted, yes, no, abstain }]));
}

/** The tally of a motion on which nobody has voted. */
export const noVotes: MotionTally = { voted: 0, yes: 0, no: 0, abstain: 0 };

/** The tallies of motions that the one who asks has been shown. */
export const tallyByMotion: LoaderDefinition<string, MotionTally> = {
  name: 'tallyByMotion',
  async batch(scope, ids) {
    const found = await tallyMotions((await scope.unit()).sql, ids);
    return ids.map((id) => found.get(id) ?? noVotes);
  },
};

/** On which of many motions a person has voted. */
export async function votedOn(
  sql: Sql,
  subject: string,
  motionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.execute<{ motion_id: string }>(
    `select distinct motion_id from ballot
     where subject = ? and motion_id in (select jsonb_array_elements_text(?::jsonb))`,
    [subject, JSON.stringify(motionIds)],
  );
  return new Set(rows.map(({ motion_id: id }) => id));
}

/** Whether the one who asks has voted on motions. */
export const ownVote: LoaderDefinition<string, boolean> = {
  name: 'ownVote',
  async batch(scope, ids) {
    const voted = await votedOn((await scope.unit()).sql, scope.principal.subject, ids);
    return ids.map((id) => voted.has(id));
  },
};

/** Motions by id; absent and hidden ones are null. */
export const motionById: LoaderDefinition<string, Motion | null> = {
  name: 'motionById',
  async batch(scope, ids) {
    const rows = await scope.find(MotionEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showMotion(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** An elector of a motion. */
export interface ElectorKey {
  readonly motionId: string;
  readonly seatId: string;
}

/** The last ballot of an elector, as far as the one who asks may see it; null when none was cast. */
export const lastBallot: LoaderDefinition<ElectorKey, BallotRow | null> = {
  name: 'lastBallot',
  cacheKey: ({ motionId, seatId }) => `${motionId}\n${seatId}`,
  async batch(scope, keys) {
    const rows = await scope.find(
      BallotEntity,
      {
        motionId: { $in: [...new Set(keys.map((key) => key.motionId))] },
        seatId: { $in: [...new Set(keys.map((key) => key.seatId))] },
      },
      { orderBy: { entry: 'asc' } },
    );
    const found = new Map(rows.map((row) => [`${row.motionId}\n${row.seatId}`, row]));
    return keys.map(({ motionId, seatId }) => found.get(`${motionId}\n${seatId}`) ?? null);
  },
};
