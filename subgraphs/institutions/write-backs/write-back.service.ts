import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import type { FieldCipher } from '../../kit/room/encryption/field-cipher.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { institutionById } from '../institutions/institution.loader.js';
import type { RecordExemptionWriteBackInput, RecordExemptionWriteBackResult } from './write-back.types.js';

const text = z.string().min(1).max(200);
const entry = z.object({
  institutionId: text,
  studentNumber: text,
  courseCode: text,
  certificateNumber: text,
  reference: z.string().regex(/^[\x20-\x7e]{8,64}$/, 'reference: 8–64 ASCII'),
});

/**
 * The trail of what is written into the systems of schools. The records router owns nothing durable, so the room that
 * knows who may act for a school keeps it. An entry is all that is left behind: no row, no event, nobody is woken.
 */
export class WriteBackService {
  readonly #cipher: FieldCipher;

  constructor(cipher: FieldCipher) {
    this.#cipher = cipher;
  }

  /** Notes for the caller, who may write into the system of that school; others are refused, which is noted too. */
  async record(
    scope: RequestScope,
    input: RecordExemptionWriteBackInput,
  ): Promise<RecordExemptionWriteBackResult> {
    const institution = await scope.load(institutionById, input.institutionId);
    return mutate(
      scope,
      {
        operation: 'recordExemptionWriteBack',
        action: 'WRITE_BACK_EXEMPTION',
        subjectType: 'StudentRecord',
        input,
      },
      async (transaction) => {
        const { institutionId, studentNumber, courseCode, certificateNumber, kind, outcome, reference } =
          input;
        const { principal } = scope;
        if (
          !hasRole(principal, 'SERVICE') &&
          !hasRole(principal, ['REGISTRAR', 'INSTITUTION_ADMIN'], institutionId)
        )
          throw refuse('ACTION_FORBIDDEN', { action: 'recordExemptionWriteBack' }, [
            'input',
            'institutionId',
          ]);
        checkInput(entry, input);
        if (institution === null) throw refuse('NOT_FOUND', { type: 'Institution', id: institutionId });
        transaction.audited({
          // Keyed: the numbers of students are few enough to be tried one by one against a plain hash.
          subjectId: `${institutionId}:${this.#cipher.lookup(studentNumber, `StudentRecord:${institutionId}`)}`,
          detail: { institutionId, courseCode, certificateNumber, kind, outcome, reference },
        });
        return { entry: { reference, outcome } };
      },
    );
  }
}
