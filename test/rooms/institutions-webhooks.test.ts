import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyWebhook } from '../support/webhook-verification.js';
import { admin, away, home, registrar, secretariat } from './inbox-room.js';
import { recordFoundingMember } from './institutions-room.js';
import { person } from './room-on-postgres.js';
import { startWebhooks, type WebhooksRoom } from './webhooks-room.js';

let room: WebhooksRoom;
beforeAll(async () => {
  room = await startWebhooks();
});
afterAll(async () => room[Symbol.asyncDispose]());

describe('a webhook', () => {
  test('is registered by an administrator of the institution, with a secret that is shown once', async () => {
    const { webhook, secret, userErrors } = await room.register();
    expect(userErrors).toEqual([]);
    expect(webhook).toMatchObject({ institutionId: home, state: 'ACTIVE', version: 1, dueAt: null });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const dump = JSON.stringify(
      (
        await room.sql.query(`select row_to_json(w) as row from webhook w
        union all select row_to_json(i) from idempotency_key i union all select row_to_json(a) from audit_event a`)
      ).rows,
    );
    expect(dump).toContain('hooks.example.edu.cn');
    expect(dump).not.toContain(secret.slice(6, 30));
    expect(room.logged()).not.toContain(secret.slice(6, 30));
  });

  test('is the same in a repetition, without the secret', async () => {
    const key = { url: 'https://hooks.example.edu.cn/again', idempotencyKey: 'again-again' };
    const first = await room.register(key);
    expect(await room.register(key)).toEqual({ ...first, secret: null });
    expect((await room.register({ url: key.url })).userErrors).toEqual([
      { code: 'WEBHOOK_EXISTS', path: ['input', 'url'] },
    ]);
  });

  test.each([
    ['http://hooks.example.edu.cn/', 'TLS'],
    ['https://127.0.0.1/', 'this machine'],
    ['https://[::1]/', 'this machine'],
    ['https://2130706433/', 'this machine'],
    ['https://169.254.169.254/latest/meta-data', 'the metadata of the cloud'],
    ['https://10.1.2.3/', 'a private network'],
    ['https://postgres/', 'a name of one word'],
    ['https://db.internal/', 'an internal name'],
    ['https://me:secret@hooks.example.edu.cn/', 'a password'],
    ['https://hooks.example.edu.cn/#x', 'a fragment'],
    [`https://hooks.example.edu.cn/${'x'.repeat(500)}`, 'length'],
    ['ftp://hooks.example.edu.cn/', 'the protocol'],
  ])('at %s is refused, for %s', async (url) => {
    expect((await room.register({ url })).userErrors).toEqual([
      { code: 'WEBHOOK_URL_INVALID', path: ['input', 'url'] },
    ]);
  });

  test('is nobody else’s to register, to see or to steer', async () => {
    const { webhook } = await room.register();
    const others = [
      registrar,
      secretariat,
      person('x', `INSTITUTION_ADMIN@${away}`),
      person('y', 'INSTITUTION_ADMIN'),
    ];
    for (const other of others) {
      expect((await room.register({}, other)).userErrors[0].code).toBe('ACTION_FORBIDDEN');
      expect((await room.step('pauseWebhook', webhook, other)).userErrors).toEqual([{ code: 'NOT_FOUND' }]);
      const { data } = await room.ask(
        other,
        `query ($id: ID!) { webhook(id: $id) { id } webhooks { edges { node { id } } }
           webhookDeliveries(webhookId: $id) { edges { node { id } } } }`,
        { id: webhook.id },
      );
      expect(data).toEqual({ webhook: null, webhooks: { edges: [] }, webhookDeliveries: { edges: [] } });
    }
    const app = await room.connectAsApp();
    await app.query(
      `select set_config('app.kind', 'PERSON', false), set_config('app.grants', 'SECRETARIAT@,INSTITUTION_ADMIN@${away}', false)`,
    );
    expect((await app.query('select from webhook')).rowCount).toBe(0);
    expect((await app.query('select from webhook_delivery')).rowCount).toBe(0);
  });
});

describe('a message', () => {
  test('says in ids and codes what happened, and is signed so that the receiver of the guide takes it', async () => {
    const { webhook, secret } = await room.register();
    await room.tell({ id: 'dep_signed', type: 'Signed', about: '程序设计' });
    await room.sent();
    const [message] = room.gotBy(webhook.url);
    expect(verifyWebhook(secret, message!.headers, message!.body, room.clock.now())).toEqual({
      type: 'TASK_OPENED',
      timestamp: '2026-01-16T08:00:00.000Z',
      data: {
        taskId: expect.stringMatching(/^task_/),
        subjectType: 'Signed',
        subjectId: 'dep_signed',
        subjectVersion: 1,
        subjectState: 'VALIDATED',
      },
    });
    expect(message!.headers['webhook-id']).toMatch(/^hdel_/);
  });

  test('goes to the webhooks of its institution that want it, and to no other', async () => {
    const wants = await room.register({ events: ['TASK_CLOSED'] });
    const elsewhere = await room.register({ institutionId: away }, person('aw', `INSTITUTION_ADMIN@${away}`));
    await room.tell({ id: 'dep_to', type: 'To' }, { id: 'dep_to', type: 'To', version: 2, waitsFor: [] });
    await room.sent();
    expect(room.gotBy(wants.webhook.url).map(({ body }) => JSON.parse(body).type)).toEqual(['TASK_CLOSED']);
    expect(room.gotBy(elsewhere.webhook.url)).toEqual([]);
  });

  test('tells a member of its membership, and parties of the agreement that they have signed', async () => {
    const { webhook } = await room.register({ events: ['MEMBERSHIP_CHANGED', 'AGREEMENT_SIGNED'] });
    const { membership } = await recordFoundingMember(room, secretariat, { memberCode: 'HOME' });
    await room.ask(
      secretariat,
      'mutation ($input: SuspendMembershipInput!) { suspendMembership(input: $input) { userErrors { code } } }',
      { input: { membershipId: membership.id, expectedVersion: 1, reason: 'r' } },
    );
    await room.settled();
    await room.tellEvents('agreements', {
      id: 'evt_signed',
      type: 'AgreementSigned',
      aggregateType: 'Agreement',
      aggregateId: 'agr_1',
      version: 5,
      occurredAt: '2026-01-15T08:00:00.000Z',
      payload: {
        agreementId: 'agr_1',
        agreementNo: 'AGR-2026-000001',
        contentHash: 'sha256:0',
        partyIds: [home, away],
        effectiveFrom: '2026-02-01',
        effectiveTo: null,
      },
    });
    await room.sent();
    expect(room.gotBy(webhook.url).map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: 'MEMBERSHIP_CHANGED', data: { institutionId: home, state: 'SUSPENDED' } },
      { type: 'AGREEMENT_SIGNED', data: { agreementId: 'agr_1', partyIds: [home, away] } },
    ]);
  });

  test('of the type TEST tries the address, and the log says what came back', async () => {
    room.receiver.answer = () => ({ status: 200, response: 'thanks' });
    const { webhook } = await room.register();
    const { delivery } = await room.step('testWebhook', webhook);
    expect(delivery).toMatchObject({ event: 'TEST', state: 'PENDING' });
    await room.sent();
    const { data } = await room.ask(
      admin,
      `query ($id: ID!) { webhookDeliveries(webhookId: $id) { totalCount edges { node {
         id event state attempts lastStatus lastError lastResponse deliveredAt nextAttemptAt } } } }`,
      { id: webhook.id },
    );
    expect(data.webhookDeliveries).toEqual({
      totalCount: 1,
      edges: [
        {
          node: {
            id: delivery.id,
            event: 'TEST',
            state: 'DELIVERED',
            attempts: 1,
            lastStatus: 200,
            lastError: null,
            lastResponse: 'thanks',
            deliveredAt: '2026-01-15T08:00:00.000Z',
            nextAttemptAt: null,
          },
        },
      ],
    });
    room.receiver.answer = () => ({ status: 204, response: '' });
  });
});

describe('a rotated secret', () => {
  test('signs at once, and the former one signs too for a day', async () => {
    const { webhook, secret: former } = await room.register({ events: ['TASK_OPENED'] });
    const rotated = await room.step('rotateWebhookSecret', webhook);
    expect(rotated.webhook.formerSecretUntil).toBe('2026-01-16T08:00:00.000Z');
    const accepts = (secret: string) => {
      const { headers, body } = room.gotBy(webhook.url).at(-1)!;
      try {
        return verifyWebhook(secret, headers, body, room.clock.now()) !== undefined;
      } catch {
        return false;
      }
    };
    await room.tell({ id: 'dep_r1', type: 'Rotated' });
    await room.sent();
    expect([accepts(former), accepts(rotated.secret)]).toEqual([true, true]);
    room.clock.advance(24 * 60 * 60 * 1000);
    await room.tell({ id: 'dep_r2', type: 'Rotated' });
    await room.sent();
    expect([accepts(former), accepts(rotated.secret)]).toEqual([false, true]);
    expect((await room.step('rotateWebhookSecret', webhook)).userErrors).toEqual([
      { code: 'VERSION_CONFLICT' },
    ]);
  });
});
