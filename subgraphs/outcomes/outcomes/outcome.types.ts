import { ArgsType, Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { Public } from '../../kit/room/policy/field-rights.js';
import { DateScalar, DateTimeScalar } from '../../kit/room/schema/scalars.js';
import { SteppedObject } from '../../kit/room/schema/shared-types.js';
import { InstitutionReference } from '../institutions/institution.types.js';

/** The states of a learning outcome. */
export enum OutcomeState {
  PROPOSED = 'PROPOSED',
  FORMAL_CHECK = 'FORMAL_CHECK',
  SUPPLEMENT_REQUESTED = 'SUPPLEMENT_REQUESTED',
  EXPERT_REVIEW = 'EXPERT_REVIEW',
  CERTIFIED = 'CERTIFIED',
  REJECTED = 'REJECTED',
  APPEALED = 'APPEALED',
  SUSPENDED = 'SUSPENDED',
  EXPIRED = 'EXPIRED',
  WITHDRAWN = 'WITHDRAWN',
}
registerEnumType(OutcomeState, { name: 'OutcomeState', description: 'The state of a learning outcome.' });

/** What kind of learning an outcome stands for. */
export enum OutcomeKind {
  COURSE = 'COURSE',
  DEGREE = 'DEGREE',
  CERTIFICATE = 'CERTIFICATE',
  TRAINING = 'TRAINING',
  EXPERIENCE = 'EXPERIENCE',
}
registerEnumType(OutcomeKind, {
  name: 'OutcomeKind',
  description: 'What kind of learning an outcome stands for.',
});

/** An item of the catalog of learning outcomes. */
@ObjectType({ description: 'An item of the catalog of learning outcomes (学习成果名录), in one edition.' })
@Directive('@key(fields: "id")')
@Public()
export class LearningOutcome extends SteppedObject {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'The code in the catalog; its editions share it.' })
  outcomeCode!: string;

  @Field(() => Int, { description: '1, 2, …; new content is a new edition.' })
  edition!: number;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => OutcomeKind)
  kind!: OutcomeKind;

  @Field(() => Int, {
    nullable: true,
    description: 'The level in the framework of learning outcomes, 1 to 10.',
  })
  level!: number | null;

  @Field(() => InstitutionReference, { nullable: true })
  issuer!: InstitutionReference | null;

  courseId!: string | null;

  @Field(() => OutcomeState)
  state!: OutcomeState;

  @Field(() => DateTimeScalar, { description: 'Since when it is in this state.' })
  since!: Date;

  @Field(() => DateScalar, { nullable: true, description: 'Results of this day and later are recognised.' })
  recognisedFrom!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Results of this day and later are not; null without an end.',
  })
  validUntil!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the last step said, for those who take part in it.',
  })
  note!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the issuer sent, for those who take part in it.',
  })
  supplement!: string | null;
}

/** A page of learning outcomes. */
export const LearningOutcomeConnection = connectionType(LearningOutcome, 'LearningOutcome');

/** Which outcomes to list. */
@InputType({ description: 'Which learning outcomes to list; conditions are joined by AND.' })
export class OutcomeFilter {
  @Field(() => ID, { nullable: true })
  issuerId?: string;

  @Field(() => ID, { nullable: true })
  courseId?: string;

  @Field(() => String, { nullable: true, description: 'Part of the title.' })
  text?: string;

  @Field(() => OutcomeState, { nullable: true })
  state?: OutcomeState;

  @Field(() => OutcomeKind, { nullable: true })
  kind?: OutcomeKind;
}

/** The arguments of `outcomes`. */
@ArgsType()
export class OutcomesArguments extends PageArguments {
  @Field(() => OutcomeFilter, { nullable: true })
  filter?: OutcomeFilter;
}
