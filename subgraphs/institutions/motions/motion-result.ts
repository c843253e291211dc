import type { MotionThreshold } from './motion-consequence.js';

/** The votes that were cast, each elector's last one. */
export interface MotionCounts {
  readonly yes: number;
  readonly no: number;
  readonly abstain: number;
}

/** How many voted. */
export const votesCast = ({ yes, no, abstain }: MotionCounts): number => yes + no + abstain;

/** Whether more than half of the electorate voted [P]; the quorum of a simple majority. */
export function isQuorate(electorate: number, counts: MotionCounts): boolean {
  return votesCast(counts) * 2 > electorate;
}

/**
 * Whether a motion is carried, in integers: more than half of the votes cast, abstentions among them, by a quorum; or
 * two thirds of the whole electorate, so that who does not vote counts as no (charter art. 24, model.md section 3.15).
 */
export function isCarried(threshold: MotionThreshold, electorate: number, counts: MotionCounts): boolean {
  if (threshold === 'TWO_THIRDS_OF_ELECTORATE') return counts.yes * 3 >= 2 * electorate;
  return isQuorate(electorate, counts) && counts.yes * 2 > votesCast(counts);
}

/**
 * Whether a motion may be counted before its time is over. From then on the votes that were cast are final too, or a
 * changed one would still change the result; those who have not voted still may.
 *
 * In a secret motion that is when everybody has voted: a refusal to change a vote must not say how the others stand. In
 * an open one it is when those who have not voted can change nothing any more. A carried motion has its quorum, so the
 * worst that can come is a no from all of them; the best for one that is not carried, for its quorum too, is a yes from
 * all of them.
 */
export function isSettled(
  threshold: MotionThreshold,
  electorate: number,
  counts: MotionCounts,
  secret = false,
): boolean {
  const open = electorate - votesCast(counts);
  if (secret) return open === 0;
  return isCarried(threshold, electorate, counts)
    ? isCarried(threshold, electorate, { ...counts, no: counts.no + open })
    : !isCarried(threshold, electorate, { ...counts, yes: counts.yes + open });
}
