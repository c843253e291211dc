import { refuse, type AmrloError } from '../../../kit/base/errors/amrlo-error.js';
import { mask } from '../../../kit/room/encryption/mask.js';
import {
  failureOf,
  provenanceOf,
  unobtained,
  type AdapterContext,
  type AdapterParts,
} from '../adapter-parts.js';
import { isHeldBy, type HolderQuestion } from '../holder.js';
import { mapStudent } from '../map-student.js';
import { isStudentNumber } from '../native-key.js';
import { textOf, wholeTextOf } from '../native-row.js';
import { isWholeRecord } from '../whole-record.js';
import { shownCertificate } from './certificate-resolvers.js';
import { shownResult } from './result-resolvers.js';
import { verificationOf, type VerificationQuestion } from './verification-resolver.js';

/** A student's record as its fields are resolved. */
export interface StudentSource {
  readonly studentNumber: string;
  /** Why nothing was obtained. */
  readonly failure?: AmrloError;
  /** Fields whose columns hold something that could not be read. */
  readonly unread?: readonly string[];
  readonly [field: string]: unknown;
}

/** `StudentRecord`. Whatever failed stands as an error at its field, never as an empty value. */
export function studentResolvers(parts: AdapterParts): Record<string, unknown> {
  const { school, mapping } = parts;
  const { institutionId, name: institution } = school;

  return {
    __resolveReference: async (reference: Record<string, string>, context: AdapterContext) => {
      const studentNumber = String(reference['studentNumber'] ?? '');
      if (reference['institutionId'] !== institutionId || !isStudentNumber(studentNumber)) return null;
      const key = { __typename: 'StudentRecord', institutionId, studentNumber };
      try {
        const row = await context.reader.student(studentNumber);
        if (row === null) return null;
        return {
          ...key,
          ...mapStudent(row, mapping, institution),
          studentNumber,
          provenance: () => provenanceOf(parts, row, context.read),
        };
      } catch (error) {
        return unobtained(parts, key, studentFields, failureOf(error, institution));
      }
    },

    complete: (student: StudentSource, _: unknown, context: AdapterContext) =>
      student.failure === undefined && isWholeRecord(parts, student, context),

    maskedIdentityNumber: async (student: StudentSource, _: unknown, { reader }: AdapterContext) => {
      if (student.failure !== undefined) throw student.failure;
      const { identity } = mapping;
      if (identity === undefined || !(await reader.supplies('identities'))) return null;
      const row = await reader.identity(student.studentNumber);
      const number = row === null ? null : wholeTextOf(row, identity.identityNumber);
      return number === null ? null : mask(number);
    },

    results: async (student: StudentSource, _: unknown, context: AdapterContext) => {
      if (student.failure !== undefined) throw student.failure;
      const { facts } = await context.facts.results(student.studentNumber);
      return facts.map((fact) => shownResult(parts, fact, context));
    },

    enrolments: async (student: StudentSource, _: unknown, context: AdapterContext) => {
      if (student.failure !== undefined) throw student.failure;
      const { facts } = await context.facts.enrolments(student.studentNumber);
      return facts.map(({ value, row }) => ({
        ...value,
        provenance: () => provenanceOf(parts, row, context.read),
      }));
    },

    certificates: async (student: StudentSource, _: unknown, context: AdapterContext) => {
      if (student.failure !== undefined) throw student.failure;
      const { facts } = await context.facts.certificates(student.studentNumber);
      return facts.map((fact) => shownCertificate(parts, fact, context));
    },

    heldBy: async (student: StudentSource, asked: HolderQuestion, context: AdapterContext) => {
      if (student.failure !== undefined) throw student.failure;
      return holds(parts, student.studentNumber, asked, context);
    },

    verification: async (student: StudentSource, asked: VerificationQuestion, context: AdapterContext) => {
      if (student.failure !== undefined) throw student.failure;
      const { studentNumber } = student;
      return verificationOf(parts, studentNumber, asked, context, () =>
        holds(parts, studentNumber, asked.holder, context),
      );
    },
  };
}

/** Whether the person asked about is the one whose record it is; null when the school cannot tell. */
async function holds(
  { mapping: { identity } }: AdapterParts,
  studentNumber: string,
  asked: HolderQuestion,
  { reader }: AdapterContext,
): Promise<boolean | null> {
  if (asked.salt.length < 16 || asked.salt.length > 128) {
    throw refuse('INPUT_INVALID', { detail: 'salt: 16 - 128' });
  }
  if (identity === undefined || !(await reader.supplies('identities'))) return null;
  const row = await reader.identity(studentNumber);
  if (row === null) return null;
  return isHeldBy(
    { name: textOf(row, identity.name), identityNumber: textOf(row, identity.identityNumber) },
    asked,
  );
}

const studentFields = [
  'name',
  'programme',
  'programmeCode',
  'level',
  'studyForm',
  'enrolmentStatus',
  'enrolmentStatusCode',
  'enrolledOn',
  'graduatedOn',
  'graduationMonth',
];
