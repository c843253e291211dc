import { activitiesWing } from '../../subgraphs/institutions/activities.wing.js';
import { admissionWing } from '../../subgraphs/institutions/admission.wing.js';
import { governanceWing } from '../../subgraphs/institutions/governance.wing.js';
import { grantsWing } from '../../subgraphs/institutions/grants.wing.js';
import { inboxWingThatSendsBy } from '../../subgraphs/institutions/inbox.wing.js';
import { membershipWing } from '../../subgraphs/institutions/membership.wing.js';
import { rosterWing } from '../../subgraphs/institutions/roster.wing.js';
import { schoolsWing } from '../../subgraphs/institutions/schools.wing.js';
import { webhookQueue } from '../../subgraphs/institutions/webhooks/webhook-queue.js';
import type { Principal } from '../../subgraphs/kit/base/identity/principal.js';
import { joinWings } from '../../subgraphs/kit/room/join-wings.js';
import { eventually } from '../support/eventually.js';
import { admin, home, startInbox, type InboxRoom } from './inbox-room.js';
import { idempotencyKey } from './institutions-room.js';
import { fakeReceiver, type ReceivedMessage } from './webhook-receiver.js';

const shown = `id institutionId url events state since dueAt formerSecretUntil version
  availableActions { action allowed }`;

/** The room with a receiver in place of the network, and the steps that tests take again and again. */
export interface WebhooksRoom extends InboxRoom {
  readonly receiver: ReturnType<typeof fakeReceiver>;
  /** Registers a webhook of home for everything, where nothing else is given. */
  // oxlint-disable-next-line typescript/no-explicit-any -- its shape is the query's, as in an Answer
  register(changes?: object, by?: Principal): Promise<any>;
  /** Takes a step on a webhook and gives the payload. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  step(name: string, webhook: { id: string; version: number }, by?: Principal, more?: object): Promise<any>;
  /** What the receiver has got for a webhook's address. */
  gotBy(url: string): ReceivedMessage[];
  /** Resolves when no message is due any more. */
  sent(): Promise<void>;
}

const dueMessages = `select from webhook_delivery d join webhook w on w.id = d.webhook_id
  where d.state = 'PENDING' and w.state = 'ACTIVE' and (d.leased_until is not null or d.next_attempt_at <= $1)
    and not exists (select from webhook_delivery earlier where earlier.webhook_id = d.webhook_id
      and earlier.subject_id = d.subject_id and earlier.state = 'PENDING' and earlier.seq < d.seq)`;

/** Starts it. */
export async function startWebhooks(): Promise<WebhooksRoom> {
  const receiver = fakeReceiver();
  const module = joinWings('institutions', [
    rosterWing,
    admissionWing,
    membershipWing,
    activitiesWing,
    governanceWing,
    grantsWing,
    schoolsWing,
    inboxWingThatSendsBy((message) => receiver.send(message)),
  ]);
  const room = await startInbox(undefined, module);
  let number = 0;
  return {
    ...room,
    receiver,
    gotBy: (url) => receiver.received.filter((message) => message.url === url),
    async register(changes = {}, by = admin) {
      const { data, errors } = await room.ask(
        by,
        `mutation ($input: RegisterWebhookInput!) { registerWebhook(input: $input) {
          webhook { ${shown} } secret userErrors { code path } } }`,
        {
          input: {
            institutionId: home,
            url: `https://hooks.example.edu.cn/${(number += 1)}`,
            events: ['TASK_OPENED', 'TASK_CLOSED', 'MEMBERSHIP_CHANGED', 'AGREEMENT_SIGNED'],
            idempotencyKey: idempotencyKey(),
            ...changes,
          },
        },
      );
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data.registerWebhook;
    },
    async step(name, { id, version }, by = admin, more = {}) {
      const selection = {
        testWebhook: 'delivery { id event state attempts }',
        rotateWebhookSecret: `webhook { ${shown} } secret`,
      }[name];
      const { data, errors } = await room.ask(
        by,
        `mutation ($input: ${name.replace(/^./, (first) => first.toUpperCase())}Input!) { ${name}(input: $input) {
          ${selection ?? `webhook { ${shown} }`} userErrors { code } } }`,
        { input: { webhookId: id, expectedVersion: version, ...more } },
      );
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data[name];
    },
    sent: () =>
      eventually(
        async () => {
          // The fake clock may have moved between two rounds of the worker, so it is woken.
          room.wakeBus.publish({ type: webhookQueue, id: 'test' });
          const { rowCount } = await room.sql.query(dueMessages, [room.clock.now()]);
          return rowCount === 0;
        },
        () => `Messages were not sent: ${room.logged()}`,
      ),
  };
}
