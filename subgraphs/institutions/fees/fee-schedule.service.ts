import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { reportCase, takeStep } from '../case-step.js';
import { FeeScheduleEntity } from './fee-schedule.entity.js';
import { feeScheduleKind, showFeeSchedule } from './fee-schedule.loader.js';
import type {
  FeeSchedule,
  FeeSchedulePayload,
  ProposeFeeScheduleInput,
  WithdrawFeeScheduleInput,
} from './fee-schedule.types.js';

constraintRefuses('fee_schedule_date_key', () => refuse('FEE_SCHEDULE_DATE_TAKEN'));
constraintRefuses('fee_schedule_fixed', () => refuse('ENTRY_FIXED'));

const proposal = z.object({
  title: z.string().trim().min(1, 'title: 1-200').max(200, 'title: 1-200'),
  amounts: z
    .array(
      z.object({
        memberKind: z.string(),
        amount: z.string().regex(/^\d{1,9}(\.\d{1,2})?$/, 'amount: >= 0, two decimal places'),
      }),
    )
    .min(1, 'amounts: 1-5')
    .refine((list) => new Set(list.map(({ memberKind }) => memberKind)).size === list.length, {
      error: 'amounts: each kind of member once',
    }),
});

/** What members pay: nothing, until the standing council adopts a schedule (charter art. 22). */
export class FeeScheduleService {
  /** The schedules that the caller may see, the newest first; there is about one a year. */
  async list(scope: RequestScope): Promise<FeeSchedule[]> {
    const rows = await scope.find(FeeScheduleEntity, {}, { orderBy: { createdAt: 'desc' }, limit: 100 });
    return rows.map((row) => showFeeSchedule(scope, row));
  }

  /** The schedule in force on a legal date; null while there are no fees. */
  async inForceOn(scope: RequestScope, date: string): Promise<FeeSchedule | null> {
    const [row] = await scope.find(
      FeeScheduleEntity,
      { state: 'ADOPTED', inForceFrom: { $lte: date } },
      { orderBy: { inForceFrom: 'desc' }, limit: 1 },
    );
    return row === undefined ? null : showFeeSchedule(scope, row);
  }

  /** Proposes a schedule for the standing council to decide on. */
  propose(scope: RequestScope, input: ProposeFeeScheduleInput): Promise<FeeSchedulePayload> {
    const operation = 'proposeFeeSchedule';
    return mutate(
      scope,
      { operation, action: 'CHANGE_FEES', subjectType: 'FeeSchedule', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'SECRETARIAT')) throw refuse('ACTION_FORBIDDEN', { action: operation });
        const { title, amounts } = checkInput(proposal, input);
        const now = scope.clock.now();
        if (input.effectiveFrom <= legalDate(now)) {
          throw refuse('FEE_SCHEDULE_RETROACTIVE', {}, ['input', 'effectiveFrom']);
        }
        const row = transaction.create(FeeScheduleEntity, {
          id: newId('FeeSchedule'),
          title,
          amounts,
          effectiveFrom: input.effectiveFrom,
          state: 'PROPOSED',
          stateSince: now,
          proposedBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        return reportCase(scope, transaction, feeScheduleKind, row);
      },
    );
  }

  /** Withdraws a proposal before it was decided on. */
  withdraw(scope: RequestScope, input: WithdrawFeeScheduleInput): Promise<FeeSchedulePayload> {
    return takeStep(scope, feeScheduleKind, 'withdrawFeeSchedule', { id: input.feeScheduleId, input });
  }
}
