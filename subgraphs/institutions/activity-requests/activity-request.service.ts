import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { reportCase, takeStep } from '../case-step.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { institutionById } from '../institutions/institution.loader.js';
import type { Institution } from '../institutions/institution.types.js';
import { assertActiveMember } from '../memberships/active-member.js';
import type { SecretariatFileService } from '../secretariat-documents/secretariat-file.service.js';
import { ActivityRequestEntity, type ActivityRequestRow } from './activity-request.entity.js';
import { activityHeld } from './activity-request.events.js';
import type {
  ActivityContentInput,
  ActivityRequestPayload,
  AmendActivityRequestInput,
  CreateActivityRequestInput,
  ReasonedActivityStepInput,
  ReportActivityInput,
  SubmitActivityRequestInput,
} from './activity-request.inputs.js';
import { activityRequestById, activityRequestKind, showActivityRequest } from './activity-request.loader.js';
import {
  ActivityRequestOrder,
  type ActivityRequest,
  type ActivityRequestsArguments,
} from './activity-request.types.js';

/** The Open University of China, which the alliance prefers as a partner (charter art. 11(7)). */
const openUniversity = '国家开放大学';

const longText = (field: string) =>
  z.string().trim().min(1, `${field}: 1-4000`).max(4_000, `${field}: 1-4000`);
const content = z.object({
  title: z.string().trim().min(1, 'title: 1-200').max(200, 'title: 1-200'),
  purpose: longText('purpose'),
  partnerIds: z.array(z.string()).max(100, 'partnerIds: 0-100'),
  otherPartners: z.array(z.string().trim().min(1).max(200)).max(100, 'otherPartners: 0-100'),
  budget: z.string().regex(/^\d{1,12}(\.\d{1,2})?$/, 'budget: >= 0, two decimal places'),
});
const reasoned = z.object({ reason: z.string().trim().min(1, 'reason: 1-500').max(500, 'reason: 1-500') });

const orders: Record<ActivityRequestOrder, QueryOrderMap<ActivityRequestRow>[]> = {
  [ActivityRequestOrder.NEWEST]: [{ createdAt: 'desc' }],
  [ActivityRequestOrder.PRIORITY]: [{ withNou: 'desc' }, { stateSince: 'asc' }],
};

/** Requests of members to act in the alliance's name (charter art. 12(1)). */
export class ActivityRequestService {
  readonly #files: SecretariatFileService;

  constructor(files: SecretariatFileService) {
    this.#files = files;
  }

  /** One request; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<ActivityRequest | null> {
    return scope.load(activityRequestById, id);
  }

  /** A page of the requests that the caller may see. */
  async list(
    scope: RequestScope,
    { filter = {}, ...args }: ActivityRequestsArguments,
    withTotal: boolean,
  ): Promise<Connection<ActivityRequest>> {
    const conditions: FilterQuery<ActivityRequestRow>[] = [];
    if (filter.institutionId != null) conditions.push({ institutionId: filter.institutionId });
    if (filter.states != null) conditions.push({ state: { $in: filter.states } });
    const where = conditions.length === 0 ? {} : { $and: conditions };
    const page = await scope.page(ActivityRequestEntity, args, {
      where,
      orderBy: orders[args.orderBy],
      withTotal,
    });
    return connectionOf(page, (row) => showActivityRequest(scope, row));
  }

  /** The member that asks. */
  institutionOf(scope: RequestScope, request: ActivityRequest): Promise<Institution | null> {
    return scope.load(institutionById, request.institutionId);
  }

  /** The partners that are on the roster. */
  partnersOf(scope: RequestScope, request: ActivityRequest): Promise<(Institution | null)[]> {
    return Promise.all(request.partnerIds.map((id) => scope.load(institutionById, id)));
  }

  /** Begins a draft for an active member. */
  create(scope: RequestScope, input: CreateActivityRequestInput): Promise<ActivityRequestPayload> {
    const operation = 'createActivityRequest';
    return mutate(
      scope,
      { operation, action: 'CHANGE_ACTIVITY_REQUEST', subjectType: 'ActivityRequest', input },
      async (transaction) => {
        if (!hasRole(scope.principal, 'INSTITUTION_ADMIN', input.institutionId)) {
          throw refuse('ACTION_FORBIDDEN', { action: operation });
        }
        await assertActiveMember(transaction, input.institutionId, ['input', 'institutionId']);
        const now = scope.clock.now();
        const row = transaction.create(ActivityRequestEntity, {
          id: newId('ActivityRequest'),
          institutionId: input.institutionId,
          ...(await this.#contentOf(scope, transaction, input.institutionId, input.content)),
          state: 'DRAFT',
          stateSince: now,
          createdBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        return reportCase(scope, transaction, activityRequestKind, row);
      },
    );
  }

  /** Replaces the content of a draft. */
  amend(scope: RequestScope, input: AmendActivityRequestInput): Promise<ActivityRequestPayload> {
    const on = { id: input.activityRequestId, input };
    return takeStep(scope, activityRequestKind, 'amendActivityRequest', on, async (row, transaction) => {
      Object.assign(row, await this.#contentOf(scope, transaction, row.institutionId, input.content));
    });
  }

  /** Puts a draft before the standing council; only before the activity begins. */
  submit(scope: RequestScope, input: SubmitActivityRequestInput): Promise<ActivityRequestPayload> {
    const on = { id: input.activityRequestId, input };
    return takeStep(scope, activityRequestKind, 'submitActivityRequest', on, (row, transaction) =>
      assertActiveMember(transaction, row.institutionId, ['input', 'activityRequestId']),
    );
  }

  /** A step that needs a reason and nothing else. */
  explain(
    scope: RequestScope,
    action: 'returnActivityRequest' | 'withdrawActivityRequest' | 'closeActivityRequest',
    input: ReasonedActivityStepInput,
  ): Promise<ActivityRequestPayload> {
    const on = { id: input.activityRequestId, input };
    return takeStep(scope, activityRequestKind, action, on, (row) => {
      row.reason = checkInput(reasoned, input).reason;
    });
  }

  /** Reports that the activity was held; the inactivity watch counts it from then on (art. 21.1). */
  report(scope: RequestScope, input: ReportActivityInput): Promise<ActivityRequestPayload> {
    const after = (row: ActivityRequestRow, transaction: MutationTransaction) =>
      transaction.emit(activityHeld(row));
    const on = { id: input.activityRequestId, input, after };
    return takeStep(scope, activityRequestKind, 'reportActivity', on, async (row) => {
      const { report } = checkInput(z.object({ report: longText('report') }), input);
      const { heldOn } = input;
      // What was done before the decision was done without approval.
      const decidedOn = legalDate(row.decidedAt ?? row.createdAt);
      const startsOn = decidedOn > row.startsOn ? decidedOn : row.startsOn;
      if (heldOn < startsOn || heldOn >= row.endsOn || heldOn > legalDate(scope.clock.now())) {
        throw refuse('ACTIVITY_DATE_OUTSIDE', { startsOn, endsOn: row.endsOn }, ['input', 'heldOn']);
      }
      const reportFiles = await this.#files.take(scope, input.uploadIds);
      Object.assign(row, { heldOn, report, reportFiles });
    });
  }

  async #contentOf(
    scope: RequestScope,
    transaction: MutationTransaction,
    institutionId: string,
    given: ActivityContentInput,
  ) {
    const { content: checked } = checkInput(z.object({ content }), { content: given });
    if (given.endsOn <= given.startsOn) {
      throw refuse('INTERVAL_EMPTY', {}, ['input', 'content', 'endsOn']);
    }
    const partnerIds = [...new Set(checked.partnerIds)].filter((id) => id !== institutionId);
    const named = await transaction.find(InstitutionEntity, { id: { $in: [institutionId, ...partnerIds] } });
    const unknown = partnerIds.find((id) => !named.some((institution) => institution.id === id));
    if (unknown !== undefined) {
      throw refuse('NOT_FOUND', { type: 'Institution', id: unknown }, ['input', 'content', 'partnerIds']);
    }
    return {
      ...checked,
      partnerIds,
      startsOn: given.startsOn,
      endsOn: given.endsOn,
      withNou:
        named.some(({ name }) => name === openUniversity) || checked.otherPartners.includes(openUniversity),
      materials: await this.#files.take(scope, given.uploadIds),
    };
  }
}
