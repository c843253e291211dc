import type { FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate, type MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { reportCase, takeStep } from '../case-step.js';
import { holdersAmong } from '../grants/grant-holders.js';
import { institutionById } from '../institutions/institution.loader.js';
import type { Institution } from '../institutions/institution.types.js';
import { assertActiveMember } from '../memberships/active-member.js';
import { answerDueAt, closeDueAt } from './service-level.js';
import {
  ServiceCommentEntity,
  ServiceRequestEntity,
  type ServiceRequestRow,
} from './service-request.entity.js';
import type {
  AnswerServiceRequestInput,
  AssignServiceRequestInput,
  CloseServiceRequestInput,
  CommentServiceRequestInput,
  ReopenServiceRequestInput,
  RequestServiceInput,
  ServiceRequestPayload,
} from './service-request.inputs.js';
import {
  serviceRequestById,
  serviceRequestKind,
  showServiceComment,
  showServiceRequest,
} from './service-request.loader.js';
import {
  ServiceRequestOrder,
  type ServiceCategory,
  type ServiceComment,
  type ServicePriority,
  type ServiceRequest,
  type ServiceRequestFigures,
  type ServiceRequestsArguments,
} from './service-request.types.js';

const text = (field: string, most: number) =>
  z.string().trim().min(1, `${field}: 1-${most}`).max(most, `${field}: 1-${most}`);
const question = z.object({ title: text('title', 200), question: text('question', 4_000) });
const grade = z.object({ satisfaction: z.number().int().min(1, '1-5').max(5, '1-5').nullish() });

const orders: Record<ServiceRequestOrder, QueryOrderMap<ServiceRequestRow>> = {
  [ServiceRequestOrder.NEWEST]: { createdAt: 'desc' },
  [ServiceRequestOrder.DUE_FIRST]: { dueAt: 'asc' },
};

/** Technical guidance and services for members (charter art. 11(3), 11(4)). */
export class ServiceRequestService {
  /** One request; null when absent or hidden. */
  byId(scope: RequestScope, id: string): Promise<ServiceRequest | null> {
    return scope.load(serviceRequestById, id);
  }

  /** A page of the requests that the caller may see. */
  async list(
    scope: RequestScope,
    { filter = {}, ...args }: ServiceRequestsArguments,
    withTotal: boolean,
  ): Promise<Connection<ServiceRequest>> {
    const conditions: FilterQuery<ServiceRequestRow>[] = [];
    if (filter.institutionId != null) conditions.push({ institutionId: filter.institutionId });
    if (filter.category != null) conditions.push({ category: filter.category });
    if (filter.states != null) conditions.push({ state: { $in: filter.states } });
    const page = await scope.page(ServiceRequestEntity, args, {
      where: conditions.length === 0 ? {} : { $and: conditions },
      orderBy: [orders[args.orderBy]],
      withTotal,
    });
    return connectionOf(page, (row) => showServiceRequest(scope, row));
  }

  /** The member that asks. */
  institutionOf(scope: RequestScope, request: ServiceRequest): Promise<Institution | null> {
    return scope.load(institutionById, request.institutionId);
  }

  /** A page of the thread, the newest remark first. */
  async commentsOf(
    scope: RequestScope,
    { id: requestId }: ServiceRequest,
    args: PageArguments,
    withTotal: boolean,
  ): Promise<Connection<ServiceComment>> {
    const page = await scope.page(ServiceCommentEntity, args, {
      where: { requestId },
      orderBy: [{ createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showServiceComment);
  }

  /** The figures in one statement; the rows' wall keeps it to what the caller may see. */
  async figures(scope: RequestScope): Promise<ServiceRequestFigures> {
    const { sql } = await scope.unit();
    const waiting = `state in ('OPEN', 'ASSIGNED', 'REOPENED')`;
    const [row] = await sql.execute<ServiceRequestFigures>(
      `select count(*) filter (where ${waiting})::integer as open,
         count(*) filter (where ${waiting} and due_at <= ?::timestamptz)::integer as overdue,
         count(answered_at)::integer as answered,
         round(percentile_disc(0.5) within group (order by extract(epoch from answered_at - created_at) / 86400)
           filter (where answered_at is not null), 1)::text as "medianDays"
       from service_request`,
      [scope.clock.now().toISOString()],
    );
    return row ?? { open: 0, overdue: 0, answered: 0, medianDays: null };
  }

  /** Asks a question for an active member. */
  ask(scope: RequestScope, input: RequestServiceInput): Promise<ServiceRequestPayload> {
    const operation = 'requestService';
    return mutate(
      scope,
      { operation, action: 'CHANGE_SERVICE_REQUEST', subjectType: 'ServiceRequest', input },
      async (transaction) => {
        const { institutionId, category, priority } = input;
        if (!hasRole(scope.principal, ['INSTITUTION_ADMIN', 'REGISTRAR'], institutionId)) {
          throw refuse('ACTION_FORBIDDEN', { action: operation });
        }
        await assertActiveMember(transaction, institutionId, ['input', 'institutionId']);
        const now = scope.clock.now();
        const row = transaction.create(ServiceRequestEntity, {
          id: newId('ServiceRequest'),
          institutionId,
          category,
          priority,
          ...checkInput(question, input),
          commentCount: 0,
          state: 'OPEN',
          stateSince: now,
          dueAt: answerDueAt(category, priority, now),
          askedBy: scope.principal.subject,
          version: 1,
          createdAt: now,
        });
        return reportCase(scope, transaction, serviceRequestKind, row);
      },
    );
  }

  /** Gives a request to a person of the secretariat; the due date stays. */
  assign(scope: RequestScope, input: AssignServiceRequestInput): Promise<ServiceRequestPayload> {
    const on = { id: input.serviceRequestId, input };
    return takeStep(scope, serviceRequestKind, 'assignServiceRequest', on, async (row, transaction) => {
      const holders = await holdersAmong(transaction, [input.subject], ['SECRETARIAT'], scope.clock);
      if (!holders.has(input.subject)) {
        throw refuse('SERVICE_PERSON_UNKNOWN', { subject: input.subject }, ['input', 'subject']);
      }
      row.assignedTo = input.subject;
    });
  }

  /** Answers; the member has the last word. */
  answer(scope: RequestScope, input: AnswerServiceRequestInput): Promise<ServiceRequestPayload> {
    const on = { id: input.serviceRequestId, input };
    return takeStep(scope, serviceRequestKind, 'answerServiceRequest', on, (row) => {
      const now = scope.clock.now();
      row.answer = checkInput(z.object({ answer: text('answer', 4_000) }), input).answer;
      row.answeredAt = now;
      row.dueAt = closeDueAt(now);
    });
  }

  /** Closes what was answered. */
  close(scope: RequestScope, input: CloseServiceRequestInput): Promise<ServiceRequestPayload> {
    const on = { id: input.serviceRequestId, input };
    return takeStep(scope, serviceRequestKind, 'closeServiceRequest', on, (row) => {
      row.satisfaction = checkInput(grade, input).satisfaction ?? null;
    });
  }

  /** Asks again; the days begin anew. */
  reopen(scope: RequestScope, input: ReopenServiceRequestInput): Promise<ServiceRequestPayload> {
    const on = { id: input.serviceRequestId, input };
    return takeStep(scope, serviceRequestKind, 'reopenServiceRequest', on, (row, transaction) => {
      const { reason } = checkInput(z.object({ reason: text('reason', 4_000) }), input);
      row.dueAt = answerDueAt(
        row.category as ServiceCategory,
        row.priority as ServicePriority,
        scope.clock.now(),
      );
      this.#remark(scope, transaction, row, reason);
    });
  }

  /** Adds a remark to the thread. */
  comment(scope: RequestScope, input: CommentServiceRequestInput): Promise<ServiceRequestPayload> {
    const on = { id: input.serviceRequestId, input };
    return takeStep(scope, serviceRequestKind, 'commentServiceRequest', on, (row, transaction) =>
      this.#remark(scope, transaction, row, checkInput(z.object({ text: text('text', 4_000) }), input).text),
    );
  }

  #remark(
    scope: RequestScope,
    transaction: MutationTransaction,
    row: ServiceRequestRow,
    remark: string,
  ): void {
    transaction.create(ServiceCommentEntity, {
      id: newId('ServiceComment'),
      requestId: row.id,
      // Who is both speaks for the member that asked.
      bySecretariat: !hasRole(scope.principal, ['INSTITUTION_ADMIN', 'REGISTRAR'], row.institutionId),
      author: scope.principal.subject,
      text: remark,
      createdAt: scope.clock.now(),
    });
    row.commentCount += 1;
  }
}
