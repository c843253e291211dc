import { Field, ID, InputType, Int, ObjectType, registerEnumType, ArgsType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import { UserError } from '../../kit/room/schema/user-error.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** What a webhook may be told. Values are added, never renamed: receivers switch on them. */
export enum WebhookEvent {
  TASK_OPENED = 'TASK_OPENED',
  TASK_CLOSED = 'TASK_CLOSED',
  MEMBERSHIP_CHANGED = 'MEMBERSHIP_CHANGED',
  AGREEMENT_SIGNED = 'AGREEMENT_SIGNED',
}
registerEnumType(WebhookEvent, {
  name: 'WebhookEvent',
  description: 'What a webhook may be told, always of its own institution.',
});

/** Whether a webhook is told anything. */
export enum WebhookState {
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
  PARKED = 'PARKED',
  RETIRED = 'RETIRED',
}
registerEnumType(WebhookState, {
  name: 'WebhookState',
  description:
    'PAUSED by the administrator, PARKED after many failures. Messages wait meanwhile and are sent after ' +
    'resumeWebhook. RETIRED for good.',
});

/** How far a message has come. */
export enum WebhookDeliveryState {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  DROPPED = 'DROPPED',
}
registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  description: 'DROPPED: its webhook was retired before it was delivered.',
});

/** Where a member's own system is told what happens. */
@ObjectType({ description: "Where a member's own system is told what happens, in signed messages." })
export class Webhook extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  url!: string;

  @Field(() => [WebhookEvent])
  events!: WebhookEvent[];

  @Field(() => WebhookState)
  state!: WebhookState;

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when messages are signed with the former secret too, after a rotation.',
  })
  formerSecretUntil!: Date | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A page of webhooks. */
export const WebhookConnection = connectionType(Webhook, 'Webhook');

/** One message to a webhook. */
@ObjectType({ description: 'One message to a webhook, and how far it has come.' })
export class WebhookDelivery {
  @Field(() => ID, { description: 'The header webhook-id, the same in every attempt.' })
  id!: string;

  @Field(() => String, { description: 'The type in the message: a WebhookEvent, or TEST.' })
  event!: string;

  @Field(() => String)
  subjectType!: string;

  @Field(() => ID)
  subjectId!: string;

  @Field(() => WebhookDeliveryState)
  state!: WebhookDeliveryState;

  @Field(() => Int, { description: 'Since the webhook was last resumed.' })
  attempts!: number;

  @Field(() => DateTimeScalar, { nullable: true })
  nextAttemptAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The HTTP status that the receiver answered last.' })
  lastStatus!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why no answer came last: ADDRESS_REFUSED, TIMEOUT or UNREACHABLE.',
  })
  lastError!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the receiver answered last, one kilobyte at most.',
  })
  lastResponse!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true })
  deliveredAt!: Date | null;
}

/** A page of deliveries. */
export const WebhookDeliveryConnection = connectionType(WebhookDelivery, 'WebhookDelivery');

/** The arguments of `webhooks`. */
@ArgsType()
export class WebhooksArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'Of this institution only.' })
  institutionId?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Those that were retired too.' })
  includeRetired!: boolean;
}

/** The arguments of `webhookDeliveries`. */
@ArgsType()
export class WebhookDeliveriesArguments extends PageArguments {
  @Field(() => ID)
  webhookId!: string;

  @Field(() => WebhookDeliveryState, { nullable: true })
  state?: WebhookDeliveryState | null;
}

/** What `registerWebhook` takes. */
@InputType({ description: "Registers an address of the institution's own system." })
export class RegisterWebhookInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, {
    description: 'A public https address without user name, password and fragment, at most 500 characters.',
  })
  url!: string;

  @Field(() => [WebhookEvent])
  events!: WebhookEvent[];

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `changeWebhook` takes. */
@InputType({ description: 'What is to be another; what is left out stays.' })
export class ChangeWebhookInput extends stepInput('webhookId') {
  @Field(() => String, {
    nullable: true,
    description: 'As in registerWebhook; what waits is sent there too.',
  })
  url?: string | null;

  @Field(() => [WebhookEvent], {
    nullable: true,
    description: 'From now on; what waits is sent whatever it is.',
  })
  events?: WebhookEvent[] | null;
}

/** What `retireWebhook` takes. */
@InputType()
export class RetireWebhookInput extends stepInput('webhookId') {}

/** What `pauseWebhook` takes. */
@InputType()
export class PauseWebhookInput extends stepInput('webhookId') {}

/** What `resumeWebhook` takes. */
@InputType()
export class ResumeWebhookInput extends stepInput('webhookId') {}

/** What `rotateWebhookSecret` takes. */
@InputType()
export class RotateWebhookSecretInput extends stepInput('webhookId') {}

/** What `testWebhook` takes. */
@InputType()
export class TestWebhookInput extends stepInput('webhookId') {}

/** What the two mutations answer that make a secret. */
@ObjectType()
class SecretPayload {
  @Field(() => Webhook, { nullable: true })
  webhook!: Webhook | null;

  @Field(() => String, {
    nullable: true,
    description: 'The secret, shown here and never again; null in a repetition: then rotate it.',
  })
  secret!: string | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}

/** What `registerWebhook` answers. */
@ObjectType()
export class RegisterWebhookPayload extends SecretPayload {}

/** What `rotateWebhookSecret` answers. */
@ObjectType()
export class RotateWebhookSecretPayload extends SecretPayload {}

/** What the other steps of a webhook answer. */
export type WebhookPayload = Payload<{ webhook: Webhook }>;

/** What `testWebhook` answers. */
export type TestWebhookAnswer = Payload<{ delivery: WebhookDelivery }>;

/** What `changeWebhook` answers. */
export const ChangeWebhookPayload = payloadType('changeWebhook', 'webhook', Webhook);
/** What `retireWebhook` answers. */
export const RetireWebhookPayload = payloadType('retireWebhook', 'webhook', Webhook);
/** What `pauseWebhook` answers. */
export const PauseWebhookPayload = payloadType('pauseWebhook', 'webhook', Webhook);
/** What `resumeWebhook` answers. */
export const ResumeWebhookPayload = payloadType('resumeWebhook', 'webhook', Webhook);
/** What `testWebhook` answers. */
export const TestWebhookPayload = payloadType('testWebhook', 'delivery', WebhookDelivery);
