import 'reflect-metadata';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import type { ShownCount } from './suppress.js';

/** A count of people in whole tens, hidden where it would tell of fewer than ten. */
@ObjectType({
  description:
    'A count of people in whole tens: 1,036 is 1,030. It is suppressed where it, or the difference between it and another figure of the same answer, is about fewer than ten.',
})
@Directive('@shareable')
export class PeopleFigure implements ShownCount {
  @Field(() => Int, { nullable: true, description: 'Null when suppressed.' })
  value!: number | null;

  @Field(() => Boolean)
  suppressed!: boolean;
}
