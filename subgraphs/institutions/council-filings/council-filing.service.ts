import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { CouncilFilingEntity, type CouncilFilingRow } from './council-filing.entity.js';
import { showFiling } from './council-filing.loader.js';
import { councilFilingMachine, type CouncilFilingStateName } from './council-filing.machine.js';
import type {
  AcknowledgeFilingInput,
  CouncilFiling,
  CouncilFilingFilter,
  CouncilFilingPayload,
  CouncilFilingsArguments,
} from './council-filing.types.js';
import { councilFilingWork } from './council-filing.work.js';

const acknowledgement = z.object({
  meetingId: z.string().trim().min(1, '1–100').max(100, '1–100').nullish(),
  remark: z.string().trim().min(1, '1–2000').max(2_000, '1–2000').nullish(),
});

/** Filings of admitted members with the council. */
export class CouncilFilingService {
  /** A page of filings, what is due first before the rest. */
  async list(
    scope: RequestScope,
    args: CouncilFilingsArguments,
    withTotal: boolean,
  ): Promise<Connection<CouncilFiling>> {
    const page = await scope.page(CouncilFilingEntity, args, {
      where: conditionOf(args.filter ?? {}, legalDate(scope.clock.now())),
      orderBy: [{ dueOn: 'asc nulls last' }],
      withTotal,
    });
    return connectionOf(page, (row) => showFiling(scope, row));
  }

  /** The council takes note of an admitted member. */
  acknowledge(scope: RequestScope, input: AcknowledgeFilingInput): Promise<CouncilFilingPayload> {
    return mutate(
      scope,
      {
        operation: 'acknowledgeFiling',
        action: 'FILE_WITH_COUNCIL',
        subjectType: 'CouncilFiling',
        input,
      },
      async (transaction) => {
        const shown = (row: CouncilFilingRow) => ({ filing: showFiling(scope, row) });
        const row = await transaction.lock(CouncilFilingEntity, input.filingId, {
          expectedVersion: input.expectedVersion,
          current: shown,
        });
        const state = row.state as CouncilFilingStateName;
        councilFilingMachine.check('acknowledgeFiling', {
          state,
          principal: scope.principal,
          facts: undefined,
        });
        const { meetingId = null, remark = null } = checkInput(acknowledgement, input);
        Object.assign(row, {
          state: councilFilingMachine.next('acknowledgeFiling', state),
          stateSince: scope.clock.now(),
          dueOn: null,
          meetingId,
          remark,
          acknowledgedBy: scope.principal.subject,
        });
        await transaction.work(councilFilingWork, row);
        transaction.audited({ subjectId: row.id, before: { state }, after: { state: row.state } });
        transaction.wake('CouncilFiling', row.id);
        return shown(row);
      },
    );
  }
}

function conditionOf(filter: CouncilFilingFilter, today: string): FilterQuery<CouncilFilingRow> {
  const conditions: FilterQuery<CouncilFilingRow>[] = [];
  if (filter.state != null) conditions.push({ state: filter.state });
  if (filter.overdue === true) conditions.push({ dueOn: { $lt: today } });
  if (filter.overdue === false) conditions.push({ $or: [{ dueOn: null }, { dueOn: { $gte: today } }] });
  return conditions.length === 0 ? {} : { $and: conditions };
}
