import type { Clock } from '../../kit/base/clock.js';
import { AmrloError, refuse } from '../../kit/base/errors/amrlo-error.js';
import type { ContractResolvers, Freshness } from '../../records/contract.js';
import { coverageOf } from './coverage.js';
import type { RecordsDriver, ReadContext } from './driver.js';
import { evidenceHash } from './evidence.js';
import { isHeldBy, type HolderQuestion } from './holder.js';
import { mapResult, studentNumberOf, type MappedResult } from './map-result.js';
import { mapStudent } from './map-student.js';
import type { Mapping } from './mapping.js';
import { textOf, type NativeRow } from './native-row.js';
import type { AdapterSchool } from './school.js';
import type { SchoolReader } from './school-reader.js';

/** What the resolvers of one operation share. */
export interface AdapterContext {
  readonly reader: SchoolReader;
  readonly read: ReadContext;
}

/** What an adapter is made of, as its resolvers see it. */
export interface AdapterParts {
  readonly school: AdapterSchool;
  readonly driver: RecordsDriver;
  readonly mapping: Mapping;
  readonly clock: Clock;
}

interface StudentSource {
  readonly studentNumber: string;
  readonly failure?: AmrloError;
  readonly [field: string]: unknown;
}

/** The contract's resolvers for one school. Whatever failed stands as an error at its field, never as an empty value. */
export function contractResolvers({ school, driver, mapping, clock }: AdapterParts): ContractResolvers {
  const { institutionId, name: institution } = school;

  async function provenance(row: NativeRow, context: AdapterContext): Promise<object> {
    const delivery = await driver.delivery(context.read);
    return {
      system: mapping.system,
      method: driver.method,
      asOf: (delivery?.deliveredAt ?? clock.now()).toISOString(),
      freshness: delivery?.freshness ?? 'LIVE',
      evidenceHash: evidenceHash(row),
    };
  }

  const nothing = {
    system: mapping.system,
    method: driver.method,
    asOf: null,
    freshness: 'UNAVAILABLE',
    evidenceHash: null,
  };

  /** A thing that exists by its key and of which nothing was obtained. */
  function unobtained(key: object, fields: readonly string[], failure: AmrloError): object {
    if (failure.code === 'REQUEST_CANCELLED') throw failure;
    return {
      ...Object.fromEntries(fields.map((field) => [field, failure])),
      ...key,
      provenance: nothing,
      failure,
    };
  }

  async function resultsOf(
    studentNumber: string,
    context: AdapterContext,
  ): Promise<(object & MappedResult)[]> {
    if (!(await context.reader.supplies('results'))) {
      throw new AmrloError('RECORD_NOT_SUPPLIED', { institution, what: 'CourseResult' });
    }
    const [rows, words] = await Promise.all([context.reader.results(studentNumber), context.reader.words()]);
    return rows.flatMap((row) => {
      const mapped = mapResult(row, mapping, words, institution);
      if (mapped === null) return [];
      return [
        { __typename: 'CourseResult', institutionId, ...mapped, provenance: () => provenance(row, context) },
      ];
    });
  }

  /** Whether everything about a student is there, sound and within its age. */
  async function isComplete(student: StudentSource, context: AdapterContext): Promise<boolean> {
    if (student.failure !== undefined || Object.values(student).some((value) => value instanceof AmrloError))
      return false;
    try {
      const [rows, mapped, delivery, hasRejected] = await Promise.all([
        context.reader.results(student.studentNumber),
        resultsOf(student.studentNumber, context),
        driver.delivery(context.read),
        driver.hasRejectedRows?.(student.studentNumber, context.read) ?? false,
      ]);
      if (hasRejected) return false;
      const fresh = (delivery?.freshness ?? 'LIVE') !== ('STALE' satisfies Freshness);
      return (
        fresh &&
        rows.length === mapped.length &&
        mapped.every((result) => !(result.courseName instanceof AmrloError))
      );
    } catch {
      // The field that failed reports the error; here it only means that something is missing.
      return false;
    }
  }

  return {
    Institution: {
      __resolveReference: async ({ id }: { id: string }) =>
        id === institutionId ? { __typename: 'Institution', id } : null,
      recordsSystem: async (_: unknown, __: unknown, { reader, read }: AdapterContext) => {
        const [results, identities, delivery] = await Promise.all([
          reader.supplies('results'),
          reader.supplies('identities'),
          driver.delivery(read),
        ]);
        const coverage = coverageOf(mapping, { results, identities });
        return {
          kind: driver.method,
          name: mapping.system,
          lastAnswerAt: clock.now().toISOString(),
          freshness: delivery?.freshness ?? 'LIVE',
          coverage: {
            ...coverage,
            rejectedRows: delivery?.rejectedRows ?? null,
            deliveredAt: delivery?.deliveredAt.toISOString() ?? null,
          },
          capabilities: [
            'STUDENT_LOOKUP',
            ...(results ? ['COURSE_RESULTS'] : []),
            ...(coverage.supplied.includes('StudentRecord.heldBy') ? ['HOLDER_CHECK'] : []),
            ...(driver.cancels ? ['CANCELLATION'] : []),
            ...(delivery === null ? ['LIVE'] : []),
          ],
        };
      },
    },
    StudentRecord: {
      __resolveReference: async (reference: Record<string, string>, context: AdapterContext) => {
        const studentNumber = String(reference['studentNumber'] ?? '');
        if (reference['institutionId'] !== institutionId || studentNumber === '') return null;
        const key = { __typename: 'StudentRecord', institutionId, studentNumber };
        try {
          const row = await context.reader.student(studentNumber);
          if (row === null) return null;
          return {
            ...key,
            ...mapStudent(row, mapping, institution),
            studentNumber,
            provenance: () => provenance(row, context),
          };
        } catch (error) {
          return unobtained(key, studentFields, failureOf(error, institution));
        }
      },
      complete: (student: StudentSource, _: unknown, context: AdapterContext) => isComplete(student, context),
      results: (student: StudentSource, _: unknown, context: AdapterContext) =>
        student.failure ?? resultsOf(student.studentNumber, context),
      heldBy: async (student: StudentSource, asked: HolderQuestion, { reader }: AdapterContext) => {
        if (student.failure !== undefined) throw student.failure;
        if (asked.salt.length < 16 || asked.salt.length > 128) {
          throw refuse('INPUT_INVALID', { detail: 'salt: 16 - 128' });
        }
        const { identity } = mapping;
        if (identity === undefined || !(await reader.supplies('identities'))) return null;
        const row = await reader.identity(student.studentNumber);
        if (row === null) return null;
        return isHeldBy(
          { name: textOf(row, identity.name), identityNumber: textOf(row, identity.identityNumber) },
          asked,
        );
      },
    },
    CourseResult: {
      __resolveReference: async (reference: Record<string, string>, context: AdapterContext) => {
        const nativeKey = String(reference['nativeKey'] ?? '');
        const studentNumber = studentNumberOf(nativeKey);
        if (reference['institutionId'] !== institutionId || studentNumber === null) return null;
        const key = { __typename: 'CourseResult', institutionId, nativeKey };
        try {
          const results = await resultsOf(studentNumber, context);
          return results.find((result) => result.nativeKey === nativeKey) ?? null;
        } catch (error) {
          return unobtained(key, resultFields, failureOf(error, institution));
        }
      },
    },
  };
}

/** What could not be obtained, as an error of the catalogue; anything unforeseen is the school's unavailability. */
function failureOf(error: unknown, institution: string): AmrloError {
  return error instanceof AmrloError
    ? error
    : new AmrloError('SCHOOL_UNAVAILABLE', { institution }, { cause: error });
}

const studentFields = [
  'name',
  'programme',
  'programmeCode',
  'level',
  'enrolmentStatus',
  'enrolledOn',
  'graduatedOn',
  'graduationMonth',
];

const resultFields = [
  'studentNumber',
  'courseCode',
  'courseName',
  'credits',
  'creditScheme',
  'hours',
  'nativeGrade',
  'gradeScale',
  'percentage',
  'passed',
  'attemptKind',
  'exempted',
  'term',
  'recordedOn',
  'flags',
];
