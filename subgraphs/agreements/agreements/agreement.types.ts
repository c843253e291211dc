import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import { Ratio } from '../credit-schemes/credit-scheme.types.js';

/** The states of an agreement. */
export enum AgreementState {
  PROPOSED = 'PROPOSED',
  COUNTERED = 'COUNTERED',
  APPROVED = 'APPROVED',
  SIGNED = 'SIGNED',
  EFFECTIVE = 'EFFECTIVE',
  EXPIRED = 'EXPIRED',
  TERMINATED = 'TERMINATED',
  REJECTED = 'REJECTED',
  LAPSED = 'LAPSED',
}
registerEnumType(AgreementState, { name: 'AgreementState', description: 'The state of an agreement today.' });

/** The kinds of agreements. */
export enum AgreementKind {
  CREDIT_CONVERSION = 'CREDIT_CONVERSION',
  COURSE_RECOGNITION = 'COURSE_RECOGNITION',
}
registerEnumType(AgreementKind, { name: 'AgreementKind', description: 'What an agreement is about.' });

/** How an amount of one scheme becomes an amount of another. */
@ObjectType({ description: 'How an amount of one scheme becomes an amount of another.' })
export class AgreementTerm {
  @Field(() => String)
  fromScheme!: string;

  @Field(() => String)
  toScheme!: string;

  @Field(() => Ratio, { description: 'target = source * ratio, rounded down once.' })
  ratio!: Ratio;
}

/** A party's approval or signature of the current content. */
@ObjectType({ description: "A party's approval or signature of the current content." })
export class AgreementApproval {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { description: 'APPROVAL or SIGNATURE.' })
  kind!: string;

  @Field(() => String, { description: 'The hash of the content that was approved or signed.' })
  contentHash!: string;

  @Field(() => DateTimeScalar)
  givenAt!: Date;
}

/** A conversion agreement between institutions (学分转换协议). */
@ObjectType({
  description: 'An agreement between institutions (学分转换协议); every party approves the same hash.',
})
@Directive('@key(fields: "id")')
@Authenticated()
export class Agreement extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The number by which people name it.' })
  agreementNo!: string;

  @Field(() => AgreementKind)
  kind!: AgreementKind;

  @Field(() => String)
  title!: string;

  @Field(() => Int, { description: 'Rises with every change of content, which resets the approvals.' })
  contentVersion!: number;

  @Field(() => String, {
    description: 'SHA-256 of the canonical content, sha256:<hex>; what approveAgreement names.',
  })
  contentHash!: string;

  @Field(() => [AgreementTerm])
  terms!: AgreementTerm[];

  @Field(() => String, { nullable: true })
  note!: string | null;

  @Field(() => AgreementState, { description: 'The state today; what only the calendar does needs no step.' })
  state!: AgreementState;

  @Field(() => DateScalar, { description: 'The last day on which the parties may answer.' })
  respondBy!: string;

  @Field(() => DateScalar, { description: 'The first day on which it holds.' })
  effectiveFrom!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day on which it no longer holds; null while open.',
  })
  effectiveTo!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which a notice ends it; null without one.',
  })
  terminatesOn!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was rejected or is ended.' })
  reason!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  /** For the field resolvers; not a field of the graph. */
  partyIds!: string[];
}

/** A page of agreements. */
export const AgreementConnection = connectionType(Agreement, 'Agreement');

/** Which agreements to list. */
@InputType({ description: 'Which agreements to list; conditions are joined by AND.' })
export class AgreementFilter {
  @Field(() => ID, { nullable: true })
  partyId?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Only those that are in force on this day.' })
  inForceOn?: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Only signed ones that have not ended by this day: in force, or to be in force later.',
  })
  bindingOn?: string;
}

/** How agreements are ordered. */
export enum AgreementOrder {
  NEWEST = 'NEWEST',
  EFFECTIVE_FROM_ASC = 'EFFECTIVE_FROM_ASC',
}
registerEnumType(AgreementOrder, { name: 'AgreementOrder' });

/** The arguments of `agreements`. */
@ArgsType()
export class AgreementsArguments extends PageArguments {
  @Field(() => AgreementFilter, { nullable: true })
  filter?: AgreementFilter;

  @Field(() => AgreementOrder, { nullable: true, defaultValue: AgreementOrder.NEWEST })
  orderBy!: AgreementOrder;
}
