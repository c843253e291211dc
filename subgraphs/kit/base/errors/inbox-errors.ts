import type { CatalogueEntry } from './catalogue-entry.js';

/** Codes of the officials' inbox and of webhooks. */
export const inboxErrors = {
  TASK_CLOSED: {
    kind: 'refusal',
    status: 409,
    retryable: false,
    zh: '该事项已办结，无需再处理。',
    en: 'This task is closed; nothing is left to do.',
  },
  TASK_STEP_NOT_OFFERED: {
    kind: 'refusal',
    status: 409,
    retryable: false,
    zh: '该事项不能批量执行 {action}，请打开事项单独办理。',
    en: 'The step {action} cannot be taken on this task in a batch; open what it is about and take it there.',
  },
  TASK_REASON_MISSING: {
    kind: 'refusal',
    status: 400,
    retryable: false,
    zh: '执行 {action} 须说明理由（1–500 字）。',
    en: 'The step {action} needs a reason of 1 to 500 characters.',
  },
  WEBHOOK_URL_INVALID: {
    kind: 'refusal',
    status: 400,
    retryable: false,
    zh: '推送地址不正确（{detail}）：须为可从公网访问的 https 地址，不含用户名、密码和片段。',
    en: 'The address does not fit ({detail}): give a public https address without user name, password and fragment.',
  },
  WEBHOOK_EXISTS: {
    kind: 'refusal',
    status: 409,
    retryable: false,
    zh: '本单位已登记该推送地址，请修改原有登记。',
    en: 'Your institution has registered this address already; use that webhook.',
  },
  WEBHOOK_LIMIT: {
    kind: 'refusal',
    status: 409,
    retryable: false,
    zh: '每个单位最多登记 {most} 个推送地址，请先停用不再使用的。',
    en: 'An institution has at most {most} webhooks; retire one that you use no more.',
  },
} as const satisfies Record<string, CatalogueEntry>;
