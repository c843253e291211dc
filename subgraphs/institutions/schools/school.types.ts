import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType, reasonedStepInput, stepInput } from '../../kit/room/schema/mutation-types.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** The kinds of interface that an adapter's driver speaks. */
export enum RecordsSystemKind {
  SQL = 'SQL',
  REST = 'REST',
  SOAP = 'SOAP',
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

  @Field(() => String, {
    description: 'The address of the adapter subgraph: an http(s) URL in its normal form, or local:NAME.',
  })
  endpoint!: string;

  @Field(() => Boolean, { description: 'Whether the school is asked at all.' })
  enabled!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: "Longest wait for one answer; null: the router's usual 3000.",
  })
  timeoutMs!: number | null;

  @Field(() => Int, { nullable: true, description: "Most questions at once; null: the router's usual 16." })
  maxConcurrent!: number | null;

  @Field(() => Int)
  version!: number;
}

/** How a records system is reached and how hard it may be pressed. */
@InputType()
class RecordsSystemTerms {
  @Field(() => RecordsSystemKind)
  kind!: RecordsSystemKind;

  @Field(() => String, {
    description:
      'The address of the adapter subgraph, without user name, password and fragment: a public https URL; from the secretariat also any http(s) URL, or local:NAME.',
  })
  endpoint!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Longest wait for one answer, 100 to 30000 milliseconds.',
  })
  timeoutMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Most questions at once, 1 to 256.' })
  maxConcurrent?: number | null;
}

/** Connects a member's records system: one line of the directory, no change of the supergraph. */
@InputType({ description: "Connects a member's records system." })
export class ConnectRecordsSystemInput extends RecordsSystemTerms {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => String)
  idempotencyKey!: string;
}

/** Switches a records system off for maintenance, or on again. */
@InputType({ description: 'Switches a records system off, for example for maintenance, or on again.' })
export class SwitchRecordsSystemInput extends stepInput('institutionId') {
  @Field(() => Boolean)
  enabled!: boolean;
}

/** Changes how a records system is reached; the supergraph stays as it is. */
@InputType({ description: 'Changes how a records system is reached, and how hard it may be pressed.' })
export class MoveRecordsSystemInput extends RecordsSystemTerms {
  @Field(() => ID)
  institutionId!: string;

  @Field(() => Int)
  expectedVersion!: number;
}

/** Takes a records system out of the graph. */
@InputType({ description: 'Takes a records system out of the graph; its records are unknown from then on.' })
export class DisconnectRecordsSystemInput extends reasonedStepInput(
  'institutionId',
  'Why, at most 500 characters; kept in the audit trail.',
) {}

/** What a mutation of the directory answers. */
export type SchoolPayload = Payload<{ school: School }>;

/** What `connectRecordsSystem` answers. */
export const ConnectRecordsSystemPayload = payloadType('connectRecordsSystem', 'school', School);
/** What `switchRecordsSystem` answers. */
export const SwitchRecordsSystemPayload = payloadType('switchRecordsSystem', 'school', School);
/** What `moveRecordsSystem` answers. */
export const MoveRecordsSystemPayload = payloadType('moveRecordsSystem', 'school', School);
/** What `disconnectRecordsSystem` answers. */
export const DisconnectRecordsSystemPayload = payloadType('disconnectRecordsSystem', 'school', School);
