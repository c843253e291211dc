import { AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import { notSupplied, provenanceOf, type AdapterContext, type AdapterParts } from '../adapter-parts.js';
import type { MappedResult } from '../map-result.js';
import type { Fact } from '../student-facts.js';
import { keyedRecordResolvers } from './keyed-record-resolvers.js';

/** A result as the contract shows it. */
export function shownResult(
  parts: AdapterParts,
  { value, row }: Fact<MappedResult>,
  context: AdapterContext,
): object {
  const { institutionId, name } = parts.school;
  return {
    __typename: 'CourseResult',
    institutionId,
    ...value,
    components: value.components ?? notSupplied(name, 'CourseResult.components'),
    counts: async () => (await context.facts.counting(value.studentNumber)).get(value) ?? null,
    provenance: () => provenanceOf(parts, row, context.read),
  };
}

/** `CourseResult`, found again by its key. */
export function resultResolvers(parts: AdapterParts): Record<string, unknown> {
  return keyedRecordResolvers(parts, {
    typename: 'CourseResult',
    fields: resultFields,
    factsOf: (facts, studentNumber) => facts.results(studentNumber),
    shown: shownResult,
    asOne: asResult,
  });
}

/** A result that is asked for by itself is not supplied as a result, not as a list of a student's. */
function asResult(failure: AmrloError): AmrloError {
  if (failure.code !== 'RECORD_NOT_SUPPLIED') return failure;
  return new AmrloError(failure.code, { ...failure.parameters, what: 'CourseResult' });
}

const resultFields = [
  'studentNumber',
  'courseCode',
  'courseName',
  'courseEnglishName',
  'credits',
  'creditScheme',
  'hours',
  'nativeGrade',
  'gradeScale',
  'percentage',
  'passed',
  'components',
  'sittings',
  'attemptKind',
  'exempted',
  'counts',
  'term',
  'recordedOn',
  'flags',
];
