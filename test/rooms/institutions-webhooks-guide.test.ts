import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newWebhookSecret, signedHeaders } from '../../subgraphs/institutions/webhooks/webhook-secret.js';
import { verifyWebhook } from '../support/webhook-verification.js';

const at = new Date('2026-01-15T08:00:00.700Z');
const secret = newWebhookSecret();
const sign = (body: string, ...secrets: string[]) => signedHeaders({ id: 'hdel_1', body, at }, secrets);

describe('the receiver in docs/webhooks.md', () => {
  test('takes every message that we sign, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        expect(verifyWebhook(secret, sign(body, secret), body, at)).toEqual(JSON.parse(body));
      }),
    );
  });

  test('takes a message that is signed with another secret too, as after a rotation', () => {
    const headers = sign('{}', newWebhookSecret(), secret);
    expect(verifyWebhook(secret, headers, '{}', at)).toEqual({});
  });

  test('refuses what was changed, signed by somebody else, or sent long ago', () => {
    const headers = sign('{"a":1}', secret);
    const refuses = (changed: object, body = '{"a":1}', now = at) =>
      expect(() => verifyWebhook(secret, { ...headers, ...changed }, body, now)).toThrow();
    refuses({}, '{"a":2}');
    refuses({ 'webhook-id': 'hdel_2' });
    refuses({ 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) });
    refuses({ 'webhook-signature': sign('{"a":1}', newWebhookSecret())['webhook-signature'] });
    refuses({ 'webhook-signature': 'v1,' });
    refuses({ 'webhook-timestamp': 'yesterday' });
    refuses({}, '{"a":1}', new Date(at.getTime() + 301_000));
  });

  test('reads the example of Standard Webhooks as its specification does', () => {
    // From the reference implementation's tests (standard-webhooks 1.0.0).
    const headers = signedHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', at: new Date(1614265330 * 1000) },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
