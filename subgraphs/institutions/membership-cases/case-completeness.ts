import type { MembershipCaseRow } from './membership-case.entity.js';

/** What an application has to bring before it can be submitted (charter art. 12(5), 20). */
export const completenessItems = [
  'NAME',
  'KIND',
  'PROVINCE',
  'CONTACT_NAME',
  'CONTACT_CHANNEL',
  'LETTER',
  'CHARTER_ACCEPTANCE',
  'TRUTH_ATTESTATION',
] as const;

/** One thing that an application has to bring. */
export type CompletenessItemName = (typeof completenessItems)[number];

/** What the completeness of a case depends on. */
export type CaseContent = Pick<
  MembershipCaseRow,
  | 'isListed'
  | 'name'
  | 'kind'
  | 'province'
  | 'contactName'
  | 'contactPhone'
  | 'contactEmail'
  | 'letterUploadId'
  | 'charterAcceptedAt'
  | 'truthAttestedAt'
>;

/** Every item with its state, so that an applicant sees all that is missing at once. */
export function completenessOf(content: CaseContent): { item: CompletenessItemName; isComplete: boolean }[] {
  const given: Record<CompletenessItemName, boolean> = {
    NAME: content.name != null,
    KIND: content.kind != null,
    // The roster knows where a listed institution is; some of its lists do not say.
    PROVINCE: content.isListed || content.province != null,
    CONTACT_NAME: content.contactName != null,
    CONTACT_CHANNEL: content.contactPhone != null || content.contactEmail != null,
    LETTER: content.letterUploadId != null,
    CHARTER_ACCEPTANCE: content.charterAcceptedAt != null,
    TRUTH_ATTESTATION: content.truthAttestedAt != null,
  };
  return completenessItems.map((item) => ({ item, isComplete: given[item] }));
}

/** What is missing before the case can be submitted; empty when nothing is. */
export function missingItems(content: CaseContent): CompletenessItemName[] {
  return completenessOf(content).flatMap(({ item, isComplete }) => (isComplete ? [] : [item]));
}
