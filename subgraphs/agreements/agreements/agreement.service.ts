import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import type { AuditAction } from '../../kit/room/audit/audit-actions.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { dueDateAfter } from '../../kit/room/machine/due-date.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { assertInStanding, assertNotExited } from '../../kit/room/scope/member-standing.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { agreementHash, type AgreementContent } from './agreement-content.js';
import {
  AgreementApprovalEntity,
  AgreementEntity,
  AgreementVersionEntity,
  type AgreementRow,
} from './agreement.entity.js';
import { agreementSigned } from './agreement.events.js';
import { contentOf, reasoned } from './agreement-input-checks.js';
import type {
  AgreementByHashInput,
  AgreementPayload,
  AgreementStepInput,
  ApproveAgreementInput,
  CounterAgreementInput,
  ProposeAgreementInput,
  RejectAgreementInput,
  SignAgreementInput,
  TerminateAgreementInput,
} from './agreement.inputs.js';
import { agreementById, agreementContext, showAgreement } from './agreement.loader.js';
import { agreementMachine } from './agreement.machine.js';
import { bindingOn, inForceOn } from './agreement-in-force.js';
import { agreementWork } from './agreement.work.js';
import {
  AgreementOrder,
  type Agreement,
  type AgreementFilter,
  type AgreementsArguments,
} from './agreement.types.js';

constraintRefuses('agreement_approval_party_key', () =>
  refuse('AGREEMENT_PARTY_DONE', {}, ['input', 'institutionId']),
);

/** How long the parties have to answer a content; in calendar days. */
const answerWithinDays = 90;

const orders: Record<AgreementOrder, QueryOrderMap<AgreementRow>> = {
  [AgreementOrder.NEWEST]: { createdAt: 'desc' },
  [AgreementOrder.EFFECTIVE_FROM_ASC]: { effectiveFrom: 'asc' },
};

type AgreementStep = Parameters<typeof agreementMachine.check>[0];

/** Agreements between institutions: every party approves and signs the same content, by its hash. */
export class AgreementService {
  /** One agreement; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<Agreement | null> {
    return scope.load(agreementById, id);
  }

  /** The agreements that the caller may see. */
  async list(
    scope: RequestScope,
    args: AgreementsArguments,
    withTotal: boolean,
  ): Promise<Connection<Agreement>> {
    const where: FilterQuery<AgreementRow> = { $and: conditions(args.filter ?? {}) };
    const page = await scope.page(AgreementEntity, args, {
      where,
      orderBy: [orders[args.orderBy]],
      withTotal,
    });
    return connectionOf(page, (row) => showAgreement(scope, row));
  }

  /** Proposes an agreement between members in standing; that is the proposing party's approval of it. */
  async propose(scope: RequestScope, input: ProposeAgreementInput): Promise<AgreementPayload> {
    const partyIds = [...new Set([input.institutionId, ...input.partnerIds])];
    const allowed = hasRole(scope.principal, 'INSTITUTION_ADMIN', input.institutionId);
    const [parties] = await Promise.allSettled(
      allowed ? [assertInStanding(scope, partyIds, ['input', 'partnerIds'])] : [],
    );
    return mutate(scope, options('proposeAgreement', 'PROPOSE_AGREEMENT', input), async (transaction) => {
      if (parties === undefined) throw refuse('ACTION_FORBIDDEN', { action: 'proposeAgreement' });
      const content = contentOf(input.kind, partyIds, input.content);
      if (parties.status === 'rejected') throw parties.reason;
      const now = scope.clock.now();
      const row = transaction.create(AgreementEntity, {
        id: newId('Agreement'),
        agreementNo: await this.#nextNumber(transaction, now),
        ...this.#termsOf(content, now),
        contentVersion: 1,
        partyIds: [...content.partyIds],
        state: 'PROPOSED',
        stateEnteredAt: now,
        version: 1,
        createdAt: now,
      });
      await transaction.flush();
      this.#keepContent(scope, transaction, row, input.institutionId);
      this.#give(scope, transaction, row, input.institutionId, 'APPROVAL');
      return this.#done(scope, transaction, row);
    });
  }

  /** Proposes another content in place of the current one, which resets what the others approved. */
  counter(scope: RequestScope, input: CounterAgreementInput): Promise<AgreementPayload> {
    return mutate(scope, options('counterAgreement', 'CHANGE_AGREEMENT', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      this.#step(scope, row, input.institutionId, 'counterAgreement');
      const content = contentOf(row.content.kind, row.partyIds, input.content);
      Object.assign(row, this.#termsOf(content, scope.clock.now()));
      row.contentVersion += 1;
      this.#keepContent(scope, transaction, row, input.institutionId);
      this.#give(scope, transaction, row, input.institutionId, 'APPROVAL');
      return this.#done(scope, transaction, row);
    });
  }

  /** Approves the content that has the given hash; with the last party's approval the agreement is APPROVED. */
  approve(scope: RequestScope, input: ApproveAgreementInput): Promise<AgreementPayload> {
    return this.#giveByHash(scope, input, 'approveAgreement', 'APPROVAL');
  }

  /** Signs the approved content for a party that has not left; with the last signature the agreement is SIGNED. */
  async sign(scope: RequestScope, input: SignAgreementInput): Promise<AgreementPayload> {
    const [here] = await Promise.allSettled([
      assertNotExited(scope, input.institutionId, ['input', 'institutionId']),
    ]);
    return this.#giveByHash(scope, input, 'signAgreement', 'SIGNATURE', here);
  }

  /** Rejects what was proposed. */
  reject(scope: RequestScope, input: RejectAgreementInput): Promise<AgreementPayload> {
    return mutate(scope, options('rejectAgreement', 'CHANGE_AGREEMENT', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      this.#step(scope, row, input.institutionId, 'rejectAgreement');
      row.reason = checkInput(reasoned, input).reason;
      return this.#done(scope, transaction, row);
    });
  }

  /** Gives notice: the agreement ends on a later day and holds until then. */
  terminate(scope: RequestScope, input: TerminateAgreementInput): Promise<AgreementPayload> {
    return mutate(scope, options('terminateAgreement', 'CHANGE_AGREEMENT', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      agreementMachine.check('terminateAgreement', agreementContext(scope, row, input.institutionId));
      const { reason } = checkInput(reasoned, input);
      if (input.terminatesOn <= legalDate(scope.clock.now())) {
        throw refuse('INPUT_INVALID', { detail: 'terminatesOn' }, ['input', 'terminatesOn']);
      }
      // A second notice may shorten the term, never prolong it: the first is what the other parties rely on.
      if (row.terminatesOn == null || input.terminatesOn < row.terminatesOn)
        row.terminatesOn = input.terminatesOn;
      row.reason = reason;
      return this.#done(scope, transaction, row);
    });
  }

  #giveByHash(
    scope: RequestScope,
    input: AgreementByHashInput,
    action: 'approveAgreement' | 'signAgreement',
    kind: 'APPROVAL' | 'SIGNATURE',
    mayBeBound?: PromiseSettledResult<void>,
  ): Promise<AgreementPayload> {
    return mutate(scope, options(action, 'APPROVE_AGREEMENT', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      agreementMachine.check(action, agreementContext(scope, row, input.institutionId));
      if (mayBeBound?.status === 'rejected') throw mayBeBound.reason;
      if (input.contentHash !== row.contentHash) {
        throw refuse('AGREEMENT_HASH_MISMATCH', {}, ['input', 'contentHash']);
      }
      this.#give(scope, transaction, row, input.institutionId, kind);
      await transaction.flush();
      const given = await transaction.find(AgreementApprovalEntity, {
        agreementId: row.id,
        contentVersion: row.contentVersion,
        contentHash: row.contentHash,
        kind,
      });
      const complete = row.partyIds.every((id) => given.some(({ institutionId }) => institutionId === id));
      if (complete) this.#step(scope, row, input.institutionId, action);
      await transaction.flush();
      if (row.state === 'SIGNED') await transaction.emit(agreementSigned(row));
      return this.#done(scope, transaction, row);
    });
  }

  #give(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: AgreementRow,
    institutionId: string,
    kind: 'APPROVAL' | 'SIGNATURE',
  ): void {
    transaction.create(AgreementApprovalEntity, {
      id: newId('AgreementApproval'),
      agreementId: row.id,
      contentVersion: row.contentVersion,
      contentHash: row.contentHash,
      partyIds: [...row.partyIds],
      institutionId,
      kind,
      givenBy: scope.principal.subject,
      givenAt: scope.clock.now(),
    });
  }

  #keepContent(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: AgreementRow,
    institutionId: string,
  ): void {
    transaction.create(AgreementVersionEntity, {
      agreementId: row.id,
      contentVersion: row.contentVersion,
      partyIds: [...row.partyIds],
      content: row.content,
      contentHash: row.contentHash,
      proposedByInstitutionId: institutionId,
      proposedBy: scope.principal.subject,
      createdAt: scope.clock.now(),
    });
  }

  #termsOf(content: AgreementContent, now: Date) {
    return {
      content,
      contentHash: agreementHash(content),
      effectiveFrom: content.effectiveFrom,
      effectiveTo: content.effectiveTo,
      respondBy: dueDateAfter(legalDate(now), answerWithinDays),
    };
  }

  async #nextNumber(transaction: MutationTransaction, now: Date): Promise<string> {
    const [row] = await transaction.sql.execute<{ number: string }>(
      `select lpad(nextval('agreement_number')::text, 6, '0') as number`,
    );
    return `AGR-${legalDate(now).slice(0, 4)}-${row?.number ?? ''}`;
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: AgreementStepInput,
  ): Promise<AgreementRow> {
    return transaction.lock(AgreementEntity, input.agreementId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ agreement: showAgreement(scope, row) }),
    });
  }

  #step(scope: RequestScope, row: AgreementRow, actingFor: string, action: AgreementStep): void {
    const context = agreementContext(scope, row, actingFor);
    agreementMachine.check(action, context);
    row.state = agreementMachine.next(action, context.state) as AgreementRow['state'];
    row.stateEnteredAt = scope.clock.now();
  }

  async #done(scope: RequestScope, transaction: MutationTransaction, row: AgreementRow) {
    await transaction.work(agreementWork, row);
    transaction.audited({
      subjectId: row.id,
      after: { state: row.state, contentHash: row.contentHash, terminatesOn: row.terminatesOn ?? null },
      detail: { contentVersion: row.contentVersion, contentHash: row.contentHash },
    });
    transaction.wake('Agreement', row.id);
    return { agreement: showAgreement(scope, row) };
  }
}

function options<Input extends object>(operation: string, action: AuditAction, input: Input) {
  return { operation, action, subjectType: 'Agreement', input };
}

function conditions(filter: AgreementFilter): FilterQuery<AgreementRow>[] {
  const found: FilterQuery<AgreementRow>[] = [];
  if (filter.partyId != null) found.push({ partyIds: { $contains: [filter.partyId] } });
  if (filter.inForceOn != null) found.push(inForceOn(filter.inForceOn));
  if (filter.bindingOn != null) found.push(bindingOn(filter.bindingOn));
  return found;
}
