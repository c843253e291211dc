import 'reflect-metadata';
import { ArgsType, Directive, Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateScalar } from '../schema/scalars.js';

/** How long one point of a series is. */
export enum SeriesStep {
  MONTH = 'MONTH',
  QUARTER = 'QUARTER',
  YEAR = 'YEAR',
}
registerEnumType(SeriesStep, {
  name: 'SeriesStep',
  description:
    'How long one point of a series is: a month, a quarter or a year of the calendar in Asia/Shanghai.',
});

/** The time that figures are about. */
@InputType({ description: 'The time that figures are about: from the first day to the one before the last.' })
export class FigurePeriod {
  @Field(() => DateScalar)
  from!: string;

  @Field(() => DateScalar, { description: 'The first day that no longer counts.' })
  to!: string;
}

/** Which time a series is about, and how fine. */
@ArgsType()
export class SeriesArguments {
  @Field(() => DateScalar, { description: 'The first day; where months are counted, the first of a month.' })
  from!: string;

  @Field(() => DateScalar, { description: 'The first day that no longer belongs to the series.' })
  to!: string;

  @Field(() => SeriesStep)
  every!: SeriesStep;
}

/** One point of a series. */
@ObjectType({ description: 'One point of a series; a time in which nothing happened is 0.' })
@Directive('@shareable')
export class FigurePoint {
  @Field(() => DateScalar)
  from!: string;

  @Field(() => DateScalar, { description: 'The first day that no longer belongs to the point.' })
  to!: string;

  @Field(() => Int)
  value!: number;
}
