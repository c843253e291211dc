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
import { GrantEntity } from '../grants/grant.entity.js';
import { createGrant } from '../grants/new-grant.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { assertActiveMember } from '../memberships/active-member.js';
import { ExpertConflictEntity, ExpertEntity, type ExpertRow } from './expert.entity.js';
import { expertById, showExpert } from './expert.loader.js';
import { expertMachine, type ExpertStateName } from './expert.machine.js';
import type {
  ConfirmExpertInput,
  DeclareConflictInput,
  Expert,
  ExpertFilter,
  ExpertPayload,
  ExpertsArguments,
  NominateExpertInput,
  RetireExpertInput,
} from './expert.types.js';
import { expertWork } from './expert.work.js';

constraintRefuses('expert_subject_key', () => refuse('EXPERT_EXISTS', {}, ['input', 'subject']));
constraintRefuses('expert_conflict_key', () => refuse('CONFLICT_DECLARED', {}, ['input', 'from']));

const words = z.string().trim().min(1, '1–1000').max(1_000, '1–1000');
const nomination = z.object({
  subject: z.string().min(1, '1–200').max(200, '1–200'),
  name: z.string().trim().min(1, '1–100').max(100, '1–100'),
  fields: z
    .array(z.string().regex(/^(0[0-9]|10)$/, 'ISCED-F 2013: 00–10'))
    .min(1, '1–11')
    .max(11, '1–11'),
  expertise: words,
});
const reasoned = z.object({ reason: words });

/** The pool of experts (charter art. 16). */
export class ExpertService {
  /** One expert, or null. */
  byId(scope: RequestScope, id: string): Promise<Expert | null> {
    return scope.load(expertById, id);
  }

  /** A page of the pool, by name. */
  async list(scope: RequestScope, args: ExpertsArguments, withTotal: boolean): Promise<Connection<Expert>> {
    const page = await scope.page(ExpertEntity, args, {
      where: conditionOf(args.filter ?? {}),
      orderBy: [{ name: 'asc' }],
      withTotal,
    });
    return connectionOf(page, (row) => showExpert(scope, row));
  }

  /** Nominates a person; only members in good standing do, by their administrators. */
  nominate(scope: RequestScope, input: NominateExpertInput): Promise<ExpertPayload> {
    return mutate(
      scope,
      { operation: 'nominateExpert', action: 'CHANGE_EXPERT', subjectType: 'Expert', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'INSTITUTION_ADMIN', input.nominatedBy)) {
          throw refuse('ACTION_FORBIDDEN', { action: 'nominateExpert' });
        }
        const { subject, name, fields, expertise } = checkInput(nomination, input);
        await assertActiveMember(transaction, input.nominatedBy, ['input', 'nominatedBy']);
        const [employer] = await transaction.find(InstitutionEntity, { id: input.institutionId });
        if (employer === undefined) {
          throw refuse('NOT_FOUND', { type: 'Institution', id: input.institutionId }, [
            'input',
            'institutionId',
          ]);
        }
        const now = scope.clock.now();
        const row = transaction.create(ExpertEntity, {
          id: newId('Expert'),
          subject,
          name,
          institutionId: employer.id,
          nominatedBy: input.nominatedBy,
          fields: [...new Set(fields)].sort(),
          expertise,
          state: 'NOMINATED',
          stateSince: now,
          version: 1,
          createdAt: now,
        });
        await transaction.work(expertWork, row);
        transaction.audited({ subjectId: row.id, after: { state: row.state } });
        return { expert: showExpert(scope, row) };
      },
    );
  }

  /** Takes a nominated person into the pool; they act as an expert from now on. */
  confirm(scope: RequestScope, input: ConfirmExpertInput): Promise<ExpertPayload> {
    return this.#step(scope, 'confirmExpert', input, async (transaction, row) => {
      const { subject } = row;
      const grant = createGrant(transaction, scope, { subject, role: 'EXPERT', institutionId: null });
      await transaction.flush();
      Object.assign(row, { activeFrom: scope.clock.now(), grantId: grant.id });
    });
  }

  /** Ends a person's time in the pool, or turns a nomination down. Reviews under way are released one by one. */
  retire(scope: RequestScope, input: RetireExpertInput): Promise<ExpertPayload> {
    return this.#step(scope, 'retireExpert', input, async (transaction, row) => {
      const { reason: note } = checkInput(reasoned, input);
      const now = scope.clock.now();
      Object.assign(row, { note, activeTo: row.activeFrom == null ? null : now });
      if (row.grantId == null) return;
      const grant = await transaction.lock(GrantEntity, row.grantId);
      if (grant.validTo == null || grant.validTo > now) {
        Object.assign(grant, { validTo: now, revokedBy: scope.principal.subject });
      }
      transaction.wake('GrantEpoch', row.subject);
    });
  }

  /** Declares a bond to an institution: the expert themselves, or the secretariat. */
  declareConflict(scope: RequestScope, input: DeclareConflictInput): Promise<ExpertPayload> {
    return mutate(
      scope,
      { operation: 'declareConflict', action: 'CHANGE_EXPERT', subjectType: 'Expert', input },
      async (transaction) => {
        const [row] = await transaction.find(ExpertEntity, { id: input.expertId });
        if (row === undefined) throw refuse('NOT_FOUND', { type: 'Expert', id: input.expertId });
        const { subject } = scope.principal;
        if (subject !== row.subject && !hasRole(scope.principal, 'SECRETARIAT')) {
          throw refuse('ACTION_FORBIDDEN', { action: 'declareConflict' });
        }
        const { reason } = checkInput(reasoned, input);
        const now = scope.clock.now();
        const validFrom = input.from ?? legalDate(now);
        const validTo = input.to ?? null;
        if (validTo !== null && validTo <= validFrom) throw refuse('INTERVAL_EMPTY', {}, ['input', 'to']);
        transaction.create(ExpertConflictEntity, {
          expertId: row.id,
          institutionId: input.institutionId,
          validFrom,
          validTo,
          subject: row.subject,
          reason,
          declaredBy: subject,
          declaredAt: now,
        });
        await transaction.flush();
        transaction.audited({ subjectId: row.id, detail: { institutionId: input.institutionId } });
        return { expert: showExpert(scope, row) };
      },
    );
  }

  #step(
    scope: RequestScope,
    action: 'confirmExpert' | 'retireExpert',
    input: { readonly expertId: string; readonly expectedVersion: number },
    change: (transaction: MutationTransaction, row: ExpertRow) => Promise<void>,
  ): Promise<ExpertPayload> {
    return mutate(
      scope,
      { operation: action, action: 'CHANGE_EXPERT', subjectType: 'Expert', input },
      async (transaction) => {
        const shown = (row: ExpertRow) => ({ expert: showExpert(scope, row) });
        const row = await transaction.lock(ExpertEntity, input.expertId, {
          expectedVersion: input.expectedVersion,
          current: shown,
        });
        const state = row.state as ExpertStateName;
        expertMachine.check(action, { state, principal: scope.principal, facts: undefined });
        await change(transaction, row);
        Object.assign(row, { state: expertMachine.next(action, state), stateSince: scope.clock.now() });
        await transaction.work(expertWork, row);
        transaction.audited({ subjectId: row.id, before: { state }, after: { state: row.state } });
        return shown(row);
      },
    );
  }
}

function conditionOf({ state, field, nominatedBy }: ExpertFilter): FilterQuery<ExpertRow> {
  const conditions: FilterQuery<ExpertRow>[] = [];
  if (state != null) conditions.push({ state });
  if (field != null) conditions.push({ fields: { $contains: [field] } });
  if (nominatedBy != null) conditions.push({ nominatedBy });
  return conditions.length === 0 ? {} : { $and: conditions };
}
