import { isDecimal } from '../../../kit/base/decimal.js';
import { refuse } from '../../../kit/base/errors/amrlo-error.js';
import { notSupplied, provenanceOf, type AdapterContext, type AdapterParts } from '../adapter-parts.js';
import type { HolderQuestion } from '../holder.js';
import type { KnownCourses } from '../counting-results.js';
import { knownCourses } from '../student-facts.js';
import {
  claimedCertificates,
  claimedResults,
  claimKeys,
  verifyClaim,
  type ClaimedRecord,
  type RecordClaim,
} from '../verify-claim.js';

/** A question whether a person holds a record. */
export interface VerificationQuestion {
  readonly holder: HolderQuestion;
  readonly claim: RecordClaim;
}

/** The longest text of a claim that is looked at. */
const longestValue = 500;

/**
 * Whether a person holds one record of a student: first whose the record is, so that nobody else learns what is there.
 * The answer names fields that differ and never what the record says.
 */
export async function verificationOf(
  parts: AdapterParts,
  studentNumber: string,
  { claim }: VerificationQuestion,
  context: AdapterContext,
  isHolder: () => Promise<boolean | null>,
): Promise<object> {
  checkClaim(claim);
  const answer = async (
    outcome: string,
    holds: boolean | null,
    found?: { readonly record: ClaimedRecord; readonly differs: readonly string[] },
  ) => ({
    outcome,
    holds,
    differs: found?.differs ?? [],
    nativeKey: found?.record.nativeKey ?? null,
    askedAt: parts.clock.now().toISOString(),
    provenance: await provenanceOf(parts, found?.record.row ?? null, context.read),
  });

  const mine = await isHolder();
  if (mine === null) return answer('CANNOT_TELL', null);
  if (!mine) return answer('NOT_THE_HOLDER', false);
  const [{ records, allFound }, history] = await Promise.all([
    recordsFor(parts, studentNumber, claim, context),
    context.facts.history(),
  ]);
  const judged = verifyClaim(claim, records, (a, b) => areSameCourse(a, b, knownCourses(history)));
  switch (judged.outcome) {
    case 'NOT_FOUND':
      // Among rows that nobody could read it may be all the same.
      return allFound ? answer('NOT_FOUND', false) : answer('CANNOT_TELL', null);
    case 'MAY_BE_THERE':
      return answer('CANNOT_TELL', null);
    case 'AMBIGUOUS':
      return answer('AMBIGUOUS', null);
    case 'CANNOT_TELL':
      return answer('CANNOT_TELL', null, judged);
    default:
      return answer(judged.outcome, judged.outcome === 'CONFIRMED', judged);
  }
}

function areSameCourse(a: string, b: string, { courseOf, certain }: KnownCourses): boolean | null {
  if (a === b) return true;
  const [one, other] = [courseOf(a), courseOf(b)];
  if (one === null || other === null) return null;
  return one === other || (certain ? false : null);
}

/**
 * The refusals have no path of their own: GraphQL takes an error with a path for one that it has placed itself.
 * @throws AmrloError `INPUT_INVALID` or `DECIMAL_INVALID`
 */
function checkClaim(claim: RecordClaim): void {
  if (claimKeys.every((field) => !claim[field]?.trim())) {
    throw refuse('INPUT_INVALID', { detail: `claim: ${claimKeys.join(' | ')}` });
  }
  for (const [field, value] of Object.entries(claim)) {
    if (typeof value === 'string' && value.length > longestValue) {
      throw refuse('INPUT_INVALID', { detail: `${field}: 0 - ${longestValue}` });
    }
  }
  if (claim.credits != null && !isDecimal(claim.credits)) {
    throw refuse('DECIMAL_INVALID', { value: claim.credits.slice(0, 40) });
  }
}

/** The records among which the claimed one must be, and whether all of the student's are among them. */
async function recordsFor(
  { driver, mapping, school }: AdapterParts,
  studentNumber: string,
  claim: RecordClaim,
  { reader, facts, read }: AdapterContext,
): Promise<{ records: ClaimedRecord[]; allFound: boolean }> {
  const [hasResults, hasCertificates] = await Promise.all([
    reader.supplies('results'),
    mapping.certificate !== undefined && reader.supplies('certificates'),
  ]);
  const ofCertificate = claim.certificateNumber != null;
  const ofCourse = !ofCertificate && (claim.courseCode != null || claim.courseName != null);
  if (ofCertificate && !hasCertificates) throw notSupplied(school.name, 'StudentRecord.certificates');
  if (ofCourse && !hasResults) throw notSupplied(school.name, 'StudentRecord.results');
  if (!hasResults && !hasCertificates) throw notSupplied(school.name, 'StudentRecord.verification');
  const [results, certificates, hasRejected] = await Promise.all([
    hasResults && !ofCertificate ? facts.results(studentNumber) : null,
    hasCertificates && !ofCourse ? facts.certificates(studentNumber) : null,
    driver.hasRejectedRows?.(studentNumber, read) ?? false,
  ]);
  return {
    records: [
      ...(results === null ? [] : claimedResults(results)),
      ...(certificates === null ? [] : claimedCertificates(certificates)),
    ],
    allFound: !hasRejected && (results?.allFound ?? true) && (certificates?.allFound ?? true),
  };
}
