import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { isPublicHost, plainUrl } from '../schools/public-address.js';

const longest = 500;

/**
 * Where a webhook may lie: a public `https://` address in its normal form. A public name may still lead inside; that
 * is looked at whenever a connection is made (`webhook-sender.ts`).
 * @throws AmrloError `WEBHOOK_URL_INVALID`
 */
export function acceptableWebhookUrl(text: string): string {
  const url = plainUrl(text, longest);
  if (!(url instanceof URL)) throw invalid(url === 'form' ? 'https://…' : url);
  if (url.protocol !== 'https:') throw invalid(url.protocol);
  if (!isPublicHost(url.hostname)) throw invalid(url.host);
  return url.href;
}

function invalid(detail: string) {
  return refuse('WEBHOOK_URL_INVALID', { detail }, ['input', 'url']);
}
