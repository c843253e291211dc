import type { FilterQuery } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { constraintRefuses, mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { holdSubject, isUnderVote } from '../motions/motion-subject.js';
import { SubAllianceEntity, SubAllianceReportEntity, type SubAllianceRow } from './sub-alliance.entity.js';
import type {
  ApplyForSubAllianceInput,
  ProposeSubAllianceEndInput,
  ResumeSubAllianceInput,
  SubAlliancePayload,
  WithdrawSubAllianceInput,
} from './sub-alliance.inputs.js';
import { administers, showSubAlliance, subAllianceById, subAllianceContext } from './sub-alliance.loader.js';
import { subAllianceMachine, type SubAllianceStateName } from './sub-alliance.machine.js';
import type { SubAlliance, SubAlliancesArguments } from './sub-alliance.types.js';
import { subAllianceWork } from './sub-alliance.work.js';

constraintRefuses('sub_alliance_name_key', () => refuse('SUB_ALLIANCE_NAME_TAKEN', {}, ['input', 'name']));

const name = z.string().trim().min(1).max(100);
const application = z.object({
  name: z.object({ zh: name, en: name }),
  field: name,
  purpose: z.string().trim().min(1).max(5000),
});
const reasoned = z.object({ reason: z.string().trim().min(1).max(500) });

type Action = 'withdrawSubAlliance' | 'proposeSubAllianceEnd' | 'resumeSubAlliance';

/** Sub-alliances: how they come about and end. Both are decided by motions. */
export class SubAllianceService {
  /** One sub-alliance; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<SubAlliance | null> {
    return scope.load(subAllianceById, id);
  }

  /** The sub-alliances that the one who asks may see, by name. */
  async list(
    scope: RequestScope,
    args: SubAlliancesArguments,
    withTotal: boolean,
  ): Promise<Connection<SubAlliance>> {
    const { state, kind, withoutReportOf } = args.filter ?? {};
    const conditions: FilterQuery<SubAllianceRow>[] = [];
    if (state != null) conditions.push({ state });
    if (kind != null) conditions.push({ kind });
    if (withoutReportOf != null) {
      const reports = await scope.find(SubAllianceReportEntity, { year: withoutReportOf });
      const foundedBefore = new Date(`${withoutReportOf + 1}-01-01T00:00:00+08:00`);
      conditions.push({
        state: { $in: ['FOUNDED', 'DISSOLUTION_PROPOSED'] },
        foundedAt: { $lt: foundedBefore },
        id: { $nin: reports.map(({ subAllianceId }) => subAllianceId) },
      });
    }
    const page = await scope.page(SubAllianceEntity, args, {
      where: conditions.length === 0 ? {} : { $and: conditions },
      orderBy: [{ nameZh: 'asc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showSubAlliance(scope, row));
  }

  /** Applies for a sub-alliance that a member in standing will lead. */
  apply(scope: RequestScope, input: ApplyForSubAllianceInput): Promise<SubAlliancePayload> {
    return mutate(scope, options('applyForSubAlliance', input), async (transaction) => {
      if (!administers(scope, input.institutionId)) {
        throw refuse('ACTION_FORBIDDEN', { action: 'applyForSubAlliance' });
      }
      checkInput(application, input);
      const [member] = await transaction.find(MembershipEntity, {
        institutionId: input.institutionId,
        state: 'ACTIVE',
      });
      if (member === undefined) throw refuse('SUB_ALLIANCE_NOT_IN_STANDING', {}, ['input', 'institutionId']);
      const now = scope.clock.now();
      const row = transaction.create(SubAllianceEntity, {
        id: newId('SubAlliance'),
        nameZh: input.name.zh,
        nameEn: input.name.en,
        kind: input.kind,
        field: input.field,
        purpose: input.purpose,
        leadInstitutionId: input.institutionId,
        state: 'APPLIED',
        stateSince: now,
        appliedBy: scope.principal.subject,
        version: 1,
        createdAt: now,
      });
      return this.#done(scope, transaction, row);
    });
  }

  /** Takes an application back, unless it is being voted on. */
  withdraw(scope: RequestScope, input: WithdrawSubAllianceInput): Promise<SubAlliancePayload> {
    return this.#step(scope, input, 'withdrawSubAlliance');
  }

  /** Proposes to dissolve a sub-alliance, or to merge it into another that is founded. */
  proposeEnd(scope: RequestScope, input: ProposeSubAllianceEndInput): Promise<SubAlliancePayload> {
    return this.#step(scope, input, 'proposeSubAllianceEnd', async (transaction, row) => {
      row.successorId = input.successorId ?? null;
      if (input.successorId == null) return;
      const [successor] = await transaction.find(SubAllianceEntity, {
        id: input.successorId,
        state: 'FOUNDED',
      });
      if (successor === undefined || successor.id === row.id) {
        throw refuse('SUB_ALLIANCE_SUCCESSOR_MISFIT', {}, ['input', 'successorId']);
      }
    });
  }

  /** Drops the proposal to end a sub-alliance, unless it is being voted on. */
  resume(scope: RequestScope, input: ResumeSubAllianceInput): Promise<SubAlliancePayload> {
    return this.#step(scope, input, 'resumeSubAlliance', (_transaction, row) => {
      row.successorId = null;
    });
  }

  #step(
    scope: RequestScope,
    input: { subAllianceId: string; expectedVersion: number; reason: string; idempotencyKey?: string },
    action: Action,
    change: (transaction: MutationTransaction, row: SubAllianceRow) => void | Promise<void> = () => undefined,
  ): Promise<SubAlliancePayload> {
    return mutate(scope, options(action, input), async (transaction) => {
      await holdSubject(transaction, input.subAllianceId);
      const row = await transaction.lock(SubAllianceEntity, input.subAllianceId, {
        expectedVersion: input.expectedVersion,
        current: (current) => ({ subAlliance: showSubAlliance(scope, current) }),
      });
      subAllianceMachine.check(action, subAllianceContext(scope, row));
      if (await isUnderVote(transaction, row.id)) throw refuse('SUB_ALLIANCE_UNDER_VOTE');
      row.reason = checkInput(reasoned, input).reason;
      await change(transaction, row);
      row.state = subAllianceMachine.next(action, row.state as SubAllianceStateName);
      row.stateSince = scope.clock.now();
      return this.#done(scope, transaction, row);
    });
  }

  async #done(scope: RequestScope, transaction: MutationTransaction, row: SubAllianceRow) {
    await transaction.flush();
    await transaction.work(subAllianceWork, row);
    transaction.audited({
      subjectId: row.id,
      after: { state: row.state },
      ...(row.reason == null ? {} : { detail: { reason: row.reason } }),
    });
    transaction.wake('SubAlliance', row.id);
    return { subAlliance: showSubAlliance(scope, row) };
  }
}

function options<Input extends object>(operation: string, input: Input) {
  return { operation, action: 'CHANGE_SUB_ALLIANCE' as const, subjectType: 'SubAlliance', input };
}
