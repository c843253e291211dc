import { AmrloError, refuse } from '../../kit/base/errors/amrlo-error.js';
import { isDecimal } from '../../kit/base/decimal.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';

/** A result as the records contract gives it; every field but the key may be unknown. */
interface ContractResult {
  readonly nativeKey: string;
  readonly courseCode: string | null;
  readonly courseName: string | null;
  readonly credits: string | null;
  readonly creditScheme: string | null;
  readonly hours: string | null;
  readonly nativeGrade: string | null;
  readonly gradeScale: string | null;
  readonly passed: boolean | null;
  readonly attemptKind: string | null;
  readonly exempted: boolean | null;
  readonly term: { readonly code: string | null } | null;
  readonly recordedOn: string | null;
  readonly provenance: {
    readonly system: string | null;
    readonly method: string | null;
    readonly asOf: string | null;
    readonly freshness: string | null;
    readonly evidenceHash: string | null;
  } | null;
}

/** A passed result with everything that a deposit needs. */
export interface SchoolResult {
  readonly courseCode: string | null;
  readonly title: string;
  readonly creditAmount: string;
  readonly creditScheme: string;
  readonly hours: string | null;
  readonly grade: string | null;
  readonly gradeScale: string | null;
  readonly attempt: string;
  readonly term: string | null;
  readonly awardedOn: string | null;
  readonly sourceSystem: string | null;
  readonly sourceMethod: string | null;
  readonly sourceAsOf: Date | null;
  readonly sourceFreshness: string;
  readonly evidenceHash: string | null;
}

/** `maxAge: 0` reads the school's system itself; a school that delivers copies answers with its last delivery. */
const resultsOfStudent = `query ResultsForDeposit($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on StudentRecord {
      results(maxAge: 0) {
        nativeKey courseCode courseName credits creditScheme hours nativeGrade gradeScale passed attemptKind exempted
        term { code }
        recordedOn
        provenance { system method asOf freshness evidenceHash }
      }
    }
  }
}`;

/**
 * Reads a result from the school's record, for the principal who asks.
 * @throws AmrloError `NOT_FOUND`, `DEPOSIT_NOT_PASSED`, `DEPOSIT_INCOMPLETE`; `UPSTREAM_UNAVAILABLE` and
 *   `SCHOOL_UNAVAILABLE` when the school gave nothing that is current
 */
export async function readSchoolResult(
  scope: RequestScope,
  key: { institutionId: string; studentNumber: string; nativeKey: string },
): Promise<SchoolResult> {
  const { institutionId, studentNumber, nativeKey } = key;
  const representations = [{ __typename: 'StudentRecord', institutionId, studentNumber }];
  const answer = await scope
    .remote('records')
    .query<{ _entities: ({ results: (ContractResult | null)[] | null } | null)[] }>(resultsOfStudent, {
      representations,
    });
  const [record] = answer._entities;
  if (record == null)
    throw refuse('NOT_FOUND', { type: 'StudentRecord', id: studentNumber }, ['input', 'studentNumber']);
  if (record.results == null) throw new AmrloError('SCHOOL_UNAVAILABLE', { institution: institutionId });
  const result = record.results.find((candidate) => candidate?.nativeKey === nativeKey);
  if (result == null)
    throw refuse('NOT_FOUND', { type: 'CourseResult', id: nativeKey }, ['input', 'nativeKey']);
  return depositable(result, institutionId);
}

/** An unknown fact is not a favourable one: what the school does not say refuses the deposit (model.md section 3.6). */
function depositable(result: ContractResult, institutionId: string): SchoolResult {
  const freshness = result.provenance?.freshness;
  if (freshness !== 'LIVE' && freshness !== 'CACHED') {
    throw new AmrloError('SCHOOL_UNAVAILABLE', { institution: institutionId });
  }
  if (result.passed === false || result.exempted === true)
    throw refuse('DEPOSIT_NOT_PASSED', {}, ['input', 'nativeKey']);
  if (result.passed === null) throw incomplete('passed');
  if (result.exempted === null) throw incomplete('exempted');
  if (!isDecimal(result.credits)) throw incomplete('credits');
  return {
    courseCode: result.courseCode,
    title: result.courseName ?? incompleteIs('courseName'),
    creditAmount: result.credits,
    creditScheme: result.creditScheme ?? incompleteIs('creditScheme'),
    hours: result.hours,
    grade: result.nativeGrade,
    gradeScale: result.gradeScale,
    attempt: result.attemptKind ?? 'FIRST',
    term: result.term?.code ?? null,
    awardedOn: result.recordedOn,
    sourceSystem: result.provenance?.system ?? null,
    sourceMethod: result.provenance?.method ?? null,
    sourceAsOf: result.provenance?.asOf == null ? null : new Date(result.provenance.asOf),
    sourceFreshness: freshness,
    evidenceHash: result.provenance?.evidenceHash ?? null,
  };
}

function incomplete(field: string): AmrloError {
  return refuse('DEPOSIT_INCOMPLETE', { field }, ['input', 'nativeKey']);
}

function incompleteIs(field: string): never {
  throw incomplete(field);
}
