import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The kinds of interface that an adapter's driver speaks. */
export enum RecordsSystemKind {
  SQL = 'SQL',
  DROP = 'DROP',
}
registerEnumType(RecordsSystemKind, {
  name: 'RecordsSystemKind',
  description: "The kind of interface of a school's records system.",
});

/** One line of the directory of schools. */
@ObjectType({
  description: 'How the adapter in front of a records system is reached; for services and administrators.',
})
export class School {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String, { nullable: true })
  name!: string | null;

  @Field(() => RecordsSystemKind)
  kind!: RecordsSystemKind;

  @Field(() => String, { description: 'The address of the adapter subgraph: an http(s) URL, or local:NAME.' })
  endpoint!: string;

  @Field(() => Boolean, { description: 'Whether the school is asked at all.' })
  enabled!: boolean;

  @Field(() => Int)
  version!: number;
}

/** Connects a member's records system: one line of the directory, no change of the supergraph. */
@InputType({ description: "Connects a member's records system." })
export class ConnectRecordsSystemInput {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => RecordsSystemKind)
  kind!: RecordsSystemKind;

  @Field(() => String)
  endpoint!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** Switches a records system off for maintenance, or on again. */
@InputType({ description: 'Switches a records system off, for example for maintenance, or on again.' })
export class SwitchRecordsSystemInput extends stepInput('institutionId') {
  @Field(() => Boolean)
  enabled!: boolean;
}

/** What a mutation of the directory answers. */
export type SchoolPayload = Payload<{ school: School }>;

/** What `connectRecordsSystem` answers. */
export const ConnectRecordsSystemPayload = payloadType('connectRecordsSystem', 'school', School);
/** What `switchRecordsSystem` answers. */
export const SwitchRecordsSystemPayload = payloadType('switchRecordsSystem', 'school', School);
