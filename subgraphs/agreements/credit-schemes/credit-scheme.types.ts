import { Field, Int, ObjectType } from 'type-graphql';
import { DecimalScalar } from '../../kit/room/schema/scalars.js';

/** An exact ratio. */
@ObjectType({ description: 'An exact ratio of two whole numbers.' })
export class Ratio {
  @Field(() => Int)
  numerator!: number;

  @Field(() => Int)
  denominator!: number;
}

/** A way of counting credit. Amounts of different schemes are never added. */
@ObjectType({
  description: 'A way of counting credit (学分制). Amounts of different schemes are never added.',
})
export class CreditScheme {
  @Field(() => String, { description: 'The code that stands beside every amount, for example CN-16.' })
  code!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => String, { description: 'The name in the language of Accept-Language.' })
  name!: string;

  @Field(() => Ratio, { nullable: true, description: 'Hours that stand for one credit; null where none do.' })
  hoursPerCredit!: Ratio | null;

  @Field(() => String, { nullable: true, description: 'CONTACT (taught hours) or WORKLOAD (all work).' })
  hoursKind!: string | null;

  @Field(() => DecimalScalar, { description: 'A converted amount is rounded down to a multiple of this.' })
  granularity!: string;

  @Field(() => String, { description: 'Where the numbers come from.' })
  source!: string;
}
