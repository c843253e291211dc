import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { rankingType } from '../../kit/room/figures/ranking.js';
import { InstitutionReference } from '../institutions/institution.types.js';
import { OutcomeKind, OutcomeState } from '../outcomes/outcome.types.js';

/** Which outcomes a ranking or a series counts. */
export enum OutcomeFigure {
  ALL = 'ALL',
  UNDER_WAY = 'UNDER_WAY',
  CERTIFIED = 'CERTIFIED',
  REJECTED = 'REJECTED',
}
registerEnumType(OutcomeFigure, {
  name: 'OutcomeFigure',
  description: 'Which outcomes are counted: all, those on the way to a decision, certified or rejected ones.',
});

/** Outcomes in one state. */
@ObjectType()
export class OutcomesInState {
  @Field(() => OutcomeState)
  state!: OutcomeState;

  @Field(() => Int)
  outcomes!: number;
}

/** Certified outcomes of one kind. */
@ObjectType()
export class OutcomesOfKind {
  @Field(() => OutcomeKind)
  kind!: OutcomeKind;

  @Field(() => Int)
  outcomes!: number;
}

/** Certified outcomes at one level. */
@ObjectType()
export class OutcomesAtLevel {
  @Field(() => Int, { nullable: true, description: 'The level of the framework, 1 to 10; null: not placed.' })
  level!: number | null;

  @Field(() => Int)
  outcomes!: number;
}

/** Classes of one academic year. */
@ObjectType()
export class OfferingsOfYear {
  @Field(() => String)
  academicYear!: string;

  @Field(() => Int)
  offerings!: number;
}

/** The catalog of institutions, counted. */
@ObjectType({
  description: 'The catalog: learning outcomes by their issuer, courses and classes by their school.',
})
export class OutcomeFigures {
  @Field(() => Int, { description: 'Outcomes in every state and edition.' })
  total!: number;

  @Field(() => [OutcomesInState])
  byState!: OutcomesInState[];

  @Field(() => [OutcomesOfKind], { description: 'What is certified.' })
  byKind!: OutcomesOfKind[];

  @Field(() => [OutcomesAtLevel], { description: 'What is certified.' })
  byLevel!: OutcomesAtLevel[];

  @Field(() => Int, { description: 'Courses that are in the catalogs now.' })
  courses!: number;

  @Field(() => [OfferingsOfYear], { description: 'Classes; the latest year first.' })
  offeringsByYear!: OfferingsOfYear[];
}

/** Institutions by their outcomes. */
export const OutcomeRanking = rankingType('OutcomeRanking', InstitutionReference, {
  description: 'How many outcomes.',
});
