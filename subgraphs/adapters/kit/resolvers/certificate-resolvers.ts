import { provenanceOf, type AdapterContext, type AdapterParts } from '../adapter-parts.js';
import type { MappedCertificate } from '../map-certificate.js';
import type { Fact } from '../student-facts.js';
import { keyedRecordResolvers } from './keyed-record-resolvers.js';

/** A certificate as the contract shows it. */
export function shownCertificate(
  parts: AdapterParts,
  { value, row }: Fact<MappedCertificate>,
  context: AdapterContext,
): object {
  return {
    __typename: 'SchoolCertificate',
    institutionId: parts.school.institutionId,
    ...value,
    provenance: () => provenanceOf(parts, row, context.read),
  };
}

/** `SchoolCertificate`, found again by its key. */
export function certificateResolvers(parts: AdapterParts): Record<string, unknown> {
  return keyedRecordResolvers(parts, {
    typename: 'SchoolCertificate',
    fields: certificateFields,
    factsOf: (facts, studentNumber) => facts.certificates(studentNumber),
    shown: shownCertificate,
  });
}

const certificateFields = [
  'studentNumber',
  'kind',
  'number',
  'name',
  'nativeLevel',
  'nativeGrade',
  'issuer',
  'awardedOn',
  'awardedMonth',
  'validUntil',
  'flags',
];
