import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import type { Sql } from '../../kit/room/database/sql.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { assertInStanding } from '../../kit/room/scope/member-standing.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { noteDenial, noteReads } from '../audit/read-audit.js';
import { recordOfficials } from '../learners/officials.js';
import { DepositEntity, type DepositRow } from './deposit.entity.js';
import { depositBanked, depositRevoked } from './deposit.events.js';
import { asPersonal, depositById, depositContext, showDeposit } from './deposit.loader.js';
import { depositMachine } from './deposit.machine.js';
import {
  DepositOrder,
  ReviewDecision,
  type Deposit,
  type DepositFilter,
  type DepositsArguments,
  type DepositPayload,
  type EnterDepositInput,
  type ReviewDepositInput,
  type RevokeDepositInput,
} from './deposit.types.js';
import { depositWork } from './deposit.work.js';
import { readSchoolResult } from './school-result.js';

constraintRefuses('deposit_source_key', () => refuse('DEPOSIT_DUPLICATE', {}, ['input', 'nativeKey']));
constraintRefuses('deposit_two_people', () => refuse('DEPOSIT_SAME_PERSON'));

const entry = z.object({
  institutionId: z.string().min(1).max(64),
  studentNumber: z.string().min(1).max(64),
  nativeKey: z.string().min(1).max(200),
});
const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });

const orders: Record<DepositOrder, QueryOrderMap<DepositRow>> = {
  [DepositOrder.NEWEST]: { createdAt: 'desc' },
  [DepositOrder.OLDEST]: { createdAt: 'asc' },
  [DepositOrder.AWARDED_ASC]: { awardedOn: 'asc' },
  [DepositOrder.AWARDED_DESC]: { awardedOn: 'desc' },
};

type DepositStep = Parameters<typeof depositMachine.check>[0];

/** The learner of a school record, as far as it is known; decided by the database, which may see all links. */
interface RecordOwner {
  readonly learner_id: string;
  readonly owner_subject: string;
  readonly active: boolean;
}

/** Deposits: entered from the school's live record by one person, reviewed by another. */
export class DepositService {
  /** One deposit; null when absent or hidden, which is noted as a denial. */
  async byId(scope: RequestScope, id: string): Promise<Deposit | null> {
    const deposit = await scope.load(depositById, id);
    if (deposit === null) noteDenial(scope, 'READ_DEPOSIT', 'Deposit', id);
    return deposit;
  }

  /** The deposits of the caller's institutions. */
  async ofInstitutions(
    scope: RequestScope,
    args: DepositsArguments,
    withTotal: boolean,
  ): Promise<Connection<Deposit>> {
    return this.#page(
      scope,
      args,
      [...filterOf(args.filter), issuedByCaller(scope)],
      orders[args.orderBy],
      withTotal,
    );
  }

  /** What waits for the caller's review: of their institutions, entered by somebody else, the oldest first. */
  async toReview(scope: RequestScope, args: PageArguments, withTotal: boolean): Promise<Connection<Deposit>> {
    const open: FilterQuery<DepositRow> = { state: 'VALIDATED', enteredBy: { $ne: scope.principal.subject } };
    return this.#page(scope, args, [open, issuedByCaller(scope)], { stateEnteredAt: 'asc' }, withTotal);
  }

  /** The deposits of a learner that the caller may see. */
  async ofLearner(
    scope: RequestScope,
    learnerId: string,
    args: DepositsArguments,
    withTotal: boolean,
  ): Promise<Connection<Deposit>> {
    return this.#page(
      scope,
      args,
      [...filterOf(args.filter), { learnerId }],
      orders[args.orderBy],
      withTotal,
    );
  }

  /**
   * Enters a result of the caller's institution, which must be in standing; its content is read from the school before
   * the transaction.
   */
  async enter(scope: RequestScope, input: EnterDepositInput): Promise<DepositPayload> {
    const allowed = hasRole(scope.principal, 'REGISTRAR', input.institutionId);
    // Settled and not awaited to a throw: a repetition must get its stored answer also when the school is down.
    const [reading] = await Promise.allSettled(allowed ? [readAsMember(scope, input)] : []);
    return mutate(scope, options('enterDeposit', 'CREATE_DEPOSIT', input), async (transaction) => {
      checkInput(entry, input);
      if (reading === undefined) throw refuse('ACTION_FORBIDDEN', { action: 'enterDeposit' });
      if (reading.status === 'rejected') throw reading.reason;
      const { value: result } = reading;
      const { institutionId: issuerId, nativeKey, studentNumber } = input;
      await this.#refuseDuplicate(transaction, issuerId, nativeKey, result.attempt);
      const owner = await ownerOf(transaction.sql, issuerId, studentNumber);
      const now = scope.clock.now();
      const row = transaction.create(DepositEntity, {
        id: newId('Deposit'),
        learnerId: owner?.learner_id ?? null,
        ownerSubject: owner?.owner_subject ?? null,
        issuerId,
        studentNumber,
        nativeKey,
        category: input.category,
        ...result,
        state: 'VALIDATED',
        stateEnteredAt: now,
        enteredBy: scope.principal.subject,
        version: 1,
        createdAt: now,
      });
      await transaction.work(depositWork, row);
      transaction.audited({
        subjectId: row.id,
        learnerId: row.learnerId ?? null,
        after: showDeposit(scope, row),
      });
      transaction.wake('Deposit', row.id);
      return { deposit: showDeposit(scope, row) };
    });
  }

  /** Reviews a deposit. Approved, it is banked, or held until its learner has an active account. */
  review(scope: RequestScope, input: ReviewDepositInput): Promise<DepositPayload> {
    return mutate(scope, options('reviewDeposit', 'REVIEW_DEPOSIT', input), async (transaction) => {
      // The school record's lock comes before the row's, as it does when an account becomes active.
      const [seen] = await transaction.find(DepositEntity, { id: input.depositId });
      const owner =
        seen === undefined ? undefined : await ownerOf(transaction.sql, seen.issuerId, seen.studentNumber);
      const row = await this.#lock(scope, transaction, input);
      const before = { state: row.state };
      if (input.decision === ReviewDecision.REJECT) {
        this.#step(scope, row, 'rejectDeposit');
        row.reason = checkInput(reasoned, input).reason;
      } else {
        this.#step(scope, row, owner?.active === true ? 'reviewDeposit' : 'holdDeposit');
        row.learnerId ??= owner?.learner_id ?? null;
        row.ownerSubject ??= owner?.owner_subject ?? null;
      }
      row.reviewedBy = scope.principal.subject;
      row.reviewedAt = scope.clock.now();
      await transaction.flush();
      if (row.state === 'BANKED') await transaction.emit(depositBanked(row));
      return this.#done(scope, transaction, row, before);
    });
  }

  /** Withdraws a deposit that is banked or held. What was made of it is reviewed by those who made it. */
  revoke(scope: RequestScope, input: RevokeDepositInput): Promise<DepositPayload> {
    return mutate(scope, options('revokeDeposit', 'REVOKE_DEPOSIT', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      const before = { state: row.state };
      this.#step(scope, row, 'revokeDeposit');
      row.reason = checkInput(reasoned, input).reason;
      row.revokedBy = scope.principal.subject;
      await transaction.flush();
      if (before.state === 'BANKED') await transaction.emit(depositRevoked(row));
      return this.#done(scope, transaction, row, before);
    });
  }

  async #page(
    scope: RequestScope,
    args: PageArguments,
    conditions: FilterQuery<DepositRow>[],
    orderBy: QueryOrderMap<DepositRow>,
    withTotal: boolean,
  ): Promise<Connection<Deposit>> {
    const where: FilterQuery<DepositRow> = { $and: conditions };
    const page = await scope.page(DepositEntity, args, { where, orderBy: [orderBy], withTotal });
    noteReads(scope, 'READ_DEPOSIT', 'Deposit', page.rows.map(asPersonal));
    return connectionOf(page, (row) => showDeposit(scope, row));
  }

  /** Names the deposit that is there already; the unique index has the last word when two are entered at once. */
  async #refuseDuplicate(
    transaction: MutationTransaction,
    issuerId: string,
    nativeKey: string,
    attempt: string,
  ): Promise<void> {
    const state = { $nin: ['REJECTED', 'REVOKED'] } as never;
    const [known] = await transaction.find(DepositEntity, { issuerId, nativeKey, attempt, state });
    if (known !== undefined)
      throw refuse('DEPOSIT_DUPLICATE', { depositId: known.id }, ['input', 'nativeKey']);
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { depositId: string; expectedVersion: number },
  ): Promise<DepositRow> {
    return transaction.lock(DepositEntity, input.depositId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ deposit: showDeposit(scope, row) }),
    });
  }

  #step(scope: RequestScope, row: DepositRow, action: DepositStep): void {
    depositMachine.check(action, depositContext(scope, row));
    row.state = depositMachine.next(action, row.state);
    row.stateEnteredAt = scope.clock.now();
  }

  async #done(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: DepositRow,
    before: { state: string },
  ) {
    await transaction.work(depositWork, row);
    transaction.audited({
      subjectId: row.id,
      learnerId: row.learnerId ?? null,
      before,
      after: { state: row.state, reason: row.reason ?? null },
    });
    transaction.wake('Deposit', row.id);
    return { deposit: showDeposit(scope, row) };
  }
}

function options<Input extends object>(
  operation: string,
  action: 'CREATE_DEPOSIT' | 'REVIEW_DEPOSIT' | 'REVOKE_DEPOSIT',
  input: Input,
) {
  return { operation, action, subjectType: 'Deposit', input };
}

/** The school's result, read only for a member in standing. */
async function readAsMember(scope: RequestScope, input: EnterDepositInput) {
  await assertInStanding(scope, [input.institutionId], ['input', 'institutionId']);
  return readSchoolResult(scope, input);
}

async function ownerOf(sql: Sql, issuerId: string, studentNumber: string): Promise<RecordOwner | undefined> {
  const rows = await sql.execute<RecordOwner>('select * from owner_of_student_record(?, ?)', [
    issuerId,
    studentNumber,
  ]);
  return rows[0];
}

/** A registrar who is also a learner sees their own deposits under `me`, not among those of the institution. */
function issuedByCaller(scope: RequestScope): FilterQuery<DepositRow> {
  const institutions = scope.principal.grants.flatMap(({ role, institutionId }) =>
    institutionId !== null && recordOfficials.includes(role) ? [institutionId] : [],
  );
  return { issuerId: { $in: institutions } };
}

function filterOf(filter: DepositFilter = {}): FilterQuery<DepositRow>[] {
  const given = Object.entries(filter).filter(([, value]) => value != null);
  return given.map(([field, value]) => ({ [field]: value }));
}
