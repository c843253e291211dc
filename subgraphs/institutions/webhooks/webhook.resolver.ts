import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { RequiresRole } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { WebhookService } from './webhook.service.js';
import {
  ChangeWebhookInput,
  ChangeWebhookPayload,
  PauseWebhookInput,
  PauseWebhookPayload,
  RegisterWebhookInput,
  RegisterWebhookPayload,
  ResumeWebhookInput,
  ResumeWebhookPayload,
  RetireWebhookInput,
  RetireWebhookPayload,
  RotateWebhookSecretInput,
  RotateWebhookSecretPayload,
  TestWebhookInput,
  TestWebhookPayload,
  Webhook,
  WebhookConnection,
  WebhookDeliveriesArguments,
  WebhookDeliveryConnection,
  WebhooksArguments,
  type TestWebhookAnswer,
  type WebhookDelivery,
  type WebhookPayload,
} from './webhook.types.js';

/** Webhooks of members. */
@Resolver(() => Webhook)
export class WebhookResolver {
  readonly #webhooks: WebhookService;

  constructor(webhooks: WebhookService) {
    this.#webhooks = webhooks;
  }

  @Query(() => WebhookConnection, {
    nullable: true,
    description: 'The webhooks that the caller administers.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  webhooks(
    @Args(() => WebhooksArguments) args: WebhooksArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Webhook>> {
    return this.#webhooks.list(scope, args, selectsTotal(info));
  }

  @Query(() => Webhook, { nullable: true, description: 'One webhook; null when absent or hidden.' })
  @RequiresRole('INSTITUTION_ADMIN')
  webhook(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Webhook | null> {
    return this.#webhooks.byId(scope, id);
  }

  @Query(() => WebhookDeliveryConnection, {
    nullable: true,
    description: 'What was sent to a webhook and what waits to be, the newest first.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  webhookDeliveries(
    @Args(() => WebhookDeliveriesArguments) args: WebhookDeliveriesArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<WebhookDelivery>> {
    return this.#webhooks.deliveries(scope, args, selectsTotal(info));
  }

  @Mutation(() => RegisterWebhookPayload, {
    nullable: true,
    description: "Registers an address of the institution's own system; the secret is shown once.",
  })
  @RequiresRole('INSTITUTION_ADMIN')
  registerWebhook(
    @Arg('input', () => RegisterWebhookInput) input: RegisterWebhookInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RegisterWebhookPayload> {
    return this.#webhooks.register(scope, input);
  }

  @Mutation(() => ChangeWebhookPayload, {
    nullable: true,
    description: 'Changes where messages go, or what is told.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  changeWebhook(
    @Arg('input', () => ChangeWebhookInput) input: ChangeWebhookInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<WebhookPayload> {
    return this.#webhooks.change(scope, input);
  }

  @Mutation(() => RetireWebhookPayload, {
    nullable: true,
    description: 'Ends a webhook for good: nothing is sent to it any more, not even what waits.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  retireWebhook(
    @Arg('input', () => RetireWebhookInput) input: RetireWebhookInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<WebhookPayload> {
    return this.#webhooks.retire(scope, input);
  }

  @Mutation(() => RotateWebhookSecretPayload, {
    nullable: true,
    description: 'Makes a new secret; for 24 hours messages are signed with the former one too.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  rotateWebhookSecret(
    @Arg('input', () => RotateWebhookSecretInput) input: RotateWebhookSecretInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<RotateWebhookSecretPayload> {
    return this.#webhooks.rotate(scope, input);
  }

  @Mutation(() => PauseWebhookPayload, { nullable: true, description: 'Sends nothing until it is resumed.' })
  @RequiresRole('INSTITUTION_ADMIN')
  pauseWebhook(
    @Arg('input', () => PauseWebhookInput) input: PauseWebhookInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<WebhookPayload> {
    return this.#webhooks.pause(scope, input);
  }

  @Mutation(() => ResumeWebhookPayload, {
    nullable: true,
    description: 'Sends what has waited, and everything from now on.',
  })
  @RequiresRole('INSTITUTION_ADMIN')
  resumeWebhook(
    @Arg('input', () => ResumeWebhookInput) input: ResumeWebhookInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<WebhookPayload> {
    return this.#webhooks.resume(scope, input);
  }

  @Mutation(() => TestWebhookPayload, { nullable: true, description: 'Sends a message of the type TEST.' })
  @RequiresRole('INSTITUTION_ADMIN')
  testWebhook(
    @Arg('input', () => TestWebhookInput) input: TestWebhookInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<TestWebhookAnswer> {
    return this.#webhooks.test(scope, input);
  }
}
