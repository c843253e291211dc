import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

const administrator = 'INSTITUTION_ADMIN' as const;

/**
 * A member's webhook. It is parked by the house when its address has failed for most of a day; what happens meanwhile
 * is kept, and delivered when the administrator has put the address right.
 */
export const webhookMachine = defineMachine({
  name: 'Webhook',
  source: 'features.md 93',
  initial: ['ACTIVE'],
  states: {
    ACTIVE: { title: { zh: '启用', en: 'Active' }, resting: true },
    PAUSED: { title: { zh: '已暂停', en: 'Paused' }, resting: true },
    PARKED: {
      title: { zh: '多次推送失败，待处理', en: 'Parked after failed deliveries' },
      waitsFor: administrator,
      dueInDays: 7,
    },
    RETIRED: { title: { zh: '已停用', en: 'Retired' }, final: true },
  },
  actions: {
    pauseWebhook: {
      title: { zh: '暂停推送', en: 'Pause' },
      from: ['ACTIVE'],
      to: 'PAUSED',
      by: [administrator],
    },
    resumeWebhook: {
      title: { zh: '恢复推送', en: 'Resume' },
      from: ['PAUSED', 'PARKED'],
      to: 'ACTIVE',
      by: [administrator],
    },
    changeWebhook: {
      title: { zh: '修改地址或事项', en: 'Change the address or the events' },
      from: ['ACTIVE', 'PAUSED', 'PARKED'],
      by: [administrator],
    },
    retireWebhook: {
      title: { zh: '停用', en: 'Retire' },
      from: ['ACTIVE', 'PAUSED', 'PARKED'],
      to: 'RETIRED',
      by: [administrator],
    },
    rotateWebhookSecret: {
      title: { zh: '更换密钥', en: 'Rotate the secret' },
      from: ['ACTIVE', 'PAUSED', 'PARKED'],
      by: [administrator],
    },
    testWebhook: { title: { zh: '测试推送', en: 'Send a test' }, from: ['ACTIVE'], by: [administrator] },
    parkWebhook: {
      title: { zh: '停止推送', en: 'Give up for now' },
      from: ['ACTIVE'],
      to: 'PARKED',
      by: ['SERVICE'],
    },
  },
});

/** The states of a webhook. */
export type WebhookStateName = StateOf<typeof webhookMachine>;
