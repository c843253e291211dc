import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import {
  constraintRefuses,
  mutate,
  type MutationTransaction,
  type Payload,
} from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { showExit } from '../membership-exits/membership-exit.loader.js';
import type { MembershipExit } from '../membership-exits/membership-exit.types.js';
import { proposeExit } from '../membership-exits/propose-exit.js';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { membershipContext } from '../memberships/membership.loader.js';
import { membershipMachine } from '../memberships/membership.machine.js';
import {
  ViolationCaseEntity,
  ViolationStatementEntity,
  type ViolationCaseRow,
  type ViolationStatementRow,
} from './violation-case.entity.js';
import type {
  AddViolationEvidenceInput,
  AnswerViolationInput,
  CloseViolationCaseInput,
  ConcludeViolationInput,
  OpenViolationCaseInput,
  ProposeViolationExitInput,
  ViolationCasePayload,
} from './violation-case.inputs.js';
import { caseContext, showCase, showStatement, violationCaseById } from './violation-case.loader.js';
import { violationCaseMachine } from './violation-case.machine.js';
import type { ViolationCase, ViolationCasesArguments, ViolationStatement } from './violation-case.types.js';
import { violationCaseWork } from './violation-case.work.js';

constraintRefuses('violation_case_two_people', () => refuse('VIOLATION_SAME_PERSON'));

const long = (field: string) => z.string().trim().min(1, `${field}: 1–4000`).max(4_000, `${field}: 1–4000`);
const opening = z.object({
  provision: z.string().trim().min(1, 'provision: 1–200').max(200, 'provision: 1–200'),
  summary: long('summary'),
});
const statement = z.object({
  text: long('text'),
  reference: z.string().trim().max(500, 'reference: 0–500').nullish(),
});
const concluding = z.object({ conclusion: long('conclusion') });

type CaseAction = Parameters<typeof violationCaseMachine.check>[0];

/** Cases of violations: one person opens, the member is heard, another concludes, the standing council decides. */
export class ViolationCaseService {
  /** One case; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<ViolationCase | null> {
    return scope.load(violationCaseById, id);
  }

  /** The cases that the caller may see, the newest first. */
  async list(
    scope: RequestScope,
    args: ViolationCasesArguments,
    withTotal: boolean,
  ): Promise<Connection<ViolationCase>> {
    const given = Object.entries(args.filter ?? {}).filter(([, value]) => value != null);
    const where: FilterQuery<ViolationCaseRow> = Object.fromEntries(given);
    const page = await scope.page(ViolationCaseEntity, args, {
      where,
      orderBy: [{ openedAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showCase(scope, row));
  }

  /** What was said in a case, in its order. */
  async statements(
    scope: RequestScope,
    caseId: string,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<ViolationStatement>> {
    const page = await scope.page(ViolationStatementEntity, args, {
      where: { caseId },
      orderBy: [{ place: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showStatement);
  }

  /** Opens a case against a member; what happened is its first evidence, and the member is asked to answer. */
  open(scope: RequestScope, input: OpenViolationCaseInput): Promise<ViolationCasePayload> {
    return mutate(scope, options('openViolationCase', input), async (transaction) => {
      const membership = await transaction.lock(MembershipEntity, input.membershipId);
      membershipMachine.check('openViolationCase', membershipContext(scope, membership));
      const { provision, summary } = checkInput(opening, input);
      const now = scope.clock.now();
      const row = transaction.create(ViolationCaseEntity, {
        id: newId('ViolationCase'),
        caseNo: await nextCaseNo(transaction, now),
        membershipId: membership.id,
        institutionId: membership.institutionId,
        provision,
        summary,
        state: 'AWAITING_ANSWER',
        stateSince: now,
        openedBy: scope.principal.subject,
        openedAt: now,
        version: 1,
      });
      await transaction.flush();
      return this.#done(scope, transaction, row, null);
    });
  }

  /** Adds evidence; the member has its full time again to answer it. */
  addEvidence(scope: RequestScope, input: AddViolationEvidenceInput): Promise<ViolationCasePayload> {
    return this.#say(scope, 'addViolationEvidence', 'EVIDENCE', input);
  }

  /** Answers for the member. */
  answer(scope: RequestScope, input: AnswerViolationInput): Promise<ViolationCasePayload> {
    return this.#say(scope, 'answerViolation', 'ANSWER', input);
  }

  /** Concludes that the violation is serious. */
  conclude(scope: RequestScope, input: ConcludeViolationInput): Promise<ViolationCasePayload> {
    return this.#conclude(scope, 'concludeViolation', 'SERIOUS', input);
  }

  /** Closes a case without an exit. */
  close(scope: RequestScope, input: CloseViolationCaseInput): Promise<ViolationCasePayload> {
    return this.#conclude(scope, 'closeViolationCase', input.finding, input);
  }

  /** Brings a serious violation before the standing council. */
  proposeExit(
    scope: RequestScope,
    input: ProposeViolationExitInput,
  ): Promise<Payload<{ exit: MembershipExit }>> {
    const about = {
      operation: 'proposeViolationExit',
      action: 'CHANGE_EXIT',
      subjectType: 'MembershipExit',
      input,
    } as const;
    return mutate(scope, about, async (transaction) => {
      const row = await transaction.lock(ViolationCaseEntity, input.caseId, {
        expectedVersion: input.expectedVersion,
      });
      violationCaseMachine.check('proposeViolationExit', caseContext(scope, row));
      const membership = await transaction.lock(MembershipEntity, row.membershipId);
      const exit = await proposeExit(scope, transaction, membership, {
        ground: 'VIOLATION',
        reason: row.conclusion ?? row.summary,
        violationCaseId: row.id,
      });
      this.#move(scope, row, 'proposeViolationExit');
      await transaction.flush();
      await transaction.work(violationCaseWork, row);
      return { exit: showExit(scope, exit) };
    });
  }

  #say(
    scope: RequestScope,
    action: 'addViolationEvidence' | 'answerViolation',
    kind: ViolationStatementRow['kind'],
    input: AddViolationEvidenceInput | AnswerViolationInput,
  ): Promise<ViolationCasePayload> {
    return mutate(scope, options(action, input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      const before = row.state;
      violationCaseMachine.check(action, caseContext(scope, row));
      const { text, reference } = checkInput(statement, input);
      const said = await transaction.find(ViolationStatementEntity, { caseId: row.id });
      const place = said.length + 1;
      transaction.create(ViolationStatementEntity, {
        id: `${row.id}-${place}`,
        caseId: row.id,
        place,
        institutionId: row.institutionId,
        kind,
        text,
        reference: reference ?? null,
        givenBy: scope.principal.subject,
        givenAt: scope.clock.now(),
      });
      // Said first, moved then: the database lets a case be answered only where there is an answer.
      await transaction.flush();
      this.#move(scope, row, action);
      return this.#done(scope, transaction, row, before);
    });
  }

  #conclude(
    scope: RequestScope,
    action: 'concludeViolation' | 'closeViolationCase',
    finding: NonNullable<ViolationCaseRow['finding']>,
    input: ConcludeViolationInput | CloseViolationCaseInput,
  ): Promise<ViolationCasePayload> {
    return mutate(scope, options(action, input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      const before = row.state;
      violationCaseMachine.check(action, caseContext(scope, row));
      row.conclusion = checkInput(concluding, input).conclusion;
      row.finding = finding;
      row.concludedBy = scope.principal.subject;
      row.concludedAt = scope.clock.now();
      this.#move(scope, row, action);
      return this.#done(scope, transaction, row, before);
    });
  }

  #move(scope: RequestScope, row: ViolationCaseRow, action: CaseAction): void {
    row.state = violationCaseMachine.next(action, row.state);
    row.stateSince = scope.clock.now();
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { caseId: string; expectedVersion: number },
  ): Promise<ViolationCaseRow> {
    return transaction.lock(ViolationCaseEntity, input.caseId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ violationCase: showCase(scope, row) }),
    });
  }

  async #done(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: ViolationCaseRow,
    before: string | null,
  ): Promise<{ violationCase: ViolationCase }> {
    await transaction.flush();
    await transaction.work(violationCaseWork, row);
    transaction.audited({
      subjectId: row.id,
      ...(before === null ? {} : { before: { state: before } }),
      after: { state: row.state, finding: row.finding ?? null },
    });
    transaction.wake('ViolationCase', row.id);
    return { violationCase: showCase(scope, row) };
  }
}

async function nextCaseNo(transaction: MutationTransaction, now: Date): Promise<string> {
  const [row] = await transaction.sql.execute<{ number: string }>(
    `select lpad(nextval('violation_case_number')::text, 4, '0') as number`,
  );
  return `VIOL-${legalDate(now).slice(0, 4)}-${row?.number ?? ''}`;
}

function options<Input extends object>(operation: string, input: Input) {
  return { operation, action: 'CHANGE_VIOLATION_CASE', subjectType: 'ViolationCase', input } as const;
}
