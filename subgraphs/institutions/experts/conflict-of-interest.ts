import type { ExpertConflictRow, ExpertRow } from './expert.entity.js';

/** Why an expert must not judge an institution (charter art. 16). */
export type ConflictOfInterest = 'SAME_INSTITUTION' | 'NOMINATED_BY_IT' | 'OWN_APPLICATION' | 'DECLARED';

/** Whom an expert is to judge. */
export interface JudgedInstitution {
  readonly institutionId: string;
  /** The subject of the person who asked for the judgement, where there is one. */
  readonly applicant?: string;
}

/**
 * Why an expert must not judge an institution on a legal date; undefined where nothing stands in the way. Pure, for
 * every review of this room.
 * @param declared the conflicts that were declared, of this expert or of many
 */
export function conflictOfInterest(
  expert: Pick<ExpertRow, 'id' | 'subject' | 'institutionId' | 'nominatedBy'>,
  { institutionId, applicant }: JudgedInstitution,
  declared: readonly Pick<ExpertConflictRow, 'expertId' | 'institutionId' | 'validFrom' | 'validTo'>[],
  date: string,
): ConflictOfInterest | undefined {
  if (expert.institutionId === institutionId) return 'SAME_INSTITUTION';
  if (expert.nominatedBy === institutionId) return 'NOMINATED_BY_IT';
  if (expert.subject === applicant) return 'OWN_APPLICATION';
  const holds = declared.some(
    (conflict) =>
      conflict.expertId === expert.id &&
      conflict.institutionId === institutionId &&
      conflict.validFrom <= date &&
      (conflict.validTo == null || conflict.validTo > date),
  );
  return holds ? 'DECLARED' : undefined;
}
