import { institutionsOf, type Principal } from '../../kit/base/identity/principal.js';
import { rowPolicy } from '../../kit/room/policy/row-policy.js';
import { WebhookDeliveryEntity, WebhookEntity } from './webhook.entity.js';

/** What an institution tells its own systems is the business of its administrators alone. */
export const webhookPolicy = rowPolicy(WebhookEntity, ofAdministered);

/** The log of deliveries is seen by those who see the webhook. */
export const webhookDeliveryPolicy = rowPolicy(WebhookDeliveryEntity, ofAdministered);

function ofAdministered(principal: Principal) {
  if (principal.kind === 'SERVICE') return 'all';
  const administered = institutionsOf(principal, ['INSTITUTION_ADMIN']);
  return administered.length === 0 ? 'none' : { institutionId: { $in: administered } };
}
