import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { LRUCache } from 'lru-cache';
import { isDecimal, compare } from '../../../kit/base/decimal.js';
import { AmrloError, refuse } from '../../../kit/base/errors/amrlo-error.js';
import { catalogue } from '../../../kit/base/errors/catalogue.js';
import { notSupplied, provenanceOf, type AdapterContext, type AdapterParts } from '../adapter-parts.js';
import type { Exemption } from '../driver.js';
import { readGrade } from '../grades.js';
import { isCorruptText, textOf } from '../native-row.js';
import { termOfCode } from '../terms.js';

/** `WriteBackExemptionInput` of the contract. */
interface WriteBackInput {
  readonly idempotencyKey: string;
  readonly institutionId: string;
  readonly studentNumber: string;
  readonly courseCode: string;
  readonly term: string;
  readonly certificateNumber: string;
  readonly kind: Exemption['kind'];
  readonly recordedGrade?: string | null;
  readonly credits?: string | null;
}

interface Answer {
  readonly inputHash: string;
  readonly payload: Promise<object>;
}

/** How many answers are remembered by their keys; older ones are found by the number of the certificate. */
const rememberedAnswers = 1_000;

/**
 * `Mutation.writeBackExemption`. The number of the certificate is what makes it safe to send twice: the driver finds
 * what is there and writes nothing. A key that was used with another input is refused as long as it is remembered.
 */
export function writeBackResolvers(parts: AdapterParts): Record<string, unknown> {
  const answers = new LRUCache<string, Answer>({ max: rememberedAnswers });

  return {
    writeBackExemption: async (
      _: unknown,
      { input }: { readonly input: WriteBackInput },
      context: AdapterContext,
    ) => {
      if (parts.driver.writeBack === undefined) {
        throw notSupplied(parts.school.name, 'Mutation.writeBackExemption');
      }
      const inputHash = hashOf(input);
      try {
        checkInput(input, parts);
        const known = answers.get(input.idempotencyKey);
        if (known !== undefined && known.inputHash !== inputHash) {
          throw refuse('IDEMPOTENCY_KEY_REUSED', {}, ['input', 'idempotencyKey']);
        }
        if (known !== undefined) return await known.payload;
        const payload = write(input, parts, context);
        answers.set(input.idempotencyKey, { inputHash, payload });
        // What was not written may be tried again.
        payload.catch(() => answers.delete(input.idempotencyKey));
        return await payload;
      } catch (error) {
        if (!(error instanceof AmrloError) || !error.isRefusal) throw error;
        return { writeBack: null, userErrors: [userError(error, context)] };
      }
    },
  };
}

async function write(input: WriteBackInput, parts: AdapterParts, context: AdapterContext): Promise<object> {
  await checkAgainstSystem(input, parts, context);
  // From here on the school's system decides; nothing is begun for somebody who has left.
  if (context.read.signal.aborted) throw new AmrloError('REQUEST_CANCELLED');
  const { studentNumber, courseCode, term, certificateNumber, kind } = input;
  const exemption: Exemption = {
    studentNumber,
    courseCode,
    term,
    certificateNumber,
    kind,
    recordedGrade: input.recordedGrade ?? null,
    credits: input.credits ?? null,
  };
  const state = await parts.driver.writeBack?.(exemption, context.read);
  return {
    writeBack: {
      institutionId: parts.school.institutionId,
      studentNumber,
      courseCode,
      certificateNumber,
      state,
      confirmedAt: parts.clock.now().toISOString(),
      provenance: await provenanceOf(parts, null, context.read),
    },
    userErrors: [],
  };
}

/** @throws AmrloError `INPUT_INVALID` or `DECIMAL_INVALID` */
function checkInput(input: WriteBackInput, { school }: AdapterParts): void {
  const invalid = (field: keyof WriteBackInput, detail: string): AmrloError =>
    refuse('INPUT_INVALID', { detail: `${field}: ${detail}` }, ['input', field]);
  if (input.institutionId !== school.institutionId) throw invalid('institutionId', school.name);
  const lengths = [
    ['idempotencyKey', 8, 64],
    ['studentNumber', 1, 64],
    ['courseCode', 1, 64],
    ['certificateNumber', 1, 64],
    ['recordedGrade', 1, 20],
  ] as const;
  for (const [field, least, most] of lengths) {
    const value = input[field];
    if (value == null && field === 'recordedGrade') continue;
    const length = value?.trim().length ?? 0;
    if (length < least || length > most || isCorruptText(value ?? '') || value !== value?.trim()) {
      throw invalid(field, `${least} - ${most}`);
    }
  }
  if (termOfCode(input.term) === null) throw invalid('term', '2026-2027-1');
  if (input.credits == null) return;
  if (!isDecimal(input.credits)) {
    throw refuse('DECIMAL_INVALID', { value: input.credits.slice(0, 40) }, ['input', 'credits']);
  }
  if (compare(input.credits, '0') <= 0 || compare(input.credits, '100') > 0)
    throw invalid('credits', '0 - 100');
}

/** What the school's system must know before anything is written there. */
async function checkAgainstSystem(
  { studentNumber, courseCode, recordedGrade }: WriteBackInput,
  { mapping, school }: AdapterParts,
  { reader }: AdapterContext,
): Promise<void> {
  const [student, words, hasCatalogue] = await Promise.all([
    reader.student(studentNumber),
    reader.words(),
    mapping.course !== undefined && reader.supplies('courses'),
  ]);
  if (student === null) {
    throw refuse('NOT_FOUND', { type: 'StudentRecord', id: studentNumber }, ['input', 'studentNumber']);
  }
  if (recordedGrade != null) {
    const grade = readGrade(recordedGrade, mapping.grades, words);
    if (grade === null || (grade.unknownWord && grade.passed === null)) {
      throw refuse('INPUT_INVALID', { detail: `recordedGrade: ${school.name}` }, ['input', 'recordedGrade']);
    }
  }
  if (!hasCatalogue) return;
  const { rows, complete } = await reader.list('courses');
  const isThere = rows.some((row) => textOf(row, mapping.course?.code) === courseCode);
  if (!isThere && complete) {
    throw refuse('NOT_FOUND', { type: 'SchoolCourse', id: courseCode }, ['input', 'courseCode']);
  }
}

function userError(refusal: AmrloError, { locale }: AdapterContext): object {
  return {
    code: refusal.code,
    message: refusal.messageIn(locale),
    path: refusal.path?.map(String) ?? null,
    rule: catalogue[refusal.code].rule ?? null,
  };
}

function hashOf(input: WriteBackInput): string {
  return createHash('sha256')
    .update(canonicalize({ ...input }) ?? '', 'utf8')
    .digest('hex');
}
