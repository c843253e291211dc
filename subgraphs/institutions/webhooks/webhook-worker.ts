import type { Clock } from '../../kit/base/clock.js';
import type { Logger } from '../../kit/base/log.js';
import type { WakeBus } from '../../kit/base/wake.js';
import type { Sql, Transact } from '../../kit/room/database/sql.js';
import type { FieldCipher } from '../../kit/room/encryption/field-cipher.js';
import { createWorkLoop } from '../../kit/room/jobs/work-loop.js';
import { eventsEmitted } from '../../kit/room/outbox/consumer.js';
import { emit } from '../../kit/room/outbox/emit.js';
import type { BackgroundWork } from '../../kit/room/room-module.js';
import { workChanged } from '../../kit/room/work/work-event.js';
import { webhookMachine } from './webhook.machine.js';
import { claimDue, noteDelivered, noteFailed, webhookQueue, type ClaimedDelivery } from './webhook-queue.js';
import { secretContext, signedHeaders } from './webhook-secret.js';
import type { WebhookAnswer, WebhookSender } from './webhook-sender.js';
import { webhookWork, type WebhookWork } from './webhook.work.js';

/** The pauses after the first, second, … failed attempt; with the last one the webhook is parked. About 18 hours. */
export const retryPausesMs: readonly number[] = [5, 60, 300, 1_800, 7_200, 18_000, 36_000].map(
  (seconds) => seconds * 1000,
);

/** What the worker is made of. */
export interface WebhookWorkerOptions {
  readonly transact: Transact;
  readonly cipher: FieldCipher;
  readonly clock: Clock;
  readonly log: Logger;
  readonly wakeBus: WakeBus;
  readonly send: WebhookSender;
  /** 2 seconds by default; a signal comes earlier. */
  readonly pollMs?: number;
  /** Longer than an attempt may take; 60 seconds by default. */
  readonly leaseMs?: number;
  /** In [0, 1); spreads the attempts of messages that failed together. */
  readonly random?: () => number;
}

/** Sends the messages of webhooks: each at least once, those about one subject in their order. */
export interface WebhookWorker extends BackgroundWork {
  /** Sends everything that is due now. */
  drain(): Promise<void>;
}

/** Builds the worker; any number of processes may run one. */
export function createWebhookWorker(options: WebhookWorkerOptions): WebhookWorker {
  const { transact, cipher, clock, log, wakeBus } = options;
  const leaseMs = options.leaseMs ?? 60_000;
  const random = options.random ?? Math.random;
  let unsubscribe: (() => void) | undefined;

  async function attempt(delivery: ClaimedDelivery): Promise<void> {
    const { id, url, body, webhookId } = delivery;
    const context = secretContext(webhookId);
    const secrets = [delivery.secret, ...(delivery.formerSecret === null ? [] : [delivery.formerSecret])];
    const headers = signedHeaders(
      { id, body, at: clock.now() },
      secrets.map((sealed) => cipher.open(sealed, context)),
    );
    const answer = await options.send({ url, headers, body });
    if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
      await transact((sql) => noteDelivered(sql, delivery, answer, clock.now()));
      return;
    }
    await failed(delivery, answer);
  }

  async function failed(delivery: ClaimedDelivery, answer: WebhookAnswer): Promise<void> {
    const pause = retryPausesMs[delivery.attempt - 1];
    // 410 is the receiver's word that nothing will ever be taken there.
    const givesUp = pause === undefined || answer.status === 410;
    const spread = (pause ?? 0) * 0.2 * (random() * 2 - 1);
    const next = new Date(clock.now().getTime() + (pause ?? 0) + spread);
    const parked = await transact(async (sql) => {
      // The webhook before its messages, as whoever steers it locks them.
      const isParked = givesUp && (await park(sql, delivery.webhookId, clock.now()));
      await noteFailed(sql, delivery, answer, next);
      return isParked;
    });
    const why = answer.status ?? answer.failure;
    log.warn(
      { delivery: delivery.id, attempt: delivery.attempt, why, parked },
      'a webhook was not delivered',
    );
    if (parked) {
      wakeBus.publish({ type: 'Webhook', id: delivery.webhookId });
      wakeBus.publish(eventsEmitted('institutions'));
    }
  }

  async function drain(): Promise<void> {
    for (;;) {
      const claimed = await transact((sql) => claimDue(sql, clock.now(), leaseMs));
      if (claimed.length === 0) return;
      await Promise.all(claimed.map(attempt));
    }
  }

  const loop = createWorkLoop({
    clock,
    everyMs: options.pollMs ?? 2_000,
    work: drain,
    failed: (error) => log.warn({ err: error }, 'webhooks could not be sent'),
  });

  return {
    drain,
    start() {
      unsubscribe ??= wakeBus.subscribe(({ type }) => type === webhookQueue && loop.poke());
      loop.start();
    },
    async stop() {
      unsubscribe?.();
      unsubscribe = undefined;
      await loop.stop();
    },
  };
}

/** Stops a webhook that is active, and tells its administrator by a task. @returns whether it was active */
async function park(sql: Sql, webhookId: string, now: Date): Promise<boolean> {
  const state = webhookMachine.next('parkWebhook', 'ACTIVE');
  const [row] = await sql.execute<{ institution_id: string; url: string; version: number }>(
    `update webhook set state = ?, state_since = ?::timestamptz, version = version + 1
     where id = ? and state = 'ACTIVE' returning institution_id, url, version`,
    [state, now.toISOString(), webhookId],
  );
  if (row === undefined) return false;
  const parked: WebhookWork = {
    id: webhookId,
    version: row.version,
    state,
    stateSince: now,
    institutionId: row.institution_id,
    url: row.url,
  };
  await emit(sql, await workChanged(webhookWork, parked, sql), ['institutions']);
  return true;
}
