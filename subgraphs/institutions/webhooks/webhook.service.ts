import { z } from 'zod';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { hasRole } from '../../kit/base/identity/principal.js';
import { newId } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { FieldCipher } from '../../kit/room/encryption/field-cipher.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import {
  constraintRefuses,
  mutate,
  type MutationOptions,
  type MutationTransaction,
} from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { InstitutionEntity } from '../institutions/institution.entity.js';
import { WebhookDeliveryEntity, WebhookEntity, type WebhookRow } from './webhook.entity.js';
import { webhookMachine } from './webhook.machine.js';
import { mostWebhooks } from './webhook-limits.js';
import { dropWaiting, queueTest, retryAtOnce } from './webhook-messages.js';
import { webhookQueue } from './webhook-queue.js';
import { newWebhookSecret, secretContext } from './webhook-secret.js';
import { showDelivery, showWebhook, webhookContext } from './webhook.shown.js';
import type {
  ChangeWebhookInput,
  PauseWebhookInput,
  RegisterWebhookInput,
  RegisterWebhookPayload,
  TestWebhookAnswer,
  Webhook,
  WebhookDeliveriesArguments,
  WebhookDelivery,
  WebhookPayload,
  WebhooksArguments,
} from './webhook.types.js';
import { acceptableWebhookUrl } from './webhook-url.js';
import { webhookWork } from './webhook.work.js';

constraintRefuses('webhook_url_key', () => refuse('WEBHOOK_EXISTS', {}, ['input', 'url']));
constraintRefuses('webhook_limit', () => refuse('WEBHOOK_LIMIT', { most: mostWebhooks }));

const events = z.array(z.string()).min(1, 'events: 1–');
const wanted = z.object({ events });
const changed = z.object({ events: events.nullish() });

/** How long messages are signed with the former secret too, so that a receiver can change over at leisure. */
const formerSecretMs = 24 * 60 * 60 * 1000;

type WebhookStep = Parameters<typeof webhookMachine.check>[0];

/** Webhooks of members: registered and steered by the institution's administrators. */
export class WebhookService {
  readonly #cipher: FieldCipher;

  constructor(cipher: FieldCipher) {
    this.#cipher = cipher;
  }

  /** The webhooks that the caller administers, the newest last; without those that were retired unless asked for. */
  async list(scope: RequestScope, args: WebhooksArguments, withTotal: boolean): Promise<Connection<Webhook>> {
    const where = {
      ...(args.institutionId == null ? {} : { institutionId: args.institutionId }),
      ...(args.includeRetired ? {} : { state: { $ne: 'RETIRED' as const } }),
    };
    const page = await scope.page(WebhookEntity, args, { where, orderBy: [{ createdAt: 'asc' }], withTotal });
    return connectionOf(page, (row) => showWebhook(scope, row));
  }

  /** One webhook, or null when it is absent or hidden. */
  async byId(scope: RequestScope, id: string): Promise<Webhook | null> {
    const row = await scope.findOne(WebhookEntity, { id });
    return row === null ? null : showWebhook(scope, row);
  }

  /** What was sent to a webhook, the newest first. */
  async deliveries(
    scope: RequestScope,
    args: WebhookDeliveriesArguments,
    withTotal: boolean,
  ): Promise<Connection<WebhookDelivery>> {
    const { webhookId, state } = args;
    const page = await scope.page(WebhookDeliveryEntity, args, {
      where: { webhookId, ...(state == null ? {} : { state }) },
      orderBy: [{ createdAt: 'desc' }],
      withTotal,
    });
    return connectionOf(page, showDelivery);
  }

  /** Registers an address. The secret is in this answer and in no other, nor in what a repetition is answered. */
  async register(scope: RequestScope, input: RegisterWebhookInput): Promise<RegisterWebhookPayload> {
    let secret: string | null = null;
    const payload = await mutate(scope, options('registerWebhook', input), async (transaction) => {
      if (!hasRole(scope.principal, 'INSTITUTION_ADMIN', input.institutionId)) {
        throw refuse('ACTION_FORBIDDEN', { action: 'registerWebhook' });
      }
      checkInput(wanted, input);
      const [institution] = await transaction.find(InstitutionEntity, { id: input.institutionId });
      if (institution === undefined)
        throw refuse('NOT_FOUND', { type: 'Institution', id: input.institutionId });
      const now = scope.clock.now();
      const id = newId('Webhook');
      secret = newWebhookSecret();
      const row = transaction.create(WebhookEntity, {
        id,
        institutionId: institution.id,
        url: acceptableWebhookUrl(input.url),
        events: [...new Set(input.events)],
        secret: this.#cipher.seal(secret, secretContext(id)),
        state: 'ACTIVE',
        stateSince: now,
        version: 1,
        createdBy: scope.principal.subject,
        createdAt: now,
      });
      await transaction.work(webhookWork, row);
      transaction.audited({ subjectId: id, after: { url: row.url, events: row.events } });
      return { webhook: showWebhook(scope, row) };
    });
    return { ...payload, webhook: payload.webhook ?? null, secret: payload.webhook == null ? null : secret };
  }

  /** Changes where messages go, and what is told from now on; what waits is sent to the new address. */
  change(scope: RequestScope, input: ChangeWebhookInput): Promise<WebhookPayload> {
    return this.#step(scope, 'changeWebhook', input, (row) => {
      checkInput(changed, input);
      if (input.url != null) row.url = acceptableWebhookUrl(input.url);
      if (input.events != null) row.events = [...new Set(input.events)];
    });
  }

  /** Ends a webhook for good; its address may be registered anew. */
  retire(scope: RequestScope, input: PauseWebhookInput): Promise<WebhookPayload> {
    return this.#step(scope, 'retireWebhook', input, ({ id }, sql) => dropWaiting(sql, id));
  }

  /** Makes a new secret; for a day messages are signed with the former one too. */
  async rotate(scope: RequestScope, input: PauseWebhookInput): Promise<RegisterWebhookPayload> {
    const secret = newWebhookSecret();
    const payload = await this.#step(scope, 'rotateWebhookSecret', input, (row) => {
      row.formerSecret = row.secret;
      row.formerSecretUntil = new Date(scope.clock.now().getTime() + formerSecretMs);
      row.secret = this.#cipher.seal(secret, secretContext(row.id));
    });
    const webhook = payload.webhook ?? null;
    return { ...payload, webhook, secret: payload.userErrors.length > 0 ? null : secret };
  }

  /** Sends nothing until the webhook is resumed; messages wait. */
  pause(scope: RequestScope, input: PauseWebhookInput): Promise<WebhookPayload> {
    return this.#step(scope, 'pauseWebhook', input);
  }

  /** Sends what has waited, and everything from now on. */
  resume(scope: RequestScope, input: PauseWebhookInput): Promise<WebhookPayload> {
    return this.#step(scope, 'resumeWebhook', input, ({ id }, sql) =>
      retryAtOnce(sql, id, scope.clock.now()),
    );
  }

  /** Queues a message that says nothing, to try the address and the receiver's check of the signature. */
  test(scope: RequestScope, input: PauseWebhookInput): Promise<TestWebhookAnswer> {
    return mutate(scope, options('testWebhook', input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      webhookMachine.check('testWebhook', webhookContext(scope, row));
      const id = await queueTest(transaction.sql, row.id, scope.clock.now());
      const [delivery] = await transaction.find(WebhookDeliveryEntity, { id });
      transaction.audited({ subjectId: row.id, detail: { deliveryId: id } });
      transaction.wake(webhookQueue, row.id);
      return { delivery: showDelivery(delivery!) };
    });
  }

  #step(
    scope: RequestScope,
    action: WebhookStep,
    input: PauseWebhookInput,
    change: (row: WebhookRow, sql: Sql) => Promise<void> | void = () => undefined,
  ): Promise<WebhookPayload> {
    return mutate(scope, options(action, input), async (transaction) => {
      const row = await this.#lock(scope, transaction, input);
      webhookMachine.check(action, webhookContext(scope, row));
      const before = shownInTrail(row);
      const next = webhookMachine.next(action, row.state);
      if (next !== row.state) row.stateSince = scope.clock.now();
      row.state = next;
      await change(row, transaction.sql);
      await transaction.work(webhookWork, row);
      transaction.audited({ subjectId: row.id, before, after: shownInTrail(row), detail: { action } });
      transaction.wake('Webhook', row.id);
      transaction.wake(webhookQueue, row.id);
      return { webhook: showWebhook(scope, row) };
    });
  }

  #lock(
    scope: RequestScope,
    transaction: MutationTransaction,
    input: PauseWebhookInput,
  ): Promise<WebhookRow> {
    return transaction.lock(WebhookEntity, input.webhookId, {
      expectedVersion: input.expectedVersion,
      current: (row) => ({ webhook: showWebhook(scope, row) }),
    });
  }
}

function shownInTrail({ state, url, events: told }: WebhookRow) {
  return { state, url, events: [...told] };
}

function options(operation: string, input: MutationOptions['input']): MutationOptions {
  return { operation, action: 'CHANGE_WEBHOOK', subjectType: 'Webhook', input };
}
