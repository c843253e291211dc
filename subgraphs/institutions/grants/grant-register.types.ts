import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { Grant, GrantRole } from './grant.types.js';

/** A page of grants. */
export const GrantConnection = connectionType(Grant, 'Grant');

/** Which grants to list. */
@InputType({ description: 'Which grants to list; conditions are joined by AND.' })
export class GrantFilter {
  @Field(() => ID, { nullable: true })
  institutionId?: string;

  @Field(() => ID, { nullable: true })
  servicePointId?: string;

  @Field(() => GrantRole, { nullable: true })
  role?: GrantRole;

  @Field(() => String, { nullable: true })
  subject?: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether the grant gives something now.' })
  inForce?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Only grants in force whose review is due now.' })
  dueForReview?: boolean;
}

/** How grants are ordered. */
export enum GrantOrder {
  SUBJECT_ASC = 'SUBJECT_ASC',
  REVIEW_DUE_ASC = 'REVIEW_DUE_ASC',
}
registerEnumType(GrantOrder, { name: 'GrantOrder' });

/** The arguments of `grants`. */
@ArgsType()
export class GrantsArguments extends PageArguments {
  @Field(() => GrantFilter, { nullable: true })
  filter?: GrantFilter;

  @Field(() => GrantOrder, { nullable: true, defaultValue: GrantOrder.SUBJECT_ASC })
  orderBy!: GrantOrder;
}

/** What can happen to a grant. */
export enum GrantStepKind {
  GIVEN = 'GIVEN',
  DELEGATED = 'DELEGATED',
  KEPT = 'KEPT',
  ENDED = 'ENDED',
}
registerEnumType(GrantStepKind, {
  name: 'GrantStepKind',
  description: 'GIVEN or DELEGATED: it began to be. KEPT: by a review. ENDED: before its time.',
});

/** One thing that happened to a grant. */
@ObjectType({ description: 'One thing that happened to a grant.' })
export class GrantStep {
  @Field(() => GrantStepKind)
  kind!: GrantStepKind;

  @Field(() => DateTimeScalar)
  at!: Date;

  @Field(() => String, { description: 'The subject of whoever did it.' })
  by!: string;

  @Field(() => String, { nullable: true, description: 'Why, or what for.' })
  reason!: string | null;
}

/** A page of a grant's history. */
export const GrantStepConnection = connectionType(GrantStep, 'GrantStep');

/** The arguments of `grantHistory`. */
@ArgsType()
export class GrantHistoryArguments extends PageArguments {
  @Field(() => ID)
  grantId!: string;
}
