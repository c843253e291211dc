import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import type { CaseKind } from '../case-step.js';
import {
  ServiceRequestEntity,
  type ServiceCommentRow,
  type ServiceRequestRow,
} from './service-request.entity.js';
import {
  serviceRequestMachine,
  type ServiceRequestAction,
  type ServiceRequestStateName,
} from './service-request.machine.js';
import type {
  ServiceCategory,
  ServiceComment,
  ServicePriority,
  ServiceRequest,
  ServiceRequestState,
} from './service-request.types.js';
import { serviceRequestWork } from './service-request.work.js';

/** What the steps of requests have in common. */
export const serviceRequestKind: CaseKind<
  ServiceRequestRow,
  ServiceRequestStateName,
  ServiceRequestAction,
  unknown,
  'serviceRequest',
  ServiceRequest
> = {
  field: 'serviceRequest',
  auditedAs: 'CHANGE_SERVICE_REQUEST',
  machine: serviceRequestMachine,
  work: serviceRequestWork,
  context: (scope, row) => ({
    state: row.state as ServiceRequestStateName,
    principal: scope.principal,
    institutionId: row.institutionId,
    facts: undefined,
  }),
  show: showServiceRequest,
};

/** What the graph shows of a request to the one who asks. */
export function showServiceRequest(scope: RequestScope, row: ServiceRequestRow): ServiceRequest {
  return {
    id: row.id,
    institutionId: row.institutionId,
    category: row.category as ServiceCategory,
    priority: row.priority as ServicePriority,
    title: row.title,
    question: row.question,
    answer: row.answer ?? null,
    answeredAt: row.answeredAt ?? null,
    satisfaction: row.satisfaction ?? null,
    commentCount: row.commentCount,
    state: row.state as ServiceRequestState,
    since: row.stateSince,
    dueAt: row.state === 'CLOSED' ? null : row.dueAt,
    availableActions: serviceRequestMachine.availableActions(serviceRequestKind.context(scope, row)),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** Requests by id; absent and hidden ones are null. */
export const serviceRequestById: LoaderDefinition<string, ServiceRequest | null> = {
  name: 'serviceRequestById',
  async batch(scope, ids) {
    const rows = await scope.find(ServiceRequestEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showServiceRequest(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** What the graph shows of a remark. */
export function showServiceComment(row: ServiceCommentRow): ServiceComment {
  return { id: row.id, bySecretariat: row.bySecretariat, text: row.text, createdAt: row.createdAt };
}
