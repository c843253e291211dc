import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The figures of a year, frozen. */
@ObjectType({
  description: 'The figures of a year, frozen: they stay as they are, a correction is a later edition.',
})
export class FigureSnapshot {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  year!: number;

  @Field(() => Int, { description: 'From 1.' })
  edition!: number;

  @Field(() => DateTimeScalar, { description: 'The instant at which the figures were collected.' })
  asOf!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'Why the figures were corrected; null for the first edition.',
  })
  reason!: string | null;

  @Field(() => String, { description: 'The figures of all subgraphs as canonical JSON (RFC 8785).' })
  content!: string;

  @Field(() => String, { description: 'SHA-256 of the content in UTF-8, in lower-case hexadecimal.' })
  hash!: string;
}

/** A page of frozen figures. */
export const FigureSnapshotConnection = connectionType(FigureSnapshot, 'FigureSnapshot');

/** A year to freeze. */
@InputType({ description: 'A year whose figures are frozen as they are now.' })
export class FreezeFiguresInput {
  @Field(() => Int, { description: 'This year or an earlier one.' })
  year!: number;

  @Field(() => String)
  idempotencyKey!: string;
}

/** A frozen year to correct. */
@InputType({ description: 'A frozen year of which another edition is made, as the figures are now.' })
export class CorrectFrozenFiguresInput extends FreezeFiguresInput {
  @Field(() => String, { description: 'Why; it stands in the edition. 5 to 1,000 characters.' })
  reason!: string;
}

/** What a mutation of a snapshot answers. */
export type FigureSnapshotPayload = Payload<{ figureSnapshot: FigureSnapshot }>;

/** What `freezeFigures` answers. */
export const FreezeFiguresPayload = payloadType('freezeFigures', 'figureSnapshot', FigureSnapshot);
/** What `correctFrozenFigures` answers. */
export const CorrectFrozenFiguresPayload = payloadType(
  'correctFrozenFigures',
  'figureSnapshot',
  FigureSnapshot,
);
