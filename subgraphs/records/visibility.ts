import { AmrloError } from '../kit/base/errors/amrlo-error.js';
import { hasRole, type Principal } from '../kit/base/identity/principal.js';
import type { KnownLinks, StudentRecordKey } from './link-source.js';
import type { Representation } from './school-reply.js';

/** What a principal may see of one institution's records: all, those of some students, or nothing. */
export type Visible = 'ALL' | ReadonlySet<string>;

const nothing: ReadonlySet<string> = new Set();

/**
 * The row policy: services see everything; registrars and administrators the records of their institution; a person
 * the records that are linked to them. Whoever may not see a record is told the same as if it did not exist.
 * @throws AmrloError `UPSTREAM_UNAVAILABLE` when a person's links cannot be read: then nothing is shown.
 */
export async function visibleRecords(
  principal: Principal,
  wanted: readonly StudentRecordKey[],
  links: KnownLinks,
): Promise<ReadonlyMap<string, Visible>> {
  const institutions = [...new Set(wanted.map((key) => key.institutionId))];
  const seesAll = (institutionId: string): boolean =>
    hasRole(principal, 'SERVICE') || hasRole(principal, ['REGISTRAR', 'INSTITUTION_ADMIN'], institutionId);
  const others = institutions.filter((institutionId) => !seesAll(institutionId));
  const linked =
    others.length > 0 && principal.kind === 'PERSON'
      ? await linksOf(
          principal.subject,
          wanted.filter((key) => others.includes(key.institutionId)),
          links,
        )
      : new Map<string, ReadonlySet<string>>();
  return new Map(
    institutions.map((institutionId) => [
      institutionId,
      seesAll(institutionId) ? 'ALL' : (linked.get(institutionId) ?? nothing),
    ]),
  );
}

async function linksOf(subject: string, wanted: readonly StudentRecordKey[], links: KnownLinks) {
  try {
    return await links.linkedTo(subject, wanted);
  } catch (error) {
    throw new AmrloError('UPSTREAM_UNAVAILABLE', { subgraph: 'learners' }, { cause: error });
  }
}

/** The record that a representation is about; the number of a result is only a guess until its school confirms it. */
export function wantedRecord({ institutionId, studentNumber, nativeKey }: Representation): StudentRecordKey {
  const number = typeof studentNumber === 'string' ? studentNumber : String(nativeKey).split('|', 1)[0];
  return { institutionId: String(institutionId), studentNumber: number ?? '' };
}

/** Whether a school is asked about a record at all: never for one that is certainly foreign. */
export function mayAsk(visible: Visible | undefined, { studentNumber }: Representation): boolean {
  if (visible === undefined || visible === 'ALL') return visible === 'ALL';
  return typeof studentNumber === 'string' ? visible.has(studentNumber) : visible.size > 0;
}

/** Whether a record of this student may be seen. */
export function maySee(visible: Visible | undefined, studentNumber: string | null | undefined): boolean {
  if (visible === undefined) return false;
  return visible === 'ALL' || (typeof studentNumber === 'string' && visible.has(studentNumber));
}
