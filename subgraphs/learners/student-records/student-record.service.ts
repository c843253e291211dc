import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import type { Sql } from '../../kit/room/database/sql.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { AccountEntity } from '../accounts/account.entity.js';
import { releaseDeposits } from '../deposits/release-deposits.js';
import type { IdentityVault } from '../identities/identity-vault.js';
import { PersonIdentityEntity } from '../identities/person-identity.entity.js';
import { LearnerEntity, type LearnerRow } from '../learners/learner.entity.js';
import { askWhetherHeldBy } from './holder-proof.js';
import { StudentRecordLinkEntity } from './student-record-link.entity.js';
import type {
  LinkStudentRecordInput,
  StudentRecordLinkPayload,
  StudentRecordReference,
} from './student-record.types.js';

for (const constraint of ['student_record_link_key', 'student_record_link_own_key']) {
  constraintRefuses(constraint, () => refuse('STUDENT_RECORD_LINKED', {}, ['input', 'studentNumber']));
}

const linking = z.object({
  institutionId: z.string().min(1).max(64),
  studentNumber: z.string().min(1).max(64),
});

/** Which school records are whose. */
export class StudentRecordService {
  readonly #vault: IdentityVault;

  constructor(vault: IdentityVault) {
    this.#vault = vault;
  }

  /** The proved records of a person; for services that must know whose record they are asked for. */
  async ofSubject(scope: RequestScope, subject: string): Promise<StudentRecordReference[]> {
    const rows = await scope.find(
      StudentRecordLinkEntity,
      { ownerSubject: subject, confirmedAt: { $ne: null } },
      { orderBy: { id: 'asc' } },
    );
    return rows.map(({ institutionId, studentNumber }) => ({ institutionId, studentNumber }));
  }

  /**
   * Links a school record to the caller, when the school says that it carries their identity. With an active account
   * it counts at once and receives what was held for it; otherwise it waits for the account to become active.
   */
  async link(scope: RequestScope, input: LinkStudentRecordInput): Promise<StudentRecordLinkPayload> {
    // Settled and not awaited to a throw: a repetition must get its stored answer also when the school is down.
    const [asking] = await Promise.allSettled([this.#ask(scope, input)]);
    return mutate(
      scope,
      { operation: 'linkStudentRecord', action: 'LINK_STUDENT_RECORD', subjectType: 'StudentRecord', input },
      async (transaction) => {
        if (asking.status === 'rejected') throw asking.reason;
        const { learner, held } = asking.value;
        const { institutionId, studentNumber } = input;
        if (held === null) throw refuse('STUDENT_RECORD_UNPROVEN', {}, ['input', 'studentNumber']);
        if (!held) throw refuse('STUDENT_RECORD_NOT_YOURS', { studentNumber }, ['input', 'studentNumber']);
        const now = scope.clock.now();
        const row = transaction.create(StudentRecordLinkEntity, {
          id: newId('StudentRecordLink'),
          learnerId: learner.id,
          ownerSubject: learner.subject,
          institutionId,
          studentNumber,
          version: 1,
          createdAt: now,
        });
        await transaction.flush();
        const released = await releaseDeposits(transaction, learner.id, now);
        const confirmedAt = await confirmedInDatabase(transaction.sql, row.id);
        const [account] = await transaction.find(AccountEntity, { learnerId: learner.id, state: 'ACTIVE' });
        // Confirmed at once where the account is active, unless the record counts for somebody else already.
        if (account !== undefined && confirmedAt === null) {
          throw refuse('STUDENT_RECORD_LINKED', {}, ['input', 'studentNumber']);
        }
        transaction.audited({
          subjectId: row.id,
          learnerId: learner.id,
          detail: { releasedDeposits: released },
        });
        transaction.wake('Learner', learner.id);
        return { link: { id: row.id, institutionId, studentNumber, confirmedAt } };
      },
    );
  }

  async #ask(
    scope: RequestScope,
    input: LinkStudentRecordInput,
  ): Promise<{ learner: LearnerRow; held: boolean | null }> {
    checkInput(linking, input);
    const learner = await scope.findOne(LearnerEntity, { subject: scope.principal.subject });
    if (learner === null) throw refuse('ACCOUNT_NOT_ACTIVE');
    const accounts = await scope.find(AccountEntity, {
      learnerId: learner.id,
      state: { $in: ['IDENTITY_PENDING', 'ACTIVE', 'FROZEN'] },
    });
    const documents = await scope.find(
      PersonIdentityEntity,
      { learnerId: learner.id },
      { orderBy: { createdAt: 'desc', id: 'desc' } },
    );
    const [identity] = documents;
    if (accounts.length === 0 || identity === undefined) throw refuse('ACCOUNT_NOT_ACTIVE');
    const person = { name: identity.documentName, identityNumber: this.#vault.open(identity) };
    return { learner, held: await askWhetherHeldBy(scope, input, person) };
  }
}

/** What the database made of the link, behind the back of the entity manager. */
async function confirmedInDatabase(sql: Sql, linkId: string): Promise<Date | null> {
  const rows = await sql.execute<{ confirmed_at: string | Date | null }>(
    'select confirmed_at from student_record_link where id = ?',
    [linkId],
  );
  const at = rows[0]?.confirmed_at ?? null;
  return at === null ? null : new Date(at);
}
