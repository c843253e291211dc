import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The states of a learning account. */
export enum AccountState {
  APPLIED = 'APPLIED',
  IDENTITY_PENDING = 'IDENTITY_PENDING',
  ACTIVE = 'ACTIVE',
  FROZEN = 'FROZEN',
  CLOSED = 'CLOSED',
  REFUSED = 'REFUSED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(AccountState, { name: 'AccountState', description: 'The state of a learning account.' });

/** A learning account (学习者账户). */
@ObjectType({ description: 'A learning account (学习者账户); a learner has one.' })
export class Account extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The institution where the identity document is shown.' })
  institutionId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The service point of the institution where it is shown; null for the institution itself.',
  })
  servicePointId!: string | null;

  @Field(() => AccountState)
  state!: AccountState;

  @Field(() => DateTimeScalar, { description: 'Since when the account is in this state.' })
  since!: Date;

  @Field(() => String, { nullable: true, description: 'Why the identity was refused.' })
  refusedReason!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** For the field resolvers; not a field of the graph. */
  learnerId!: string;
}

/** A page of accounts. */
export const AccountConnection = connectionType(Account, 'Account');

/** An application for a learning account. */
@InputType({ description: 'An application for a learning account.' })
export class OpenAccountInput {
  @Field(() => String, { description: 'The name as the identity document shows it.' })
  legalName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The number of the resident identity card; may follow later.',
  })
  identityNumber?: string;

  @Field(() => ID, { description: 'The institution where the document will be shown.' })
  institutionId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'An open service point of the institution, where its clerks check the document too.',
  })
  servicePointId?: string | null;

  @Field(() => String)
  idempotencyKey!: string;
}

/** The identity that an application still lacks. */
@InputType({ description: 'The identity that an application still lacks.' })
export class ProvideIdentityInput extends stepInput('accountId') {
  @Field(() => String, { description: 'The number of the resident identity card.' })
  identityNumber!: string;
}

/** What an official decides who has seen the document. */
export enum IdentityDecision {
  CONFIRM = 'CONFIRM',
  REFUSE = 'REFUSE',
}
registerEnumType(IdentityDecision, {
  name: 'IdentityDecision',
  description: 'CONFIRM needs what the document shows, REFUSE a reason.',
});

/** The result of looking at an original document. */
@InputType({ description: 'The result of looking at the original document.' })
export class VerifyIdentityInput extends stepInput('accountId') {
  @Field(() => IdentityDecision)
  decision!: IdentityDecision;

  @Field(() => String, { nullable: true, description: 'The name on the document; needed to confirm.' })
  legalName?: string;

  @Field(() => String, { nullable: true, description: 'The number on the document; needed to confirm.' })
  identityNumber?: string;

  @Field(() => String, { nullable: true, description: 'Why the identity is refused; needed to refuse.' })
  reason?: string;
}

/** A step of an account, on the version that the caller has seen. */
@InputType()
export class AccountStepInput extends reasonedStepInput('accountId', 'Why; one to 500 characters.') {}

/** What `withdrawAccount` takes. */
@InputType({ description: 'The application to withdraw, on the version that the caller has seen.' })
export class WithdrawAccountInput extends AccountStepInput {}

/** What `freezeAccount` takes. */
@InputType({ description: 'The account to freeze, on the version that the caller has seen.' })
export class FreezeAccountInput extends AccountStepInput {}

/** What `unfreezeAccount` takes. */
@InputType({ description: 'The account to make active again, on the version that the caller has seen.' })
export class UnfreezeAccountInput extends AccountStepInput {}

/** What `closeAccount` takes. */
@InputType({ description: 'The account to close, on the version that the caller has seen.' })
export class CloseAccountInput extends AccountStepInput {}

/** What `reopenAccount` takes. */
@InputType({ description: 'The account to reopen, on the version that the caller has seen.' })
export class ReopenAccountInput extends AccountStepInput {}

/** What a mutation of an account answers. */
export type AccountPayload = Payload<{ account: Account }>;

/** What `openAccount` answers. */
export const OpenAccountPayload = payloadType('openAccount', 'account', Account);
/** What `provideIdentity` answers. */
export const ProvideIdentityPayload = payloadType('provideIdentity', 'account', Account);
/** What `verifyIdentity` answers. */
export const VerifyIdentityPayload = payloadType('verifyIdentity', 'account', Account);
/** What `withdrawAccount` answers. */
export const WithdrawAccountPayload = payloadType('withdrawAccount', 'account', Account);
/** What `freezeAccount` answers. */
export const FreezeAccountPayload = payloadType('freezeAccount', 'account', Account);
/** What `unfreezeAccount` answers. */
export const UnfreezeAccountPayload = payloadType('unfreezeAccount', 'account', Account);
/** What `closeAccount` answers. */
export const CloseAccountPayload = payloadType('closeAccount', 'account', Account);
/** What `reopenAccount` answers. */
export const ReopenAccountPayload = payloadType('reopenAccount', 'account', Account);
