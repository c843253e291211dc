import { z } from 'zod';
import type { Clock } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { enqueueJob } from '../../kit/room/jobs/job.js';
import type { JobHandler } from '../../kit/room/jobs/job-handler.js';
import { visibleJob } from '../../kit/room/jobs/show-job.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import {
  constraintRefuses,
  mutate,
  type MutationTransaction,
  type Payload,
} from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { institutionById } from '../institutions/institution.loader.js';
import type { Institution } from '../institutions/institution.types.js';
import { assertActiveMember } from '../memberships/active-member.js';
import type { SecretariatFileService } from '../secretariat-documents/secretariat-file.service.js';
import { computeContributions, lockContributions, yearOf } from './compute-contributions.js';
import type { ContributionReader } from './contribution-readers.js';
import {
  ContributionEntryEntity,
  ContributionSchemeEntity,
  ContributionScoreEntity,
} from './contribution.entity.js';
import type {
  ComputeContributionsInput,
  PublishContributionSchemeInput,
  PublishContributionsInput,
  RecordContributionInput,
} from './contribution.inputs.js';
import { showComputation, showEntry, showScheme, showScore } from './contribution.loader.js';
import type {
  ContributionComputation,
  ContributionEntriesArguments,
  ContributionEntry,
  ContributionPublication,
  ContributionRankingArguments,
  ContributionScheme,
  ContributionScore,
} from './contribution.types.js';

constraintRefuses('contribution_scheme_date_key', () =>
  refuse('CONTRIBUTION_SCHEME_DATE_TAKEN', {}, ['input', 'effectiveFrom']),
);

/** The kind of the job that computes the scores of a year. */
export const contributionsKind = 'CONTRIBUTIONS';

const amount = (field: string) =>
  z.string().regex(/^\d{1,8}(\.\d{1,2})?$/, `${field}: >= 0, two decimal places`);
const scheme = z.object({
  weights: z
    .array(
      z.object({ component: z.string(), weight: amount('weight'), mostUnits: amount('mostUnits').nullish() }),
    )
    .min(1, 'weights: 1-7')
    .refine((list) => new Set(list.map(({ component }) => component)).size === list.length, {
      error: 'weights: each component once',
    }),
});
const year = z.object({
  period: z.number().int().min(2000, 'period: 2000-2999').max(2999, 'period: 2000-2999'),
});
const entry = year.extend({
  quantity: z
    .string()
    .regex(/^-?\d{1,8}(\.\d{1,2})?$/, 'quantity: two decimal places')
    .refine((text) => /[1-9]/.test(text), 'quantity: not 0'),
  evidence: z.string().trim().min(1, 'evidence: 1-1000').max(1_000, 'evidence: 1-1000'),
});

/** How much members contribute, which the composition of the standing council looks at (charter art. 14). */
export class ContributionService {
  readonly #files: SecretariatFileService;
  readonly #clock: Clock;
  readonly #readers: readonly ContributionReader[];

  /** @param readers where quantities come from; no two of them count the same thing */
  constructor(files: SecretariatFileService, clock: Clock, readers: readonly ContributionReader[]) {
    this.#files = files;
    this.#clock = clock;
    this.#readers = readers;
  }

  /** The schemes, the newest first; there is about one a year. */
  async schemes(scope: RequestScope): Promise<ContributionScheme[]> {
    const rows = await scope.find(
      ContributionSchemeEntity,
      {},
      { orderBy: { effectiveFrom: 'desc' }, limit: 100 },
    );
    return rows.map(showScheme);
  }

  /** The members of a year by their points, the most first; one statement. */
  async ranking(
    scope: RequestScope,
    { period, ...args }: ContributionRankingArguments,
    withTotal: boolean,
  ): Promise<Connection<ContributionScore>> {
    const page = await scope.page(ContributionScoreEntity, args, {
      where: { period },
      orderBy: [{ points: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showScore);
  }

  /** What was recorded for a year, the newest first. */
  async entries(
    scope: RequestScope,
    { period, institutionId, ...args }: ContributionEntriesArguments,
    withTotal: boolean,
  ): Promise<Connection<ContributionEntry>> {
    const page = await scope.page(ContributionEntryEntity, args, {
      where: institutionId == null ? { period } : { period, institutionId },
      orderBy: [{ createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showEntry);
  }

  /** The member of a score. */
  institutionOf(scope: RequestScope, score: ContributionScore): Promise<Institution | null> {
    return scope.load(institutionById, score.institutionId);
  }

  /** A computation, for the secretariat. */
  async computation(scope: RequestScope, id: string): Promise<ContributionComputation | null> {
    const job = await visibleJob(scope, contributionsKind, id);
    return job === null ? null : showComputation(job, scope);
  }

  /** Publishes what counts how much from a day on. */
  publishScheme(
    scope: RequestScope,
    input: PublishContributionSchemeInput,
  ): Promise<Payload<{ contributionScheme: ContributionScheme }>> {
    return this.#mutate(
      scope,
      'publishContributionScheme',
      'ContributionScheme',
      input,
      async (transaction) => {
        checkInput(scheme, input);
        const row = transaction.create(ContributionSchemeEntity, {
          id: newId('ContributionScheme'),
          effectiveFrom: input.effectiveFrom,
          weights: input.weights.map(({ component, weight, mostUnits }) => ({
            component,
            weight,
            mostUnits: mostUnits ?? null,
          })),
          publishedBy: scope.principal.subject,
          createdAt: scope.clock.now(),
        });
        await transaction.flush();
        transaction.audited({ subjectId: row.id, after: input });
        return { contributionScheme: showScheme(row) };
      },
    );
  }

  /** Records a contribution that no system counts. */
  record(
    scope: RequestScope,
    input: RecordContributionInput,
  ): Promise<Payload<{ contributionEntry: ContributionEntry }>> {
    return this.#mutate(scope, 'recordContribution', 'ContributionEntry', input, async (transaction) => {
      const { period, quantity, evidence } = checkInput(entry, input);
      this.#assertBegun(period);
      await this.#assertNotFrozen(transaction, period);
      await assertActiveMember(transaction, input.institutionId, ['input', 'institutionId']);
      const row = transaction.create(ContributionEntryEntity, {
        id: newId('ContributionEntry'),
        institutionId: input.institutionId,
        period,
        component: input.component,
        quantity,
        evidence,
        files: await this.#files.take(scope, input.uploadIds),
        recordedBy: scope.principal.subject,
        createdAt: scope.clock.now(),
      });
      await transaction.flush();
      transaction.audited({ subjectId: row.id, after: input });
      return { contributionEntry: showEntry(row) };
    });
  }

  /** Queues the computation of a year. */
  compute(
    scope: RequestScope,
    input: ComputeContributionsInput,
  ): Promise<Payload<{ contributionComputation: ContributionComputation }>> {
    return this.#mutate(
      scope,
      'computeContributions',
      'ContributionComputation',
      input,
      async (transaction) => {
        const { period } = checkInput(year, input);
        this.#assertBegun(period);
        await this.#assertNotFrozen(transaction, period);
        const job = await enqueueJob(transaction.sql, {
          kind: contributionsKind,
          input: { period },
          requestedBy: scope.principal.subject,
        });
        transaction.audited({ subjectId: job.id, detail: { period } });
        transaction.wake('Job', job.id);
        return { contributionComputation: showComputation(job, scope) };
      },
    );
  }

  /**
   * Publishes the scores of a year that is over; from then on neither they nor what they were computed from change.
   * Scores that leave out what was recorded since are not published.
   */
  publish(
    scope: RequestScope,
    input: PublishContributionsInput,
  ): Promise<Payload<{ contributionPublication: ContributionPublication }>> {
    return this.#mutate(scope, 'publishContributions', 'ContributionScore', input, async (transaction) => {
      const { period } = checkInput(year, input);
      const publishedAt = scope.clock.now();
      if (period >= yearOf(publishedAt)) {
        throw refuse('CONTRIBUTIONS_YEAR_NOT_OVER', { period }, ['input', 'period']);
      }
      await this.#assertNotFrozen(transaction, period);
      const [newer] = await transaction.sql.execute(
        `select 1 from contribution_entry where period = ? and created_at >=
           (select min(computed_at) from contribution_score where period = ?) limit 1`,
        [period, period],
      );
      if (newer !== undefined) throw refuse('CONTRIBUTIONS_OUTDATED', { period }, ['input', 'period']);
      const scored = await transaction.sql.execute(
        `update contribution_score set published_at = ?::timestamptz, version = version + 1
         where period = ? and published_at is null returning id`,
        [publishedAt.toISOString(), period],
      );
      if (scored.length === 0) throw refuse('CONTRIBUTIONS_MISSING', { period }, ['input', 'period']);
      transaction.audited({ subjectId: String(period), detail: { scored: scored.length } });
      return { contributionPublication: { period, scored: scored.length, publishedAt } };
    });
  }

  /** The job: all scores of a year in one transaction. */
  readonly handler: JobHandler = async ({ job, transact, progress }) => {
    const { period } = job.input as { period: number };
    const scored = await transact((sql) =>
      computeContributions(sql, period, this.#readers, this.#clock.now()),
    );
    await progress(scored, scored);
    return { scored };
  };

  /** Scores are the secretariat's business, and the room does not rely on the gateway for that. */
  #mutate<Fields extends object>(
    scope: RequestScope,
    operation: string,
    subjectType: string,
    input: object & { idempotencyKey?: string },
    work: (transaction: MutationTransaction) => Promise<Fields>,
  ): Promise<Payload<Fields>> {
    return mutate(
      scope,
      { operation, action: 'RECORD_CONTRIBUTION', subjectType, input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action: operation });
        return work(transaction);
      },
    );
  }

  /** Nothing is known yet of a year to come, and what is recorded of it by a slip of the hand stays. */
  #assertBegun(period: number): void {
    if (period > yearOf(this.#clock.now())) {
      throw refuse('INPUT_INVALID', { detail: 'period: <= this year' }, ['input', 'period']);
    }
  }

  /** Refuses a published year; one that is not stays so until the end of the transaction. */
  async #assertNotFrozen(transaction: MutationTransaction, period: number): Promise<void> {
    await lockContributions(transaction.sql, period);
    const [frozen] = await transaction.sql.execute(
      'select 1 from contribution_score where period = ? and published_at is not null limit 1',
      [period],
    );
    if (frozen !== undefined) throw refuse('CONTRIBUTIONS_FROZEN', { period }, ['input', 'period']);
  }
}
