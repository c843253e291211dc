import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { rankingType } from '../../kit/room/figures/ranking.js';
import { DecimalScalar } from '../../kit/room/schema/scalars.js';
import { AgreementState } from '../agreements/agreement.types.js';
import { InstitutionReference } from '../institutions/institution.types.js';

/** What of agreements a ranking or a series counts. */
export enum AgreementFigure {
  ALL = 'ALL',
  NEGOTIATED = 'NEGOTIATED',
  IN_FORCE = 'IN_FORCE',
}
registerEnumType(AgreementFigure, {
  name: 'AgreementFigure',
  description: 'Which agreements are counted: all, those still negotiated, or those in force today.',
});

/** Agreements in one state. */
@ObjectType()
export class AgreementsInState {
  @Field(() => AgreementState)
  state!: AgreementState;

  @Field(() => Int)
  agreements!: number;
}

/** What conversions use, in one scheme. */
@ObjectType({ description: 'What conversions use of deposits, in one credit scheme.' })
export class ConsumptionFigures {
  @Field(() => String)
  scheme!: string;

  @Field(() => Int, { description: 'Deposits of which something is used.' })
  deposits!: number;

  @Field(() => DecimalScalar)
  consumed!: string;

  @Field(() => DecimalScalar)
  reserved!: string;
}

/** Agreements of institutions, counted. */
@ObjectType({ description: 'Agreements to which one of the institutions is a party.' })
export class AgreementFigures {
  @Field(() => Int)
  total!: number;

  @Field(() => [AgreementsInState], { description: 'By the state on the day that the dashboard is about.' })
  byState!: AgreementsInState[];

  @Field(() => Int, { description: 'In force, and ending within 90 days.' })
  expiringSoon!: number;

  @Field(() => Int, { description: 'Pairs of institutions that an agreement in force connects.' })
  pairsConnected!: number;

  @Field(() => [ConsumptionFigures], { description: 'One per credit scheme; schemes are never added.' })
  consumption!: ConsumptionFigures[];
}

/** Institutions by their agreements. */
export const AgreementRanking = rankingType('AgreementRanking', InstitutionReference, {
  description: 'How many agreements.',
});
