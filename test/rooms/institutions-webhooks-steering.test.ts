import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { forgetDeliveries } from '../../subgraphs/institutions/webhooks/webhook-retention.js';
import { mostWebhooks } from '../../subgraphs/institutions/webhooks/webhook-limits.js';
import { eventually } from '../support/eventually.js';
import { pgSql } from '../support/pg-sql.js';
import { away, home } from './inbox-room.js';
import { person } from './room-on-postgres.js';
import { startWebhooks, type WebhooksRoom } from './webhooks-room.js';

const day = 24 * 60 * 60 * 1000;
const adminAway = person('aw', `INSTITUTION_ADMIN@${away}`);

let room: WebhooksRoom;
beforeAll(async () => {
  room = await startWebhooks();
});
afterAll(async () => room[Symbol.asyncDispose]());

const statesOf = async (webhookId: string) => {
  const { rows } = await room.sql.query(
    `select state, count(*)::int as n from webhook_delivery where webhook_id = $1 group by state order by state`,
    [webhookId],
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
};

describe('a webhook that is changed', () => {
  test('is told at the new address, also what has waited, and of the new events only', async () => {
    const { webhook } = await room.register({ events: ['TASK_OPENED'] });
    const paused = (await room.step('pauseWebhook', webhook)).webhook;
    await room.tell({ id: 'c_1', type: 'Changed' });
    const url = 'https://hooks.example.edu.cn/moved';
    const more = { url, events: ['TASK_CLOSED', 'TASK_CLOSED'] };
    const changed = await room.step('changeWebhook', paused, undefined, more);
    expect(changed.webhook).toMatchObject({ url, events: ['TASK_CLOSED'], state: 'PAUSED', version: 3 });
    await room.step('resumeWebhook', changed.webhook);
    await room.tell({ id: 'c_2', type: 'Changed' }, { id: 'c_2', type: 'Changed', version: 2, waitsFor: [] });
    await room.sent();
    expect(room.gotBy(webhook.url)).toEqual([]);
    expect(room.gotBy(url).map(({ body }) => JSON.parse(body).type)).toEqual(['TASK_OPENED', 'TASK_CLOSED']);
  });

  test('is refused an address inside, one that is taken, no events at all, and the hands of others', async () => {
    const { webhook } = await room.register();
    const { webhook: other } = await room.register();
    const change = async (more: object, by = undefined as typeof adminAway | undefined) =>
      (await room.step('changeWebhook', webhook, by, more)).userErrors.map(
        ({ code }: { code: string }) => code,
      );
    expect(await change({ url: 'https://10.0.0.1/' })).toEqual(['WEBHOOK_URL_INVALID']);
    expect(await change({ url: other.url })).toEqual(['WEBHOOK_EXISTS']);
    expect(await change({ events: [] })).toEqual(['INPUT_INVALID']);
    expect(await change({ events: ['TASK_OPENED'] }, adminAway)).toEqual(['NOT_FOUND']);
  });
});

describe('a retired webhook', () => {
  test('gets nothing any more, not even what has waited, and its address may be registered anew', async () => {
    const { webhook } = await room.register({ events: ['TASK_OPENED'] });
    const paused = (await room.step('pauseWebhook', webhook)).webhook;
    await room.tell({ id: 'r_1', type: 'Retired' });
    const { webhook: retired } = await room.step('retireWebhook', paused);
    expect(retired).toMatchObject({
      state: 'RETIRED',
      availableActions: expect.not.arrayContaining([{ allowed: true }]),
    });
    await room.tell({ id: 'r_2', type: 'Retired' });
    await room.sent();
    expect(room.gotBy(webhook.url)).toEqual([]);
    expect(await statesOf(webhook.id)).toEqual({ DROPPED: 1 });
    expect((await room.step('resumeWebhook', retired)).userErrors).toEqual([{ code: 'ACTION_NOT_ALLOWED' }]);
    expect((await room.register({ url: webhook.url })).userErrors).toEqual([]);
  });

  test('is out of the list unless it is asked for', async () => {
    const { webhook } = await room.register({ institutionId: away }, adminAway);
    await room.step('retireWebhook', webhook, adminAway);
    const listed = async (args: string) =>
      (await room.ask(adminAway, `{ webhooks${args} { edges { node { state } } } }`)).data.webhooks.edges;
    expect(await listed('')).toEqual([]);
    expect(await listed('(includeRetired: true)')).toEqual([{ node: { state: 'RETIRED' } }]);
  });

  test('leaves nothing that waits, however many messages come while it is retired', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { webhook } = await room.register({ events: ['TASK_OPENED'] });
      await Promise.all([
        room.step('retireWebhook', webhook),
        room.tell({ id: `race_${round}_1`, type: 'Race' }, { id: `race_${round}_2`, type: 'Race' }),
      ]);
      expect((await statesOf(webhook.id))['PENDING']).toBeUndefined();
    }
  });

  test('past the service: it stays retired, none is deleted, and no message that waits is forgotten', async () => {
    const { webhook } = await room.register({ events: ['TASK_OPENED'] });
    await room.step('pauseWebhook', webhook);
    await room.tell({ id: 'p_1', type: 'Past' });
    const refused = (statement: string, constraint: string) =>
      expect(room.sql.query(statement)).rejects.toMatchObject({ code: '23514', constraint });
    await refused(`update webhook set state = 'ACTIVE' where state = 'RETIRED'`, 'webhook_retired_final');
    await refused(`delete from webhook where id = '${webhook.id}'`, 'webhook_never_deleted');
    await refused(`delete from webhook_delivery where state = 'DROPPED'`, 'webhook_delivery_never_deleted');
    await room.sql.query(`set app.kind = 'SERVICE'`);
    await refused(`delete from webhook_delivery where state = 'PENDING'`, 'webhook_delivery_never_deleted');
    await room.sql.query(`reset app.kind`);
    await refused(
      `update webhook_delivery set state = 'PENDING' where state = 'DROPPED'`,
      'webhook_delivery_fixed',
    );
  });
});

test('an institution has so many webhooks and no more, also when several are registered at once', async () => {
  const institutionId = 'inst_many';
  await room.sql.query(
    `insert into institution (id, name, kind, source, created_at) values ($1, $1, 'HIGHER_EDUCATION', 't', now())`,
    [institutionId],
  );
  const by = person('many', `INSTITUTION_ADMIN@${institutionId}`);
  const answers = await Promise.all(
    Array.from({ length: mostWebhooks + 3 }, () => room.register({ institutionId }, by)),
  );
  const refusals = answers.flatMap(({ userErrors }) => userErrors);
  expect(refusals).toEqual(Array.from({ length: 3 }, () => ({ code: 'WEBHOOK_LIMIT', path: null })));
  const one = answers.find(({ webhook }) => webhook !== null).webhook;
  await room.step('retireWebhook', one, by);
  expect((await room.register({ institutionId }, by)).userErrors).toEqual([]);
});

test('what was delivered or dropped is forgotten after ninety days, and what waits is not', async () => {
  const { webhook: sent } = await room.register({ events: ['TASK_OPENED'] });
  const { webhook: waiting } = await room.register({ events: ['TASK_OPENED'] });
  const { webhook: ended } = await room.register({ events: ['TASK_OPENED'] });
  await room.step('pauseWebhook', waiting);
  const paused = (await room.step('pauseWebhook', ended)).webhook;
  await room.tell({ id: 'old_1', type: 'Old' });
  await room.sent();
  await room.step('retireWebhook', paused);
  const forget = async (after: number) => {
    await room.sql.query(`set app.kind = 'SERVICE'`);
    const forgotten = await forgetDeliveries(pgSql(room.sql), new Date(room.clock.now().getTime() + after));
    await room.sql.query(`reset app.kind`);
    return forgotten;
  };
  const log = async () => [await statesOf(sent.id), await statesOf(waiting.id), await statesOf(ended.id)];
  expect(await forget(90 * day)).toBe(0);
  expect(await log()).toEqual([{ DELIVERED: 1 }, { PENDING: 1 }, { DROPPED: 1 }]);
  expect(await forget(90 * day + 1)).toBeGreaterThan(1);
  expect(await log()).toEqual([{}, { PENDING: 1 }, {}]);
});

test('the daily round of the room forgets them', async () => {
  const { webhook } = await room.register({ institutionId: home, events: ['TASK_OPENED'] });
  await room.tell({ id: 'daily_1', type: 'Daily' });
  await room.sent();
  room.clock.advance(91 * day);
  await eventually(async () => Object.keys(await statesOf(webhook.id)).length === 0);
});
