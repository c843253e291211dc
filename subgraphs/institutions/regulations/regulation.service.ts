import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { MotionEntity } from '../motions/motion.entity.js';
import { holdSubject, isUnderVote } from '../motions/motion-subject.js';
import type { RegulationArticle } from './charter.presets.js';
import {
  InterpretationEntity,
  RegulationEntity,
  type InterpretationRow,
  type RegulationRow,
} from './regulation.entity.js';
import { regulationHash } from './regulation-in-force.js';
import { regulationContext, showInterpretation, showRegulation } from './regulation.loader.js';
import { regulationMachine } from './regulation.machine.js';
import type {
  AmendRegulationDraftInput,
  CreateRegulationDraftInput,
  Interpretation,
  InterpretationPayload,
  InterpretationsArguments,
  RecordInterpretationInput,
  Regulation,
  RegulationArticleInput,
  RegulationPayload,
  RegulationsArguments,
  WithdrawRegulationDraftInput,
} from './regulation.types.js';
import { regulationWork } from './regulation.work.js';

constraintRefuses('regulation_edition_key', () =>
  refuse('REGULATION_EDITION_TAKEN', {}, ['input', 'edition']),
);
constraintRefuses('regulation_effective_key', () => refuse('REGULATION_DATE_TAKEN'));
constraintRefuses('interpretation_by_council', () =>
  refuse('INTERPRETATION_NOT_BY_COUNCIL', {}, ['input', 'motionId']),
);

const text = (most: number) =>
  z.object({ zh: z.string().trim().min(1).max(most), en: z.string().trim().min(1).max(most) });
const wording = z.object({
  articles: z
    .array(z.object({ heading: text(200), text: text(20_000) }))
    .min(1)
    .max(200),
});
const edition = z.object({
  code: z.string().regex(/^[A-Z][A-Z_]{1,39}$/, 'code: [A-Z_]{2,40}'),
  edition: z.string().trim().min(1).max(40),
  title: text(200),
});
const reading = z.object({ article: z.number().int().positive(), text: text(20_000) });
const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });

/** The charter and the rules of the alliance, edition by edition, and how the council reads them. */
export class RegulationService {
  /** The edition of a text that was in force on a legal day, today unless said otherwise; null where there was none. */
  async inForce(scope: RequestScope, code: string, asOf: string | undefined): Promise<Regulation | null> {
    const day = asOf ?? legalDate(scope.clock.now());
    const [row] = await scope.find(
      RegulationEntity,
      { code, state: 'ADOPTED', effectiveFrom: { $lte: day } },
      { orderBy: { effectiveFrom: 'desc' }, limit: 1 },
    );
    return row === undefined ? null : showRegulation(scope, row);
  }

  /** The editions that the one who asks may see, the latest to take effect first. */
  async list(
    scope: RequestScope,
    args: RegulationsArguments,
    withTotal: boolean,
  ): Promise<Connection<Regulation>> {
    const where: FilterQuery<RegulationRow> = {
      ...(args.code == null ? {} : { code: args.code }),
      ...(args.state == null ? {} : { state: args.state }),
    };
    const page = await scope.page(RegulationEntity, args, {
      where,
      orderBy: [{ effectiveFrom: 'desc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showRegulation(scope, row));
  }

  /** How the council reads articles, in the order of the articles. */
  async interpretations(
    scope: RequestScope,
    args: InterpretationsArguments,
    withTotal: boolean,
  ): Promise<Connection<Interpretation>> {
    const where: FilterQuery<InterpretationRow> = {
      ...(args.regulationId == null ? {} : { regulationId: args.regulationId }),
      ...(args.article == null ? {} : { article: args.article }),
    };
    const page = await scope.page(InterpretationEntity, args, {
      where,
      orderBy: [{ article: 'asc' }],
      withTotal,
    });
    return connectionOf(page, showInterpretation);
  }

  /** Drafts an edition; a motion of the right kind adopts it. */
  draft(scope: RequestScope, input: CreateRegulationDraftInput): Promise<RegulationPayload> {
    return mutate(scope, options('createRegulationDraft', input), async (transaction) => {
      assertSecretariat(scope, 'createRegulationDraft');
      checkInput(edition, input);
      const now = scope.clock.now();
      const row = transaction.create(RegulationEntity, {
        id: newId('Regulation'),
        code: input.code,
        edition: input.edition,
        titleZh: input.title.zh,
        titleEn: input.title.en,
        ...contentOf(input),
        state: 'DRAFT',
        stateSince: now,
        draftedBy: scope.principal.subject,
        version: 1,
        createdAt: now,
      });
      return this.#done(scope, transaction, row);
    });
  }

  /** Puts another wording in place of a draft's, unless it is being voted on. */
  amend(scope: RequestScope, input: AmendRegulationDraftInput): Promise<RegulationPayload> {
    return mutate(scope, options('amendRegulationDraft', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input, 'amendRegulationDraft');
      Object.assign(row, contentOf(input));
      return this.#done(scope, transaction, row);
    });
  }

  /** Gives a draft up, unless it is being voted on. */
  withdraw(scope: RequestScope, input: WithdrawRegulationDraftInput): Promise<RegulationPayload> {
    return mutate(scope, options('withdrawRegulationDraft', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input, 'withdrawRegulationDraft');
      const { reason } = checkInput(reasoned, input);
      row.state = regulationMachine.next('withdrawRegulationDraft', 'DRAFT');
      row.stateSince = scope.clock.now();
      return this.#done(scope, transaction, row, reason);
    });
  }

  /** Records how the council has decided to read an article (charter art. 25). */
  interpret(scope: RequestScope, input: RecordInterpretationInput): Promise<InterpretationPayload> {
    return mutate(
      scope,
      { ...options('recordInterpretation', input), subjectType: 'Interpretation' },
      async (transaction) => {
        assertSecretariat(scope, 'recordInterpretation');
        checkInput(reading, input);
        const [regulation] = await transaction.find(RegulationEntity, {
          id: input.regulationId,
          state: 'ADOPTED',
        });
        if (!regulation?.articles.some(({ number }) => number === input.article)) {
          throw refuse('NOT_FOUND', { type: 'Article', id: String(input.article) }, ['input', 'article']);
        }
        const [motion] = await transaction.find(MotionEntity, { id: input.motionId });
        if (motion?.closedAt == null)
          throw refuse('INTERPRETATION_NOT_BY_COUNCIL', {}, ['input', 'motionId']);
        const row = transaction.create(InterpretationEntity, {
          id: newId('Interpretation'),
          regulationId: regulation.id,
          article: input.article,
          textZh: input.text.zh,
          textEn: input.text.en,
          interpretedOn: legalDate(motion.closedAt),
          motionId: motion.id,
          recordedBy: scope.principal.subject,
          createdAt: scope.clock.now(),
        });
        await transaction.flush();
        transaction.audited({
          subjectId: row.id,
          after: { regulationId: regulation.id, article: row.article },
        });
        return { interpretation: showInterpretation(row) };
      },
    );
  }

  async #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: { regulationId: string; expectedVersion: number },
    action: 'amendRegulationDraft' | 'withdrawRegulationDraft',
  ): Promise<RegulationRow> {
    assertSecretariat(scope, action);
    await holdSubject(transaction, input.regulationId);
    const row = await transaction.lock(RegulationEntity, input.regulationId, {
      expectedVersion: input.expectedVersion,
      current: (current) => ({ regulation: showRegulation(scope, current) }),
    });
    regulationMachine.check(action, regulationContext(scope, row));
    if (await isUnderVote(transaction, row.id)) throw refuse('REGULATION_UNDER_VOTE');
    return row;
  }

  async #done(scope: RequestScope, transaction: MutationTransaction, row: RegulationRow, reason?: string) {
    await transaction.flush();
    await transaction.work(regulationWork, row);
    transaction.audited({
      subjectId: row.id,
      after: { state: row.state, contentHash: row.contentHash },
      ...(reason === undefined ? {} : { detail: { reason } }),
    });
    transaction.wake('Regulation', row.id);
    return { regulation: showRegulation(scope, row) };
  }
}

function contentOf(input: { articles: RegulationArticleInput[]; effectiveFrom: string }) {
  const { articles } = checkInput(wording, input);
  const numbered: RegulationArticle[] = articles.map(({ heading, text: body }, index) => ({
    number: index + 1,
    headingZh: heading.zh,
    headingEn: heading.en,
    textZh: body.zh,
    textEn: body.en,
  }));
  return { articles: numbered, contentHash: regulationHash(numbered), effectiveFrom: input.effectiveFrom };
}

function assertSecretariat(scope: RequestScope, action: string): void {
  if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action });
}

function options<Input extends object>(operation: string, input: Input) {
  return { operation, action: 'CHANGE_REGULATION' as const, subjectType: 'Regulation', input };
}
