import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../kit/room/schema/scalars.js';
import { AvailableAction } from '../../kit/room/schema/shared-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** Which way the money went. */
export enum FundEntryKind {
  INCOME = 'INCOME',
  EXPENSE = 'EXPENSE',
}
registerEnumType(FundEntryKind, { name: 'FundEntryKind', description: 'Which way the money went.' });

/** The states of an entry. */
export enum FundEntryState {
  RECORDED = 'RECORDED',
  CONFIRMED = 'CONFIRMED',
  REJECTED = 'REJECTED',
}
registerEnumType(FundEntryState, {
  name: 'FundEntryState',
  description: 'Whether a second person has confirmed an entry; only confirmed entries count.',
});

/** Money that came in or went out (charter art. 23). */
@ObjectType({
  description: 'Money that came in or went out, for a purpose; who records it does not confirm it.',
})
export class FundEntry {
  @Field(() => ID)
  id!: string;

  @Field(() => FundEntryKind)
  kind!: FundEntryKind;

  @Field(() => String, { description: 'A code, for example FEES.' })
  purpose!: string;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  amount!: string;

  @Field(() => DateScalar)
  occurredOn!: string;

  @Field(() => String)
  description!: string;

  @Field(() => ID, { nullable: true, description: 'The approved document that an expense rests on.' })
  documentId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The entry that it takes back.' })
  correctsId!: string | null;

  @Field(() => FundEntryState)
  state!: FundEntryState;

  @Field(() => [AvailableAction])
  availableActions!: AvailableAction[];

  @Field(() => Int)
  version!: number;

  @Field(() => DateTimeScalar)
  createdAt!: Date;
}

/** A page of entries. */
export const FundEntryConnection = connectionType(FundEntry, 'FundEntry');

/** A purpose over a year. */
@ObjectType({ description: 'What came in and went out for a purpose in a year, in CNY.' })
export class FundReportLine {
  @Field(() => String)
  purpose!: string;

  @Field(() => DecimalScalar, { description: 'At the beginning of the year, in CNY.' })
  opening!: string;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  income!: string;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  expense!: string;

  @Field(() => DecimalScalar, { description: 'At the end of the year, in CNY.' })
  closing!: string;
}

/** The funds over a year (charter art. 23). */
@ObjectType({ description: 'The funds over a calendar year, by purpose; confirmed entries only.' })
export class FundReport {
  @Field(() => Int)
  year!: number;

  @Field(() => [FundReportLine])
  purposes!: FundReportLine[];
}

/** What a purpose holds now. */
@ObjectType({ description: 'What a purpose holds now.' })
export class FundBalance {
  @Field(() => String)
  purpose!: string;

  @Field(() => DecimalScalar, { description: 'In CNY.' })
  balance!: string;
}

/** Which entries to list. */
@InputType({ description: 'Which entries to list; conditions are joined by AND.' })
export class FundEntryFilter {
  @Field(() => String, { nullable: true })
  purpose?: string;

  @Field(() => FundEntryState, { nullable: true })
  state?: FundEntryState;
}

/** The arguments of `fundEntries`. */
@ArgsType()
export class FundEntriesArguments extends PageArguments {
  @Field(() => FundEntryFilter, { nullable: true })
  filter?: FundEntryFilter;
}

/** What `recordFundEntry` takes. */
@InputType({ description: 'Money that came in or went out.' })
export class RecordFundEntryInput {
  @Field(() => FundEntryKind)
  kind!: FundEntryKind;

  @Field(() => String, { description: 'A code: two to 40 capital letters, digits or underscores.' })
  purpose!: string;

  @Field(() => DecimalScalar, { description: 'In CNY, more than zero, at most two decimal places.' })
  amount!: string;

  @Field(() => DateScalar, { description: 'Not later than today.' })
  occurredOn!: string;

  @Field(() => String, { description: 'One to 500 characters.' })
  description!: string;

  @Field(() => ID, { nullable: true, description: 'An approved SecretariatDocument; an expense needs one.' })
  documentId?: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `correctFundEntry` takes. */
@InputType({ description: 'The confirmed entry to take back by its exact opposite, and why.' })
export class CorrectFundEntryInput {
  @Field(() => ID)
  fundEntryId!: string;

  @Field(() => String, { description: 'Why; one to 500 characters.' })
  reason!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `confirmFundEntry` takes. */
@InputType({ description: 'The entry that somebody else recorded and the caller confirms.' })
export class ConfirmFundEntryInput extends stepInput('fundEntryId') {}

/** What `rejectFundEntry` takes. */
@InputType({ description: 'The entry that somebody else recorded and the caller rejects.' })
export class RejectFundEntryInput extends stepInput('fundEntryId') {}

/** What a mutation of an entry answers. */
export type FundEntryPayload = Payload<{ fundEntry: FundEntry }>;

const payload = (mutation: string) => payloadType(mutation, 'fundEntry', FundEntry);

/** What `recordFundEntry` answers. */
export const RecordFundEntryPayload = payload('recordFundEntry');
/** What `correctFundEntry` answers. */
export const CorrectFundEntryPayload = payload('correctFundEntry');
/** What `confirmFundEntry` answers. */
export const ConfirmFundEntryPayload = payload('confirmFundEntry');
/** What `rejectFundEntry` answers. */
export const RejectFundEntryPayload = payload('rejectFundEntry');
