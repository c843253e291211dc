import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { retryPausesMs } from '../../subgraphs/institutions/webhooks/webhook-worker.js';
import { admin, done } from './inbox-room.js';
import { startWebhooks, type WebhooksRoom } from './webhooks-room.js';

let room: WebhooksRoom;
beforeAll(async () => {
  room = await startWebhooks();
});
afterAll(async () => room[Symbol.asyncDispose]());
beforeEach(async () => {
  room.receiver.answer = () => ({ status: 204, response: '' });
  // Each test has its own webhook; those of the others must not be told.
  await room.sql.query(`update webhook set state = 'PAUSED'`);
});

const deliveries = async (webhookId: string) =>
  (
    await room.sql.query(
      `select id, state, attempts, last_status, last_error, last_response, next_attempt_at from webhook_delivery
       where webhook_id = $1 order by seq`,
      [webhookId],
    )
  ).rows;
const types = (url: string) =>
  room.gotBy(url).map(({ body }) => {
    const { type, data } = JSON.parse(body) as { type: string; data: { subjectId: string } };
    return `${type} ${data.subjectId}`;
  });
const fails = (status: number) => () => ({ status, response: 'no' });
/** Longer than the longest pause with its spread. */
const longerThan = (milliseconds: number) => milliseconds * 1.2 + 2_000;

describe('a message that fails', () => {
  test('is sent again with the same id and body, after longer and longer pauses', async () => {
    const { webhook } = await room.register();
    room.receiver.answer = fails(500);
    await room.tell({ id: 'f_1', type: 'Failing' });
    await room.sent();
    const pauses: number[] = [];
    for (const pause of retryPausesMs.slice(0, 3)) {
      const [{ next_attempt_at }] = await deliveries(webhook.id);
      pauses.push(next_attempt_at.getTime() - room.clock.now().getTime());
      room.clock.advance(longerThan(pause));
      await room.sent();
    }
    for (const [place, pause] of pauses.entries()) {
      expect(Math.abs(pause - retryPausesMs[place]!)).toBeLessThanOrEqual(retryPausesMs[place]! * 0.2);
    }
    const got = room.gotBy(webhook.url);
    expect(got).toHaveLength(4);
    expect(new Set(got.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    expect(new Set(got.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(4);
    expect(await deliveries(webhook.id)).toMatchObject([
      { state: 'PENDING', attempts: 4, last_status: 500, last_response: 'no' },
    ]);
  });

  test.each([
    ['a redirect', { status: 302, response: '' }, 302, null],
    ['no answer in time', { status: null, failure: 'TIMEOUT' }, null, 'TIMEOUT'],
    ['an address that is inside', { status: null, failure: 'ADDRESS_REFUSED' }, null, 'ADDRESS_REFUSED'],
  ] as const)('by %s is not delivered, and the log says so', async (name, answer, status, error) => {
    const { webhook } = await room.register();
    room.receiver.answer = () => answer;
    await room.tell({ id: name, type: 'Kinds' });
    await room.sent();
    expect(await deliveries(webhook.id)).toMatchObject([
      { state: 'PENDING', attempts: 1, last_status: status, last_error: error },
    ]);
  });

  test('holds back the later messages about its subject, and no others', async () => {
    const { webhook } = await room.register();
    room.receiver.answer = ({ body }) =>
      body.includes('o_1') ? { status: 503, response: '' } : { status: 204, response: '' };
    await room.tell(
      { id: 'o_1', type: 'Order' },
      { ...done('o_1', 2), type: 'Order' },
      { id: 'o_2', type: 'Order' },
    );
    await room.sent();
    expect(types(webhook.url)).toEqual(['TASK_OPENED o_1', 'TASK_OPENED o_2']);
    room.receiver.answer = () => ({ status: 204, response: '' });
    room.clock.advance(longerThan(retryPausesMs[0]!));
    await room.sent();
    expect(types(webhook.url)).toEqual([
      'TASK_OPENED o_1',
      'TASK_OPENED o_2',
      'TASK_OPENED o_1',
      'TASK_CLOSED o_1',
    ]);
  });
});

describe('a webhook whose address is dead', () => {
  test('is parked at the last attempt, with a task for the administrator, and told all when it is resumed', async () => {
    const { webhook } = await room.register({ events: ['TASK_OPENED'] });
    room.receiver.answer = fails(500);
    await room.tell({ id: 'p_1', type: 'Parking' });
    await room.sent();
    for (const pause of retryPausesMs) {
      room.clock.advance(longerThan(pause));
      await room.sent();
    }
    await room.settled();
    expect(room.gotBy(webhook.url)).toHaveLength(retryPausesMs.length + 1);
    const task = { about: 'hooks.example.edu.cn', subjectId: webhook.id, subjectState: 'PARKED' };
    const steps = ['resumeWebhook', 'changeWebhook', 'retireWebhook', 'rotateWebhookSecret'];
    expect(
      await room.inbox(
        admin,
        '(filter: {types: ["Webhook"]})',
        'about subjectId subjectState actions { mutation }',
      ),
    ).toEqual([{ ...task, actions: steps.map((mutation) => ({ mutation })) }]);

    // What happens meanwhile waits.
    await room.tell({ id: 'p_2', type: 'Parking' });
    room.receiver.answer = () => ({ status: 204, response: '' });
    const parked = { id: webhook.id, version: 2 };
    expect((await room.step('pauseWebhook', parked)).userErrors).toEqual([{ code: 'ACTION_NOT_ALLOWED' }]);
    expect((await room.step('resumeWebhook', parked)).webhook).toMatchObject({ state: 'ACTIVE', version: 3 });
    await room.sent();
    await room.settled();
    expect(types(webhook.url).slice(-3).sort()).toEqual(
      [webhook.id, 'p_1', 'p_2'].map((id) => `TASK_OPENED ${id}`),
    );
    expect(await room.inbox(admin, '(filter: {types: ["Webhook"]})')).toEqual([]);
  });

  test('is parked at once when the receiver says that it is gone', async () => {
    const { webhook } = await room.register();
    room.receiver.answer = fails(410);
    await room.tell({ id: 'g_1', type: 'Gone' });
    await room.sent();
    const { data } = await room.ask(admin, 'query ($id: ID!) { webhook(id: $id) { state dueAt } }', {
      id: webhook.id,
    });
    expect(data.webhook).toEqual({ state: 'PARKED', dueAt: expect.stringMatching(/^2026-/) });
    await room.settled();
  });
});

describe('a paused webhook', () => {
  test('is sent nothing until it is resumed, then everything in its order', async () => {
    const { webhook } = await room.register();
    expect((await room.step('pauseWebhook', webhook)).webhook).toMatchObject({ state: 'PAUSED', version: 2 });
    await room.tell({ id: 'w_1', type: 'Pausing' }, { ...done('w_1', 2), type: 'Pausing' });
    await room.sent();
    expect(room.gotBy(webhook.url)).toEqual([]);
    expect((await room.step('testWebhook', { id: webhook.id, version: 2 })).userErrors).toEqual([
      { code: 'ACTION_NOT_ALLOWED' },
    ]);
    await room.step('resumeWebhook', { id: webhook.id, version: 2 });
    await room.sent();
    expect(types(webhook.url)).toEqual(['TASK_OPENED w_1', 'TASK_CLOSED w_1']);
  });
});

describe('past the service', () => {
  test('what was sent stays as it was, the log only grows, and one cause makes one message', async () => {
    const { webhook } = await room.register();
    await room.tell({ id: 's_1', type: 'Stays' });
    await room.sent();
    const refused = (statement: string, constraint: string) =>
      expect(room.sql.query(statement, [webhook.id])).rejects.toMatchObject({ constraint });
    await refused(
      `update webhook_delivery set state = 'PENDING', delivered_at = null where webhook_id = $1`,
      'webhook_delivery_fixed',
    );
    await refused(`delete from webhook_delivery where webhook_id = $1`, 'webhook_delivery_never_deleted');
    await refused(
      `insert into webhook_delivery (id, webhook_id, institution_id, event, subject_type, subject_id, cause, body,
         state, next_attempt_at, created_at)
       select 'hdel_2', webhook_id, institution_id, event, subject_type, subject_id, cause, body, 'PENDING',
         next_attempt_at, created_at from webhook_delivery where webhook_id = $1`,
      'webhook_delivery_cause_key',
    );
  });
});
