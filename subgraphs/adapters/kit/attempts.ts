import { compare, type Decimal } from '../../kit/base/decimal.js';
import { readGrade, said, type GradeRules, type LevelWords, type ReadGrade } from './grades.js';

/** Which sitting an achieved grade is of. */
export type AttemptKind = 'FIRST' | 'RESIT' | 'RETAKE' | 'DEFERRED';

/** The sittings that one row of a grade table holds, as text. */
export interface Sittings {
  /** The ordinary grade (CJ). */
  readonly first: string | null;
  /** The resit (BKCJ). */
  readonly resit: string | null;
  /** The retake (CXCJ). */
  readonly retake: string | null;
  /** The whole row is a retake in a class of its own (CXBJ). */
  readonly isRetake: boolean;
  /** The system keeps the row as recognised, not as earned. */
  readonly isExempted?: boolean;
  /** The whole row is a resit, in systems with a row for each sitting (ksxz 补考). */
  readonly isResit?: boolean;
  /** Remarks (BZ): 缓考, 缺考, 作弊, 免修, or free text. */
  readonly remark: string | null;
}

/** One sitting of a row that has a grade or a status. */
export interface HeldSitting {
  readonly kind: AttemptKind;
  readonly grade: ReadGrade;
  /** After the cap on resits. */
  readonly percentage: Decimal | null;
  /** Whether it is the one that counts; none does where no study took place. */
  readonly counts: boolean;
}

/** The sitting that counts. */
export interface CountingAttempt {
  readonly kind: AttemptKind;
  /** Null when no sitting has a grade. */
  readonly grade: ReadGrade | null;
  /** After the cap on resits. */
  readonly percentage: Decimal | null;
  readonly passed: boolean | null;
  readonly exempted: boolean;
  readonly flags: readonly string[];
  /** All sittings that the row holds, in the order in which they took place. */
  readonly sittings: readonly HeldSitting[];
}

/**
 * Which sitting of a row counts: the best by percentage, the earlier one where two are equal, and one that passed
 * before one whose percentage is unknown. A passed resit counts the cap at most (60 in most schools; model.md
 * section 5). A remark 缓考 means that the ordinary grade is of the later sitting; 免修 that no study took place;
 * every other status (缺考, 作弊, not finished) voids the ordinary grade. The mark of a whole row (retake, resit) says
 * the kind of its ordinary grade, unless the column of that kind holds another grade: then the ordinary one came first.
 */
export function countingAttempt(
  sittings: Sittings,
  rules: GradeRules & { readonly resitCap: Decimal | null },
  words: LevelWords,
): CountingAttempt {
  const remarkStatus = sittings.remark === null ? undefined : said(rules.statuses, sittings.remark);
  const voided = remarkStatus !== undefined && remarkStatus !== 'DEFERRED' && remarkStatus !== 'EXEMPTED';
  const first = readGrade(voided ? sittings.remark : sittings.first, rules, words);
  const exempted =
    sittings.isExempted === true || remarkStatus === 'EXEMPTED' || first?.status === 'EXEMPTED';
  const deferred = remarkStatus === 'DEFERRED' || first?.status === 'DEFERRED';
  const resit = readGrade(sittings.resit, rules, words);
  const retake = readGrade(sittings.retake, rules, words);
  const marked = sittings.isResit === true ? 'RESIT' : sittings.isRetake ? 'RETAKE' : null;
  const ofItsKind = marked === 'RESIT' ? resit : marked === 'RETAKE' ? retake : null;
  const firstKind = marked !== null && ofItsKind === null ? marked : deferred ? 'DEFERRED' : 'FIRST';
  // Some systems write the grade of a retake into both columns; that is one sitting.
  const isRepeated = ofItsKind !== null && ofItsKind.native === first?.native;

  const candidates = [
    counted(firstKind, isRepeated ? null : first, firstKind === 'RESIT' ? rules.resitCap : null),
    counted('RESIT', resit, rules.resitCap),
    counted('RETAKE', retake, null),
  ].filter((candidate) => candidate.grade !== null) as (Counted & { readonly grade: ReadGrade })[];
  const best = candidates.reduce<(typeof candidates)[number] | undefined>(
    (chosen, candidate) => (chosen === undefined || isBetter(candidate, chosen) ? candidate : chosen),
    undefined,
  );
  const { kind, grade, percentage, capped } = best ?? counted(firstKind, null, null);
  return {
    kind,
    grade,
    percentage,
    passed: exempted ? true : (grade?.passed ?? null),
    exempted,
    flags: [
      ...(grade?.unknownWord ? ['UNKNOWN_GRADE_WORD'] : []),
      ...(grade?.status ? [grade.status] : []),
      ...(capped ? ['RESIT_CAPPED'] : []),
      ...(grade === null && !exempted ? ['NO_GRADE'] : []),
    ],
    sittings: candidates.map((candidate) => ({
      kind: candidate.kind,
      grade: candidate.grade,
      percentage: candidate.percentage,
      counts: candidate === best && !exempted,
    })),
  };
}

interface Counted {
  readonly kind: AttemptKind;
  readonly grade: ReadGrade | null;
  readonly percentage: Decimal | null;
  readonly capped: boolean;
}

function counted(kind: AttemptKind, grade: ReadGrade | null, cap: Decimal | null): Counted {
  const percentage = grade?.percentage ?? null;
  const capped = cap !== null && percentage !== null && compare(percentage, cap) > 0;
  return { kind, grade, percentage: capped ? cap : percentage, capped };
}

function isBetter(candidate: Counted, chosen: Counted): boolean {
  const rank = rankOf(candidate) - rankOf(chosen);
  if (rank !== 0) return rank > 0;
  if (candidate.percentage === null || chosen.percentage === null) return candidate.percentage !== null;
  return compare(candidate.percentage, chosen.percentage) > 0;
}

/** Passed before failed with a number, that before a word nobody knows, that before a status. */
function rankOf({ grade, percentage }: Counted): number {
  if (grade?.passed === true) return 3;
  if (percentage !== null) return 2;
  return grade?.status === null ? 1 : 0;
}
