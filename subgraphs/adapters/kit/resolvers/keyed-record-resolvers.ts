import type { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import { failureOf, unobtained, type AdapterContext, type AdapterParts } from '../adapter-parts.js';
import { studentNumberOf } from '../native-key.js';
import type { Fact, Facts, StudentFacts } from '../student-facts.js';

/** What differs between the records of a student that the graph finds again by their native keys. */
export interface KeyedRecord<T extends { readonly nativeKey: string }> {
  /** In the contract. */
  readonly typename: 'CourseResult' | 'SchoolCertificate';
  /** Its fields beside its key and its provenance: an error stands at each of them when nothing was obtained. */
  readonly fields: readonly string[];
  /** All records of this kind that the student has. */
  readonly factsOf: (facts: StudentFacts, studentNumber: string) => Promise<Facts<T>>;
  /** A record as the contract shows it. */
  readonly shown: (parts: AdapterParts, fact: Fact<T>, context: AdapterContext) => object;
  /** A failure of all records of a student in the words of one; as it is when absent. */
  readonly asOne?: (failure: AmrloError) => AmrloError;
}

/**
 * Finds records again by their keys: null for a key of another school or of no record, and for one that could not be
 * obtained the key with the reason at every field.
 */
export function keyedRecordResolvers<T extends { readonly nativeKey: string }>(
  parts: AdapterParts,
  { typename, fields, factsOf, shown, asOne = (failure) => failure }: KeyedRecord<T>,
): Record<string, unknown> {
  const { institutionId, name: institution } = parts.school;
  return {
    __resolveReference: async (reference: Record<string, string>, context: AdapterContext) => {
      const nativeKey = String(reference['nativeKey'] ?? '');
      const studentNumber = studentNumberOf(nativeKey);
      if (reference['institutionId'] !== institutionId || studentNumber === null) return null;
      try {
        const { facts } = await factsOf(context.facts, studentNumber);
        const found = facts.find(({ value }) => value.nativeKey === nativeKey);
        return found === undefined ? null : shown(parts, found, context);
      } catch (error) {
        const key = { __typename: typename, institutionId, nativeKey };
        return unobtained(parts, key, fields, asOne(failureOf(error, institution)));
      }
    },
  };
}
