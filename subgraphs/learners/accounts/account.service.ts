import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { noteReads } from '../audit/read-audit.js';
import { releaseDeposits } from '../deposits/release-deposits.js';
import type { IdentityVault } from '../identities/identity-vault.js';
import { PersonIdentityEntity } from '../identities/person-identity.entity.js';
import { LearnerEntity, type LearnerRow } from '../learners/learner.entity.js';
import { AccountEntity, type AccountRow } from './account.entity.js';
import { accountActivated } from './account.events.js';
import { accountContext, showAccount } from './account.loader.js';
import { accountMachine } from './account.machine.js';
import { accountWork } from './account.work.js';
import { assertOpenPoint } from './opened-at.js';
import {
  IdentityDecision,
  type Account,
  type AccountPayload,
  type AccountStepInput,
  type OpenAccountInput,
  type ProvideIdentityInput,
  type VerifyIdentityInput,
} from './account.types.js';

for (const constraint of ['learner_subject_key', 'account_learner_key', 'person_identity_verified_key']) {
  constraintRefuses(constraint, () => refuse('ACCOUNT_EXISTS'));
}

const opening = z.object({
  legalName: z.string().trim().min(1).max(100),
  institutionId: z.string().min(1).max(64),
});
const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });

/** The steps of an account that need nothing but a reason. */
export type AccountStep =
  'withdrawAccount' | 'freezeAccount' | 'unfreezeAccount' | 'closeAccount' | 'reopenAccount';

/** Learning accounts: opened by their owner, made active by somebody who has seen the document. */
export class AccountService {
  readonly #vault: IdentityVault;

  constructor(vault: IdentityVault) {
    this.#vault = vault;
  }

  /** The accounts whose documents wait to be seen where the caller checks them, the oldest first. */
  async toVerify(scope: RequestScope, args: PageArguments, withTotal: boolean): Promise<Connection<Account>> {
    const page = await scope.page(AccountEntity, args, {
      where: { state: 'IDENTITY_PENDING', ownerSubject: { $ne: scope.principal.subject } },
      orderBy: [{ stateEnteredAt: 'asc' }],
      withTotal,
    });
    noteReads(scope, 'READ_ACCOUNT', 'Account', page.rows);
    return connectionOf(page, (row) => showAccount(scope, row));
  }

  /** Opens an account; with an identity number it waits for the document to be seen. */
  async open(scope: RequestScope, input: OpenAccountInput): Promise<AccountPayload> {
    const { servicePointId = null } = input;
    // Settled and not awaited to a throw: a repetition must get its stored answer also when nobody can say.
    const [asked] = await Promise.allSettled(
      servicePointId === null ? [] : [assertOpenPoint(scope, input.institutionId, servicePointId)],
    );
    return mutate(scope, this.#options('openAccount', 'OPEN_ACCOUNT', input), async (transaction) => {
      const { legalName, institutionId } = checkInput(opening, input);
      if (asked?.status === 'rejected') throw asked.reason;
      const learner = await this.#learner(scope, transaction, legalName);
      const now = scope.clock.now();
      const account = transaction.create(AccountEntity, {
        id: newId('Account'),
        learnerId: learner.id,
        ownerSubject: learner.subject,
        institutionId,
        servicePointId,
        state: 'APPLIED',
        stateEnteredAt: now,
        version: 1,
        createdAt: now,
      });
      if (input.identityNumber != null)
        this.#giveIdentity(scope, transaction, account, legalName, input.identityNumber);
      await transaction.work(accountWork, account);
      transaction.audited({ subjectId: account.id, learnerId: learner.id, after: { state: account.state } });
      transaction.wake('Account', account.id);
      return { account: showAccount(scope, account) };
    });
  }

  /** Adds the identity that an application lacks. */
  provideIdentity(scope: RequestScope, input: ProvideIdentityInput): Promise<AccountPayload> {
    return mutate(scope, this.#options('provideIdentity', 'CHANGE_ACCOUNT', input), async (transaction) => {
      const account = await this.#lock(scope, transaction, input);
      const [learner] = await transaction.find(LearnerEntity, { id: account.learnerId });
      this.#giveIdentity(scope, transaction, account, learner?.legalName ?? '', input.identityNumber);
      await transaction.work(accountWork, account);
      transaction.audited({
        subjectId: account.id,
        learnerId: account.learnerId,
        after: { state: account.state },
      });
      return { account: showAccount(scope, account) };
    });
  }

  /**
   * Decides on the document. To confirm, the official types what the document shows; the applicant's own entry is
   * never shown to them, so the two entries check each other. An active account receives what was held for it.
   */
  verifyIdentity(scope: RequestScope, input: VerifyIdentityInput): Promise<AccountPayload> {
    return mutate(scope, this.#options('verifyIdentity', 'ACTIVATE_ACCOUNT', input), async (transaction) => {
      const account = await this.#lock(scope, transaction, input);
      const before = { state: account.state };
      if (input.decision === IdentityDecision.REFUSE) {
        this.#step(scope, account, 'refuseIdentity');
        account.refusedReason = checkInput(reasoned, input).reason;
        await transaction.work(accountWork, account);
        transaction.audited({
          subjectId: account.id,
          learnerId: account.learnerId,
          before,
          after: { state: account.state },
        });
        return { account: showAccount(scope, account) };
      }
      this.#step(scope, account, 'verifyIdentity');
      await this.#confirmIdentity(scope, transaction, account, input);
      await this.#activated(scope, transaction, account, before);
      return { account: showAccount(scope, account) };
    });
  }

  /** Takes one of the other steps of the machine. */
  change(scope: RequestScope, step: AccountStep, input: AccountStepInput): Promise<AccountPayload> {
    return mutate(scope, this.#options(step, 'CHANGE_ACCOUNT', input), async (transaction) => {
      checkInput(reasoned, input);
      const account = await this.#lock(scope, transaction, input);
      const before = { state: account.state };
      this.#step(scope, account, step);
      if (account.state === 'ACTIVE') await this.#activated(scope, transaction, account, before);
      else {
        await transaction.work(accountWork, account);
        transaction.audited({
          subjectId: account.id,
          learnerId: account.learnerId,
          before,
          after: { state: account.state },
        });
      }
      transaction.wake('Account', account.id);
      return { account: showAccount(scope, account) };
    });
  }

  async #learner(
    scope: RequestScope,
    transaction: MutationTransaction,
    legalName: string,
  ): Promise<LearnerRow> {
    const { subject } = scope.principal;
    const [known] = await transaction.find(LearnerEntity, { subject });
    if (known !== undefined) {
      const refused = { $nin: ['REFUSED', 'WITHDRAWN'] as const };
      const [open] = await transaction.find(AccountEntity, { learnerId: known.id, state: refused as never });
      if (open !== undefined) throw refuse('ACCOUNT_EXISTS');
      known.legalName = legalName;
      return known;
    }
    const learner = transaction.create(LearnerEntity, {
      id: newId('Learner'),
      subject,
      legalName,
      attendedIds: [],
      version: 1,
      createdAt: scope.clock.now(),
    });
    await transaction.flush();
    return learner;
  }

  #giveIdentity(
    scope: RequestScope,
    transaction: MutationTransaction,
    account: AccountRow,
    documentName: string,
    number: string,
  ): void {
    this.#step(scope, account, 'provideIdentity');
    const id = newId('PersonIdentity');
    transaction.create(PersonIdentityEntity, {
      id,
      learnerId: account.learnerId,
      ownerSubject: account.ownerSubject,
      institutionId: account.institutionId,
      servicePointId: account.servicePointId ?? null,
      documentType: 'RESIDENT_IDENTITY_CARD',
      documentName,
      issuer: 'CN',
      ...this.#vault.seal(number, id),
      version: 1,
      createdAt: scope.clock.now(),
    });
  }

  async #confirmIdentity(
    scope: RequestScope,
    transaction: MutationTransaction,
    account: AccountRow,
    seen: VerifyIdentityInput,
  ): Promise<void> {
    const known = await transaction.find(PersonIdentityEntity, { learnerId: account.learnerId });
    const given = known.sort((a, b) => (a.id < b.id ? 1 : -1))[0];
    const matches =
      given !== undefined &&
      plainName(seen.legalName ?? '') === plainName(given.documentName) &&
      this.#vault.hash(seen.identityNumber ?? '') === given.numberHash;
    if (!matches) throw refuse('IDENTITY_MISMATCH', {}, ['input', 'identityNumber']);
    given.verifiedAt = scope.clock.now();
    given.verifiedBy = scope.principal.subject;
  }

  async #activated(
    scope: RequestScope,
    transaction: MutationTransaction,
    account: AccountRow,
    before: { state: string },
  ): Promise<void> {
    await transaction.work(accountWork, account);
    const released = await releaseDeposits(transaction, account.learnerId, scope.clock.now());
    await transaction.emit(accountActivated(account));
    transaction.audited({
      subjectId: account.id,
      learnerId: account.learnerId,
      before,
      after: { state: account.state },
      detail: { releasedDeposits: released },
    });
    transaction.wake('Account', account.id);
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { accountId: string; expectedVersion: number },
  ): Promise<AccountRow> {
    return transaction.lock(AccountEntity, input.accountId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ account: showAccount(scope, row) }),
    });
  }

  #step(scope: RequestScope, account: AccountRow, action: Parameters<typeof accountMachine.check>[0]): void {
    accountMachine.check(action, accountContext(scope, account));
    account.state = accountMachine.next(action, account.state);
    account.stateEnteredAt = scope.clock.now();
  }

  /** The number stays out of the idempotency record: a plain hash of it could be reversed by trying all numbers. */
  #options<Input extends object>(
    operation: string,
    action: 'OPEN_ACCOUNT' | 'CHANGE_ACCOUNT' | 'ACTIVATE_ACCOUNT',
    input: Input & { identityNumber?: string | null; idempotencyKey?: string },
  ) {
    const { identityNumber } = input;
    const kept =
      identityNumber == null ? input : { ...input, identityNumber: this.#vault.hash(identityNumber) };
    return { operation, action, subjectType: 'Account', input: kept };
  }
}

/** Full-width forms and spaces do not make another name. */
function plainName(name: string): string {
  return name.normalize('NFKC').replace(/\s/g, '');
}
