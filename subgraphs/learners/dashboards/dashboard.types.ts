import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PeopleFigure } from '../../kit/room/figures/people-figure.js';
import { rankingType } from '../../kit/room/figures/ranking.js';
import { DateScalar } from '../../kit/room/schema/scalars.js';
import { Credits } from '../../kit/room/schema/shared-types.js';
import { AccountState } from '../accounts/account.types.js';
import { DepositCategory, DepositState } from '../deposits/deposit.types.js';
import { InstitutionReference } from '../institutions/institution.types.js';

/** Which deposits a ranking or a series counts. */
export enum DepositFigure {
  ALL = 'ALL',
  WAITING = 'WAITING',
  BANKED = 'BANKED',
  REVOKED = 'REVOKED',
}
registerEnumType(DepositFigure, {
  name: 'DepositFigure',
  description:
    'Which deposits are counted: all, those that wait (to be reviewed, or held), banked or revoked ones.',
});

/** Which accounts a ranking or a series counts. */
export enum AccountFigure {
  ALL = 'ALL',
  ACTIVE = 'ACTIVE',
}
registerEnumType(AccountFigure, { name: 'AccountFigure', description: 'Which accounts are counted.' });

/** Accounts in one state. */
@ObjectType()
export class AccountsInState {
  @Field(() => AccountState)
  state!: AccountState;

  @Field(() => PeopleFigure)
  accounts!: PeopleFigure;
}

/** Accounts, which are people. */
@ObjectType({
  description: 'Learning accounts, by the institution where they were opened; a learner has one.',
})
export class AccountFigures {
  @Field(() => PeopleFigure)
  total!: PeopleFigure;

  @Field(() => [AccountsInState])
  byState!: AccountsInState[];
}

/** Deposits in one state. */
@ObjectType()
export class DepositsInState {
  @Field(() => DepositState)
  state!: DepositState;

  @Field(() => Int)
  deposits!: number;
}

/** Banked deposits of one category, with their credits. */
@ObjectType()
export class DepositsOfCategory {
  @Field(() => DepositCategory)
  category!: DepositCategory;

  @Field(() => Int)
  deposits!: number;

  @Field(() => [Credits], {
    description: 'One amount per credit scheme; schemes are never added to each other.',
  })
  credits!: Credits[];
}

/** Banked deposits of results awarded in one year. */
@ObjectType()
export class DepositsOfYear {
  @Field(() => Int, { nullable: true, description: 'Null: of no known year.' })
  year!: number | null;

  @Field(() => Int)
  deposits!: number;
}

/** Deposits of institutions. */
@ObjectType({ description: 'Deposits, by the institution that issued the results.' })
export class DepositFigures {
  @Field(() => Int, { description: 'Deposits in every state.' })
  total!: number;

  @Field(() => [DepositsInState])
  byState!: DepositsInState[];

  @Field(() => [DepositsOfCategory], { description: 'What is banked.' })
  byCategory!: DepositsOfCategory[];

  @Field(() => [DepositsOfYear], { description: 'What is banked, by the year of award; the latest first.' })
  byAwardYear!: DepositsOfYear[];
}

/** Accounts opened in one time. */
@ObjectType()
export class AccountPoint {
  @Field(() => DateScalar)
  from!: string;

  @Field(() => DateScalar, { description: 'The first day that no longer belongs to the point.' })
  to!: string;

  @Field(() => PeopleFigure)
  accounts!: PeopleFigure;
}

/** Institutions by their deposits. */
export const DepositRanking = rankingType('DepositRanking', InstitutionReference, {
  description: 'How many deposits.',
});

/** Institutions by their accounts. */
export const AccountRanking = rankingType('AccountRanking', InstitutionReference, {
  description:
    'How many accounts, in whole tens; institutions with fewer than ten are left out, unless they have none.',
});
