import type { WakeBus } from '../kit/base/wake.js';
import type { RoomWing } from '../kit/room/join-wings.js';
import type { AfterCommit, EventSubscription, RoomKit } from '../kit/room/room-module.js';
import { workAnsweredType, workChangedType } from '../kit/room/work/work-event.js';
import { inbox } from './migrations/0009-inbox.js';
import { inboxPoints } from './migrations/0012-inbox-points.js';
import { webhookSteering } from './migrations/0013-webhook-steering.js';
import { TaskBatchService } from './tasks/task-batch.service.js';
import { TaskEntity } from './tasks/task.entity.js';
import { taskPolicy } from './tasks/task.policy.js';
import { applyWork, type TaskChange } from './tasks/task-projection.js';
import { TaskResolver } from './tasks/task.resolver.js';
import { allianceSummary, TaskService } from './tasks/task.service.js';
import { WebhookDeliveryEntity, WebhookEntity } from './webhooks/webhook.entity.js';
import { webhookMachine } from './webhooks/webhook.machine.js';
import {
  agreementMessage,
  membershipMessage,
  queueMessage,
  taskMessage,
  type WebhookMessage,
} from './webhooks/webhook-messages.js';
import { webhookQueue } from './webhooks/webhook-queue.js';
import { webhookDeliveryPolicy, webhookPolicy } from './webhooks/webhook.policy.js';
import { WebhookResolver } from './webhooks/webhook.resolver.js';
import { forgetDeliveries } from './webhooks/webhook-retention.js';
import { createWebhookSender, type WebhookSender } from './webhooks/webhook-sender.js';
import { WebhookService } from './webhooks/webhook.service.js';
import { webhookWork } from './webhooks/webhook.work.js';
import { createWebhookWorker } from './webhooks/webhook-worker.js';

/** The rooms whose rows wait for officials. */
const producers = ['institutions', 'outcomes', 'learners', 'agreements'];

/** What waits for officials in all rooms, and what members' own systems are told. */
export const inboxWing: RoomWing = inboxWingThatSendsBy(createWebhookSender());

/** The same with another way to reach receivers. */
export function inboxWingThatSendsBy(send: WebhookSender): RoomWing {
  return {
    name: 'inbox',
    entities: [TaskEntity, WebhookEntity, WebhookDeliveryEntity],
    migrations: [inbox, inboxPoints, webhookSteering],
    policies: [taskPolicy, webhookPolicy, webhookDeliveryPolicy],
    machines: [webhookMachine],
    work: [webhookWork],
    emits: { [workChangedType]: ['institutions'] },
    compose(kit) {
      const { transact, cipher, clock, log, wakeBus } = kit;
      return {
        resolvers: [
          new TaskResolver(new TaskService(), new TaskBatchService(transact)),
          new WebhookResolver(new WebhookService(cipher)),
        ],
        references: {},
        subscriptions: [
          ...producers.map((producer) => workOfRoom(producer, kit)),
          toldTo(kit, 'institutions', 'MembershipChanged', membershipMessage),
          toldTo(kit, 'agreements', 'AgreementSigned', agreementMessage),
        ],
        tidy: { webhookDeliveries: (sql) => forgetDeliveries(sql, clock.now()) },
        background: [createWebhookWorker({ transact, cipher, clock, log, wakeBus, send })],
      };
    },
  };
}

/** What a room says of its rows: tasks, and messages about them in the same transaction. */
function workOfRoom(producer: string, { clock, wakeBus }: RoomKit): EventSubscription {
  return {
    producer,
    types: [workChangedType, workAnsweredType],
    async handle(event, sql) {
      const changes = await applyWork(producer, event, sql);
      const messages = changes.flatMap((change) => taskMessage(change, event) ?? []);
      for (const message of messages) await queueMessage(sql, message, clock.now());
      return () => {
        wakeReaders(wakeBus, changes);
        if (messages.length > 0) wakeBus.publish({ type: webhookQueue, id: event.id });
      };
    },
  };
}

/** An event that members' systems are told of as it is. */
function toldTo(
  { clock, wakeBus }: RoomKit,
  producer: string,
  type: string,
  messageOf: (event: Parameters<EventSubscription['handle']>[0]) => WebhookMessage,
): EventSubscription {
  return {
    producer,
    types: [type],
    async handle(event, sql): Promise<AfterCommit> {
      await queueMessage(sql, messageOf(event), clock.now());
      return () => wakeBus.publish({ type: webhookQueue, id: event.id });
    },
  };
}

/** Whoever watches a task or the figures of an inbox asks again. */
function wakeReaders(wakeBus: WakeBus, changes: readonly TaskChange[]): void {
  for (const { taskId, institutionIds } of changes) {
    wakeBus.publish({ type: 'Task', id: taskId });
    const summaries = institutionIds.length === 0 ? [allianceSummary] : institutionIds;
    for (const id of new Set(summaries)) wakeBus.publish({ type: 'TaskSummary', id });
  }
}
