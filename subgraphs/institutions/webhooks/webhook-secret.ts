import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A new secret, as the receiver gets it: `whsec_` and 32 random bytes in base64 (Standard Webhooks 1.0.0). */
export function newWebhookSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/** The context under which a webhook's secret is sealed. */
export function secretContext(webhookId: string): string {
  return `webhook.secret:${webhookId}`;
}

/**
 * The headers by which a receiver knows that a message is ours, new and whole (Standard Webhooks 1.0.0, symmetric):
 * `webhook-id`, `webhook-timestamp` in seconds, and `webhook-signature` with one `v1,<base64>` per secret, each the
 * HMAC-SHA256 of `id.timestamp.body`.
 */
export function signedHeaders(
  message: { readonly id: string; readonly body: string; readonly at: Date },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    const content = `${message.id}.${timestamp}.${message.body}`;
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  });
  return {
    'content-type': 'application/json; charset=utf-8',
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
