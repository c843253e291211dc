import type { AdapterContext, AdapterParts } from './adapter-parts.js';

/**
 * Whether all that the school holds about a student was obtained, understood and is within its age. What the system
 * does not supply at all is not held; results are, because a record without them says nothing.
 */
export async function isWholeRecord(
  { driver, mapping }: AdapterParts,
  student: { readonly studentNumber: string; readonly unread?: readonly string[] },
  { reader, facts, read }: AdapterContext,
): Promise<boolean> {
  const { studentNumber, unread = [] } = student;
  if (unread.length > 0) return false;
  try {
    const [enrolments, certificates] = await Promise.all([
      mapping.enrolment !== undefined && reader.supplies('enrolments'),
      mapping.certificate !== undefined && reader.supplies('certificates'),
    ]);
    const [delivery, hasRejected, ...all] = await Promise.all([
      driver.delivery(read),
      driver.hasRejectedRows?.(studentNumber, read) ?? false,
      facts.results(studentNumber),
      ...(enrolments ? [facts.enrolments(studentNumber)] : []),
      ...(certificates ? [facts.certificates(studentNumber)] : []),
    ]);
    return !hasRejected && delivery?.freshness !== 'STALE' && all.every(({ understood }) => understood);
  } catch {
    // The field that failed reports the error; here it only means that something is missing.
    return false;
  }
}
