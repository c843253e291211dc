import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';

/** The states of a case. */
export enum ViolationCaseState {
  AWAITING_ANSWER = 'AWAITING_ANSWER',
  ANSWERED = 'ANSWERED',
  CONCLUDED = 'CONCLUDED',
  CLOSED = 'CLOSED',
  EXIT_PROPOSED = 'EXIT_PROPOSED',
}
registerEnumType(ViolationCaseState, { name: 'ViolationCaseState', description: 'The state of a case.' });

/** What was found. */
export enum ViolationFinding {
  SERIOUS = 'SERIOUS',
  WARNING = 'WARNING',
  UNFOUNDED = 'UNFOUNDED',
}
registerEnumType(ViolationFinding, {
  name: 'ViolationFinding',
  description:
    'What was found: SERIOUS leads to the proposal of an exit, WARNING and UNFOUNDED close the case.',
});

/** With what a case is closed that leads to no exit. */
export enum ViolationClosing {
  WARNING = 'WARNING',
  UNFOUNDED = 'UNFOUNDED',
}
registerEnumType(ViolationClosing, {
  name: 'ViolationClosing',
  description: 'With what a case is closed that leads to no exit.',
});

/** Which side says something in a case. */
export enum ViolationStatementKind {
  EVIDENCE = 'EVIDENCE',
  ANSWER = 'ANSWER',
}
registerEnumType(ViolationStatementKind, {
  name: 'ViolationStatementKind',
  description: 'EVIDENCE is given by the secretariat, ANSWER by the member.',
});

/** What one of the two sides said in a case. */
@ObjectType({ description: 'What one of the two sides said in a case; never changed.' })
export class ViolationStatement {
  @Field(() => Int, { description: 'From 1, in the order in which it was said.' })
  place!: number;

  @Field(() => ViolationStatementKind)
  kind!: ViolationStatementKind;

  @Field(() => String)
  text!: string;

  @Field(() => String, { nullable: true, description: 'Where a document is found.' })
  reference!: string | null;

  @Field(() => String)
  givenBy!: string;

  @Field(() => DateTimeScalar)
  givenAt!: Date;
}

/** A page of what was said. */
export const ViolationStatementConnection = connectionType(ViolationStatement, 'ViolationStatement');

/** A violation that a member is said to have committed. */
@ObjectType({
  description: 'A serious violation that a member is said to have committed (charter art. 21.2).',
})
export class ViolationCase extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The number by which people name it, VIOL-<year>-<number>.' })
  caseNo!: string;

  @Field(() => ID)
  membershipId!: string;

  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { description: 'What is said to be violated, for example an article of the charter.' })
  provision!: string;

  @Field(() => String)
  summary!: string;

  @Field(() => ViolationCaseState)
  state!: ViolationCaseState;

  @Field(() => DateTimeScalar, { description: 'Since when the case is in this state.' })
  since!: Date;

  @Field(() => ViolationFinding, { nullable: true })
  finding!: ViolationFinding | null;

  @Field(() => String, { nullable: true })
  conclusion!: string | null;

  @Field(() => String)
  openedBy!: string;

  @Field(() => DateTimeScalar)
  openedAt!: Date;

  @Field(() => String, { nullable: true })
  concludedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true })
  concludedAt!: Date | null;
}

/** A page of cases. */
export const ViolationCaseConnection = connectionType(ViolationCase, 'ViolationCase');

/** Which cases to list. */
@InputType({ description: 'Which cases to list; conditions are joined by AND.' })
export class ViolationCaseFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => ViolationCaseState, { nullable: true })
  state?: ViolationCaseState;
}

/** The arguments of `violationCases`. */
@ArgsType()
export class ViolationCasesArguments extends PageArguments {
  @Field(() => ViolationCaseFilter, { nullable: true })
  filter?: ViolationCaseFilter;
}
