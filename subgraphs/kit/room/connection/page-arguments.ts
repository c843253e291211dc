import 'reflect-metadata';
import { Field, ArgsType, Int } from 'type-graphql';

/** The arguments of every connection: forward with `first`/`after`, backward with `last`/`before`. */
@ArgsType()
export class PageArguments {
  @Field(() => Int, {
    nullable: true,
    description: 'Items per page, 1 to 100; 20 when neither first nor last is given.',
  })
  first?: number;

  @Field(() => String, { nullable: true, description: 'Read on after this cursor.' })
  after?: string;

  @Field(() => Int, { nullable: true, description: 'Items per page when reading backward, 1 to 100.' })
  last?: number;

  @Field(() => String, { nullable: true, description: 'Read backward from this cursor.' })
  before?: string;
}

/** Items on a page when the client does not say, and the most it may ask for (DESIGN.md section 10, convention 6). */
export const pageSizes = { usual: 20, most: 100 } as const;
