import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { reportCase, takeStep } from '../case-step.js';
import { SecretariatDocumentEntity } from '../secretariat-documents/secretariat-document.entity.js';
import { FundEntryEntity, type FundEntryRow } from './fund-entry.entity.js';
import { fundEntryKind, showFundEntry } from './fund-entry.loader.js';
import type {
  ConfirmFundEntryInput,
  CorrectFundEntryInput,
  FundBalance,
  FundEntriesArguments,
  FundEntry,
  FundEntryPayload,
  FundReport,
  FundReportLine,
  RecordFundEntryInput,
} from './fund-entry.types.js';

constraintRefuses('fund_balance_covered', () => refuse('FUND_OVERSPENT'));
constraintRefuses('fund_entry_documented', () =>
  refuse('FUND_DOCUMENT_NOT_APPROVED', {}, ['input', 'documentId']),
);
constraintRefuses('fund_entry_document_approved', () => refuse('FUND_DOCUMENT_NOT_APPROVED'));
constraintRefuses('fund_entry_two_people', () => refuse('ENTRY_SAME_PERSON'));
constraintRefuses('fund_entry_correction_key', () =>
  refuse('FUND_CORRECTED_BEFORE', {}, ['input', 'fundEntryId']),
);

const text = (field: string) => z.string().trim().min(1, `${field}: 1-500`).max(500, `${field}: 1-500`);
const entry = z.object({
  purpose: z.string().regex(/^[A-Z][A-Z0-9_]{1,39}$/, 'purpose: [A-Z0-9_]{2,40}'),
  amount: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,2})?$/, 'amount: > 0, two decimal places')
    .refine((amount) => /[1-9]/.test(amount), 'amount: > 0'),
  description: text('description'),
});
const reasoned = z.object({ reason: text('reason') });

/** The alliance's funds and their supervision (charter art. 23). */
export class FundService {
  /** A page of the entries that the caller may see, the newest first. */
  async list(
    scope: RequestScope,
    { filter = {}, ...args }: FundEntriesArguments,
    withTotal: boolean,
  ): Promise<Connection<FundEntry>> {
    const conditions: FilterQuery<FundEntryRow>[] = [];
    if (filter.purpose != null) conditions.push({ purpose: filter.purpose });
    if (filter.state != null) conditions.push({ state: filter.state });
    const page = await scope.page(FundEntryEntity, args, {
      where: conditions.length === 0 ? {} : { $and: conditions },
      orderBy: [{ occurredOn: 'desc' }, { createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showFundEntry(scope, row));
  }

  /** What each purpose holds, from its confirmed entries; one statement. */
  async balances(scope: RequestScope): Promise<FundBalance[]> {
    const { sql } = await scope.unit();
    return sql.execute<FundBalance>(
      `select purpose, sum(case kind when 'INCOME' then amount else -amount end)::text as balance
       from fund_entry where state = 'CONFIRMED' group by purpose order by purpose`,
    );
  }

  /** The funds over a calendar year; one statement. */
  async report(scope: RequestScope, year: number): Promise<FundReport> {
    if (year < 2000 || year > 2999) throw refuse('INPUT_INVALID', { detail: 'year: 2000-2999' }, ['year']);
    const { sql } = await scope.unit();
    const purposes = await sql.execute<FundReportLine>(
      `select purpose,
         coalesce(sum(change) filter (where occurred_on < make_date(?, 1, 1)), 0)::text as opening,
         coalesce(sum(amount) filter (where kind = 'INCOME' and occurred_on >= make_date(?, 1, 1)), 0)::text as income,
         coalesce(sum(amount) filter (where kind = 'EXPENSE' and occurred_on >= make_date(?, 1, 1)), 0)::text as expense,
         sum(change)::text as closing
       from (select *, case kind when 'INCOME' then amount else -amount end as change from fund_entry) as entry
       where state = 'CONFIRMED' and occurred_on < make_date(? + 1, 1, 1)
       group by purpose order by purpose`,
      [year, year, year, year],
    );
    return { year, purposes };
  }

  /** Records money that came in or went out; it counts once somebody else has confirmed it. */
  record(scope: RequestScope, input: RecordFundEntryInput): Promise<FundEntryPayload> {
    return this.#make(scope, 'recordFundEntry', input, async (transaction) => {
      const checked = checkInput(entry, input);
      if (input.occurredOn > legalDate(scope.clock.now())) {
        throw refuse('INPUT_INVALID', { detail: 'occurredOn: <= today' }, ['input', 'occurredOn']);
      }
      await this.#assertApproved(transaction, input);
      const { kind, occurredOn, documentId } = input;
      return { kind, ...checked, occurredOn, documentId: documentId ?? null };
    });
  }

  /** Records the exact opposite of a confirmed entry, once. */
  correct(scope: RequestScope, input: CorrectFundEntryInput): Promise<FundEntryPayload> {
    return this.#make(scope, 'correctFundEntry', input, async (transaction) => {
      const wrong = await transaction.lock(FundEntryEntity, input.fundEntryId);
      fundEntryKind.machine.check('correctFundEntry', fundEntryKind.context(scope, wrong));
      if (wrong.correctsId != null || wrong.invoiceEntryId != null) throw refuse('ENTRY_FIXED');
      return {
        kind: wrong.kind === 'INCOME' ? 'EXPENSE' : 'INCOME',
        purpose: wrong.purpose,
        amount: wrong.amount,
        occurredOn: legalDate(scope.clock.now()),
        description: checkInput(reasoned, input).reason,
        correctsId: wrong.id,
      };
    });
  }

  /** Confirms or rejects an entry of somebody else; a purpose cannot be overspent by it. */
  decide(
    scope: RequestScope,
    action: 'confirmFundEntry' | 'rejectFundEntry',
    input: ConfirmFundEntryInput,
  ): Promise<FundEntryPayload> {
    const on = { id: input.fundEntryId, input };
    return takeStep(scope, fundEntryKind, action, on, (row) => {
      row.decidedBy = scope.principal.subject;
    });
  }

  #make(
    scope: RequestScope,
    operation: string,
    input: object & { idempotencyKey: string },
    content: (transaction: MutationTransaction) => Promise<FundEntryContent>,
  ): Promise<FundEntryPayload> {
    return mutate(
      scope,
      { operation, action: 'RECORD_FUNDS', subjectType: 'FundEntry', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action: operation });
        const now = scope.clock.now();
        const row = transaction.create(FundEntryEntity, {
          id: newId('FundEntry'),
          ...(await content(transaction)),
          state: 'RECORDED',
          stateSince: now,
          recordedBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        return reportCase(scope, transaction, fundEntryKind, row);
      },
    );
  }

  async #assertApproved(transaction: MutationTransaction, input: RecordFundEntryInput): Promise<void> {
    const [document] =
      input.documentId == null
        ? []
        : await transaction.find(SecretariatDocumentEntity, {
            id: input.documentId,
            state: { $in: ['APPROVED', 'PUBLISHED'] },
          });
    const needed = input.kind === 'EXPENSE' || input.documentId != null;
    if (needed && document === undefined) {
      throw refuse('FUND_DOCUMENT_NOT_APPROVED', {}, ['input', 'documentId']);
    }
  }
}

type FundEntryContent = Pick<FundEntryRow, 'kind' | 'purpose' | 'amount' | 'occurredOn' | 'description'> &
  Partial<Pick<FundEntryRow, 'documentId' | 'correctsId'>>;
