/** The most webhooks of one institution that are not retired [P]; the database guards it (`webhook_limit`). */
export const mostWebhooks = 20;
