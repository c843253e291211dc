import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { institutionsModule } from '../../subgraphs/institutions/institutions.module.js';
import { queueMessage } from '../../subgraphs/institutions/webhooks/webhook-messages.js';
import { newWebhookSecret, secretContext } from '../../subgraphs/institutions/webhooks/webhook-secret.js';
import { WebhookEvent } from '../../subgraphs/institutions/webhooks/webhook.types.js';
import { createFieldCipher } from '../../subgraphs/kit/room/encryption/field-cipher.js';
import { startRoomOnPostgres } from '../rooms/room-on-postgres.js';
import { httpReceiver } from '../rooms/webhook-receiver.js';
import { eventually } from '../support/eventually.js';
import { pgSql } from '../support/pg-sql.js';
import { startTsChild } from '../support/ts-child.js';
import { verifyWebhook } from '../support/webhook-verification.js';

const subjects = 25;
const messagesOfEach = 8;
const kills = 10;

test('webhooks survive every kill of their workers: none lost, in order per subject, repeated under the same id', async () => {
  await using room = await startRoomOnPostgres(institutionsModule);
  await using receiver = await httpReceiver(() => ({ status: Math.random() < 0.1 ? 503 : 204 }));
  const key = randomBytes(32).toString('base64');
  const cipher = createFieldCipher({ keys: { k1: key }, current: 'k1', lookupKey: key });
  const secret = newWebhookSecret();
  await room.sql.query(`insert into institution (id, name, kind, source, created_at)
    values ('inst_a', 'a', 'HIGHER_EDUCATION', 't', now())`);
  await room.sql.query(
    `insert into webhook (id, institution_id, url, events, secret, state, state_since, created_by, created_at)
     values ('hook_1', 'inst_a', $1, '{AGREEMENT_SIGNED}', $2, 'ACTIVE', now(), 'adm', now())`,
    [`${receiver.url}/`, cipher.seal(secret, secretContext('hook_1'))],
  );
  const sql = pgSql(room.sql);
  for (let n = 0; n < subjects * messagesOfEach; n += 1) {
    const subjectId = `agr_${n % subjects}`;
    const message = { subjectType: 'Agreement', subjectId, cause: `evt_${n}`, at: new Date().toISOString() };
    const told = {
      ...message,
      event: WebhookEvent.AGREEMENT_SIGNED,
      institutionIds: ['inst_a'],
      data: { subjectId, n },
    };
    // In the past of every clock of this test.
    await queueMessage(sql, told, new Date(Date.now() - 1_000));
  }

  const fixture = join(import.meta.dirname, 'fixtures/webhook-worker.ts');
  const began = String(Date.now());
  const work = () => startTsChild(fixture, [room.url, key, began]);
  const left = async () =>
    (await room.sql.query(`select from webhook_delivery where state = 'PENDING'`)).rowCount ?? 0;
  const children = [work(), work()];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const before = receiver.received.length;
      const pending = await left();
      await eventually(() => receiver.received.length > before + 3 || pending === 0);
      await pause(Math.random() * 100);
      await children[kill % 2]!.kill();
      children[kill % 2] = work();
    }
    await eventually(async () => (await left()) === 0);
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }

  const got = receiver.received.map(({ headers, body }) => {
    const sent = Number(headers['webhook-timestamp']) * 1000;
    const { data } = verifyWebhook(secret, headers as Record<string, string>, body, new Date(sent)) as {
      data: { subjectId: string; n: number };
    };
    return { id: String(headers['webhook-id']), ...data };
  });
  expect(new Set(got.map(({ n }) => n)).size).toBe(subjects * messagesOfEach);
  expect(new Set(got.map(({ id, n }) => `${id} ${n}`)).size).toBe(subjects * messagesOfEach);
  for (const [, messages] of Map.groupBy(got, ({ subjectId }) => subjectId)) {
    const firsts = [...new Set(messages.map(({ n }) => n))];
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
  }
  expect((await room.sql.query(`select state from webhook`)).rows).toEqual([{ state: 'ACTIVE' }]);
}, 180_000);
