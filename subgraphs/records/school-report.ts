import type { InstitutionAnswers, InstitutionBatch } from './school-answers.js';

/** How one school's part of an answer came about: no values, and nothing that tells whose records they were. */
export interface SchoolReport {
  readonly institutionId: string;
  readonly ms: number;
  /** Whether the school was asked, or copies were enough. */
  readonly asked: boolean;
  /** Items that were wanted of it. */
  readonly rows: number;
  /** Those that a copy answered. */
  readonly copies: number;
  /** The code of the first item that was not obtained. */
  readonly failed?: string;
}

/** @param ms how long the whole part took */
export function schoolReport(
  { institutionId, items }: Pick<InstitutionBatch, 'institutionId' | 'items'>,
  { answers, asked, copies }: InstitutionAnswers,
  ms: number,
): SchoolReport {
  const failure = [...answers.values()].find((one) => 'failed' in one);
  return {
    institutionId,
    ms: Math.round(ms * 100) / 100,
    asked,
    rows: items.length,
    copies,
    ...(failure !== undefined && 'failed' in failure ? { failed: failure.failed.code } : {}),
  };
}
