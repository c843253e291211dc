import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { InstitutionKind } from '../institutions/institution.types.js';
import type { MembershipCaseRow } from './membership-case.entity.js';
import type { MembershipCaseContentInput } from './membership-case.inputs.js';

/** A letter whose upload has finished. */
export interface ReceivedLetter {
  readonly uploadId: string;
  readonly fileName: string | null;
  readonly sha256: string;
}

const text = (most: number) => z.string().trim().min(1, `1–${most}`).max(most, `1–${most}`).nullish();
const content = z.object({
  content: z
    .object({
      name: text(200),
      province: text(60),
      contactName: text(100),
      contactPhone: z
        .string()
        .regex(/^\+?[0-9][0-9 -]{5,29}$/, '+86 10 12345678')
        .nullish(),
      contactEmail: z.email().max(200, '1–200').nullish(),
      acceptCharterVersion: text(40),
    })
    .nullish(),
});

/** What is changed by what an applicant gives. */
export type ContentChange = Partial<MembershipCaseRow>;

/**
 * What an applicant's content changes; pure. The facts of a listed institution stand on the roster and are not given
 * again. An attestation holds for what it was given for: a change that does not attest anew takes it back.
 * @throws AmrloError `INPUT_INVALID`
 */
export function contentChange(
  given: MembershipCaseContentInput,
  { isListed, letter }: { readonly isListed: boolean; readonly letter: ReceivedLetter | undefined },
  subject: string,
  now: Date,
): ContentChange {
  const { content: checked } = checkInput(content, { content: given });
  assertFactsFit(given, isListed);
  const change: ContentChange = {};
  for (const field of ['name', 'province', 'contactName', 'contactPhone', 'contactEmail'] as const) {
    if (given[field] !== undefined) change[field] = checked?.[field] ?? null;
  }
  if (given.kind !== undefined) change.kind = given.kind;
  if (given.letterUploadId !== undefined) Object.assign(change, letterChange(letter));
  if (given.acceptCharterVersion !== undefined) {
    Object.assign(change, charterChange(checked?.acceptCharterVersion ?? null, subject, now));
  }
  const attests = given.attestTruth === true;
  return { ...change, truthAttestedAt: attests ? now : null, truthAttestedBy: attests ? subject : null };
}

/** What a letter changes; nothing received clears it. */
export function letterChange(letter: ReceivedLetter | undefined): ContentChange {
  return {
    letterUploadId: letter?.uploadId ?? null,
    letterFileName: letter?.fileName ?? null,
    letterSha256: letter?.sha256 ?? null,
  };
}

/** What the acceptance of a version of the charter changes; null takes it back. */
export function charterChange(charterVersion: string | null, subject: string, now: Date): ContentChange {
  const accepts = charterVersion !== null;
  return {
    charterVersion,
    charterAcceptedAt: accepts ? now : null,
    charterAcceptedBy: accepts ? subject : null,
  };
}

function assertFactsFit(given: MembershipCaseContentInput, isListed: boolean): void {
  const misfit = (field: string, detail: string) =>
    refuse('INPUT_INVALID', { detail }, ['input', 'content', field]);
  for (const field of ['name', 'kind', 'province'] as const) {
    if (isListed && given[field] != null) throw misfit(field, 'the roster says it');
  }
  if (given.kind === InstitutionKind.HIGHER_EDUCATION) throw misfit('kind', 'listed by the Ministry');
}
