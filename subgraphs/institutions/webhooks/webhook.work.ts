import type { WorkSource } from '../../kit/room/work/work-source.js';
import { WebhookEntity, type WebhookRow } from './webhook.entity.js';
import { webhookMachine } from './webhook.machine.js';

/** Of a webhook, what the inbox of officials is told. */
export type WebhookWork = Pick<
  WebhookRow,
  'id' | 'version' | 'state' | 'stateSince' | 'institutionId' | 'url'
>;

/** A parked webhook waits for the administrator of its institution. */
export const webhookWork: WorkSource<WebhookWork> = {
  type: 'Webhook',
  entity: WebhookEntity as never,
  machine: webhookMachine,
  item: (row) => ({
    about: new URL(row.url).host,
    since: row.stateSince,
    institutionIds: [row.institutionId],
  }),
};
