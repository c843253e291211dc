import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';

/** The kinds of bodies. */
export enum BodyKind {
  ASSEMBLY = 'ASSEMBLY',
  COUNCIL = 'COUNCIL',
  STANDING_COUNCIL = 'STANDING_COUNCIL',
  SPECIAL_COUNCIL = 'SPECIAL_COUNCIL',
  REVIEW_COMMITTEE = 'REVIEW_COMMITTEE',
  SECRETARIAT = 'SECRETARIAT',
}
registerEnumType(BodyKind, {
  name: 'BodyKind',
  description: 'A kind of body of the alliance (charter art. 13 to 17).',
});

/** A name in both languages of the alliance. */
@ObjectType({ description: 'A name or text in Chinese and in English.' })
export class BilingualText {
  @Field(() => String)
  zh!: string;

  @Field(() => String)
  en!: string;
}

/** A name in both languages of the alliance, as it is given. */
@InputType({ description: 'A name or text in Chinese and in English.' })
export class BilingualTextInput {
  @Field(() => String)
  zh!: string;

  @Field(() => String)
  en!: string;
}

/** A body of the alliance. */
@ObjectType({ description: 'A body of the alliance; its seats vote.' })
export class Body {
  @Field(() => ID)
  id!: string;

  @Field(() => BodyKind)
  kind!: BodyKind;

  @Field(() => BilingualText)
  name!: BilingualText;

  @Field(() => Int, { description: "The charter's article that establishes it." })
  article!: number;

  @Field(() => ID, { nullable: true, description: 'The sub-alliance of a special council.' })
  subAllianceId!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ceased to be; null while it is.' })
  endedAt!: Date | null;
}

/** A page of bodies. */
export const BodyConnection = connectionType(Body, 'Body');

/** Which bodies to list. */
@InputType({ description: 'Which bodies to list; conditions are joined by AND.' })
export class BodyFilter {
  @Field(() => BodyKind, { nullable: true })
  kind?: BodyKind;

  @Field(() => Boolean, { nullable: true, description: 'Only bodies that are, or are not, there now.' })
  active?: boolean;
}

/** The arguments of `bodies`. */
@ArgsType()
export class BodiesArguments extends PageArguments {
  @Field(() => BodyFilter, { nullable: true })
  filter?: BodyFilter;
}
