import { compare } from '../../kit/base/decimal.js';
import { parseAmount } from './amounts.js';
import type { MappedCertificate } from './map-certificate.js';
import type { MappedResult } from './map-result.js';
import type { Fact, Facts } from './student-facts.js';
import type { NativeRow } from './native-row.js';

/** What somebody says about one result or certificate. */
export interface RecordClaim {
  readonly nativeKey?: string | null;
  readonly courseCode?: string | null;
  readonly courseName?: string | null;
  readonly certificateNumber?: string | null;
  readonly credits?: string | null;
  readonly creditScheme?: string | null;
  readonly nativeGrade?: string | null;
  readonly term?: string | null;
  readonly awardedOn?: string | null;
}

/** A field of a claim. */
export type ClaimField = keyof RecordClaim;

/** By which of these a record is found; the first that a claim names. */
export const claimKeys = ['nativeKey', 'certificateNumber', 'courseCode', 'courseName'] as const;

/** What a claim is compared with. */
export interface ClaimedRecord {
  readonly nativeKey: string;
  readonly row: NativeRow;
  /** What of it stands there and could not be read. */
  readonly unread: readonly string[];
  /** What the record says; null where that is unknown, absent where such a record has no such thing. */
  readonly values: Readonly<Partial<Record<ClaimField, string | null>>>;
}

/** What became of a claim about somebody who is the holder. */
export type ClaimOutcome =
  | { readonly outcome: 'NOT_FOUND' | 'AMBIGUOUS' | 'MAY_BE_THERE' }
  | {
      readonly outcome: 'CONFIRMED' | 'DIFFERS' | 'CANNOT_TELL';
      readonly record: ClaimedRecord;
      readonly differs: readonly ClaimField[];
    };

/** Results as a claim sees them. */
export function claimedResults({ facts }: Facts<MappedResult>): ClaimedRecord[] {
  return facts.map(({ value, row }: Fact<MappedResult>) => ({
    nativeKey: value.nativeKey,
    row,
    unread: value.unread,
    values: {
      nativeKey: value.nativeKey,
      courseCode: value.courseCode,
      courseName: typeof value.courseName === 'string' ? value.courseName : null,
      credits: value.credits,
      creditScheme: value.creditScheme,
      nativeGrade: value.nativeGrade,
      term: value.term?.code ?? null,
    },
  }));
}

/** Certificates as a claim sees them. */
export function claimedCertificates({ facts }: Facts<MappedCertificate>): ClaimedRecord[] {
  return facts.map(({ value, row }: Fact<MappedCertificate>) => ({
    nativeKey: value.nativeKey,
    row,
    unread: value.unread.map((field) => (field === 'number' ? 'certificateNumber' : field)),
    values: {
      nativeKey: value.nativeKey,
      certificateNumber: value.number,
      nativeGrade: value.nativeGrade,
      awardedOn: value.awardedOn,
    },
  }));
}

/**
 * Compares a claim with a student's records. A record is found by the first key that the claim names, everything else
 * must agree; what the record does not say cannot be confirmed. Of several that are found, the one that agrees most is
 * meant; two that agree alike are ambiguous. Where none is found and one has what it is found by unread, or a code of
 * which nobody knows whether it is of the same course, it may be there all the same.
 * @param sameCourse whether two course codes are of one course; null where nobody knows
 */
export function verifyClaim(
  claim: RecordClaim,
  records: readonly ClaimedRecord[],
  sameCourse: SameCourse,
): ClaimOutcome {
  const key = claimKeys.find((field) => claim[field] != null);
  const fields = (Object.keys(claim) as ClaimField[]).filter((field) => claim[field] != null);
  if (key === undefined) return { outcome: 'NOT_FOUND' };
  const all = records.map((record) => ({ record, ...judge(claim, fields, record, sameCourse) }));
  const judged = all
    .filter(({ differs, unknown }) => !differs.includes(key) && !unknown.includes(key))
    .sort((a, b) => a.differs.length - b.differs.length || a.unknown.length - b.unknown.length);
  const [best, next] = judged;
  if (best === undefined) {
    const mayBeThere = all.some(
      ({ record, unknown }) =>
        unknown.includes(key) && (record.values[key] != null || record.unread.includes(key)),
    );
    return { outcome: mayBeThere ? 'MAY_BE_THERE' : 'NOT_FOUND' };
  }
  if (next?.differs.length === best.differs.length && next.unknown.length === best.unknown.length) {
    return { outcome: 'AMBIGUOUS' };
  }
  const { record, differs, unknown } = best;
  const outcome = differs.length > 0 ? 'DIFFERS' : unknown.length > 0 ? 'CANNOT_TELL' : 'CONFIRMED';
  return { outcome, record, differs };
}

type SameCourse = (a: string, b: string) => boolean | null;

function judge(
  claim: RecordClaim,
  fields: readonly ClaimField[],
  { values }: ClaimedRecord,
  sameCourse: SameCourse,
): { differs: ClaimField[]; unknown: ClaimField[] } {
  const differs: ClaimField[] = [];
  const unknown: ClaimField[] = [];
  for (const field of fields) {
    const held = values[field];
    // A result has no day of award and a certificate no credits: such a claim is of another kind of record.
    if (held === undefined) differs.push(field);
    else if (held === null) unknown.push(field);
    else {
      const same = agrees(field, String(claim[field]), held, sameCourse);
      if (same === null) unknown.push(field);
      else if (!same) differs.push(field);
    }
  }
  return { differs, unknown };
}

function agrees(field: ClaimField, claimed: string, held: string, sameCourse: SameCourse): boolean | null {
  switch (field) {
    case 'courseCode':
      return sameCourse(claimed.trim(), held);
    case 'courseName':
      return plain(claimed) === plain(held);
    case 'credits':
    case 'nativeGrade': {
      const [said, is] = [parseAmount(claimed), parseAmount(held)];
      return said !== null && is !== null ? compare(said, is) === 0 : claimed.trim() === held;
    }
    default:
      return claimed.trim() === held;
  }
}

function plain(name: string): string {
  return name.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}
