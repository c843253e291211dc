import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** Where a member's own system is told what happens. */
export const WebhookEntity = defineEntity({
  name: 'Webhook',
  tableName: 'webhook',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    url: p.string(),
    events: p.array(),
    /** Sealed; see `webhook-secret.ts`. */
    secret: p.string(),
    /** The one before the last rotation; it signs too until the given instant. */
    formerSecret: p.string().nullable(),
    formerSecretUntil: p.datetime().nullable(),
    state: p.enum(['ACTIVE', 'PAUSED', 'PARKED', 'RETIRED']),
    stateSince: p.datetime(),
    version: p.integer().version(),
    createdBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type WebhookRow = InferEntity<typeof WebhookEntity>;

/** One message to a webhook, and how far it has come. */
export const WebhookDeliveryEntity = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  properties: {
    /** Sent with every attempt, so that a receiver knows a repetition. */
    id: p.string().primary(),
    webhookId: p.string(),
    institutionId: p.string(),
    event: p.string(),
    subjectType: p.string(),
    subjectId: p.string(),
    state: p.enum(['PENDING', 'DELIVERED', 'DROPPED']),
    attempts: p.integer(),
    nextAttemptAt: p.datetime(),
    lastStatus: p.integer().nullable(),
    lastError: p.string().nullable(),
    /** The beginning of what the receiver answered last. */
    lastResponse: p.string().nullable(),
    createdAt: p.datetime(),
    deliveredAt: p.datetime().nullable(),
  },
});

export type WebhookDeliveryRow = InferEntity<typeof WebhookDeliveryEntity>;
