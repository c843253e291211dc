import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { WebhookDeliveryRow, WebhookRow } from './webhook.entity.js';
import { webhookMachine } from './webhook.machine.js';
import {
  WebhookDeliveryState,
  type Webhook,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookState,
} from './webhook.types.js';

/** What the graph shows of a webhook; never its secret. */
export function showWebhook(scope: RequestScope, row: WebhookRow): Webhook {
  const { formerSecretUntil } = row;
  const overlaps = formerSecretUntil != null && formerSecretUntil > scope.clock.now();
  return {
    id: row.id,
    institutionId: row.institutionId,
    url: row.url,
    events: row.events as WebhookEvent[],
    state: row.state as WebhookState,
    since: row.stateSince,
    dueAt: webhookMachine.dueAt(row.state, row.stateSince),
    formerSecretUntil: overlaps ? formerSecretUntil : null,
    availableActions: webhookMachine
      .availableActions(webhookContext(scope, row))
      .filter(({ action }) => action !== 'parkWebhook'),
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** A webhook and who wants to act on it, as the machine looks at them. */
export function webhookContext(scope: RequestScope, row: WebhookRow) {
  return {
    state: row.state,
    principal: scope.principal,
    institutionId: row.institutionId,
    facts: undefined,
  };
}

/** What the graph shows of a message. */
export function showDelivery(row: WebhookDeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    event: row.event,
    subjectType: row.subjectType,
    subjectId: row.subjectId,
    state: row.state as WebhookDeliveryState,
    attempts: row.attempts,
    nextAttemptAt: row.state === WebhookDeliveryState.PENDING ? row.nextAttemptAt : null,
    lastStatus: row.lastStatus ?? null,
    lastError: row.lastError ?? null,
    lastResponse: row.lastResponse ?? null,
    createdAt: row.createdAt,
    deliveredAt: row.deliveredAt ?? null,
  };
}
