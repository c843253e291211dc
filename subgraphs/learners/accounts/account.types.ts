import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import { UserError } from '../../kit/room/schema/user-error.js';

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
export class Account {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The institution where the identity document is shown.' })
  institutionId!: string;

  @Field(() => AccountState)
  state!: AccountState;

  @Field(() => DateTimeScalar, { description: 'Since when the account is in this state.' })
  since!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the step that is waited for is overdue.',
  })
  dueAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why the identity was refused.' })
  refusedReason!: string | null;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;

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

  @Field(() => String)
  idempotencyKey!: string;
}

/** The identity that an application still lacks. */
@InputType({ description: 'The identity that an application still lacks.' })
export class ProvideIdentityInput {
  @Field(() => ID)
  accountId!: string;

  @Field(() => Int)
  expectedVersion!: number;

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
export class VerifyIdentityInput {
  @Field(() => ID)
  accountId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => IdentityDecision)
  decision!: IdentityDecision;

  @Field(() => String, { nullable: true, description: 'The name on the document; needed to confirm.' })
  legalName?: string;

  @Field(() => String, { nullable: true, description: 'The number on the document; needed to confirm.' })
  identityNumber?: string;

  @Field(() => String, { nullable: true, description: 'Why the identity is refused; needed to refuse.' })
  reason?: string;
}

/** Another step of an account. */
@InputType({ description: 'A step of an account, on the version that the caller has seen.' })
export class ChangeAccountInput {
  @Field(() => ID)
  accountId!: string;

  @Field(() => Int)
  expectedVersion!: number;

  @Field(() => String, { description: 'Why; one to 500 characters.' })
  reason!: string;
}

/** What an account mutation answers. */
@ObjectType()
export class AccountPayload {
  @Field(() => Account, { nullable: true })
  account!: Account | null;

  @Field(() => [UserError])
  userErrors!: UserError[];
}
