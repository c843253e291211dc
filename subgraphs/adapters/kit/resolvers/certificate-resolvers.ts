import {
  failureOf,
  provenanceOf,
  unobtained,
  type AdapterContext,
  type AdapterParts,
} from '../adapter-parts.js';
import type { MappedCertificate } from '../map-certificate.js';
import { studentNumberOf } from '../native-key.js';
import type { Fact } from '../student-facts.js';

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
  const { institutionId, name: institution } = parts.school;
  return {
    __resolveReference: async (reference: Record<string, string>, context: AdapterContext) => {
      const nativeKey = String(reference['nativeKey'] ?? '');
      const studentNumber = studentNumberOf(nativeKey);
      if (reference['institutionId'] !== institutionId || studentNumber === null) return null;
      try {
        const { facts } = await context.facts.certificates(studentNumber);
        const found = facts.find(({ value }) => value.nativeKey === nativeKey);
        return found === undefined ? null : shownCertificate(parts, found, context);
      } catch (error) {
        const key = { __typename: 'SchoolCertificate', institutionId, nativeKey };
        return unobtained(parts, key, certificateFields, failureOf(error, institution));
      }
    },
  };
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
