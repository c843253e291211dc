import 'reflect-metadata';
import { Field, ID, InputType, Int, ObjectType, type ClassType } from 'type-graphql';
import type { Payload } from '../scope/mutate.js';
import { UserError } from './user-error.js';

/**
 * The payload of one mutation, `<Mutation>Payload`: what it changed, null when it was refused, and the refusals. Each
 * mutation has its own, so that one can grow a field without the others.
 * @param mutation the mutation's field, for example `closeAccount`
 * @param name the field of what it changed, for example `account`
 */
export function payloadType<Name extends string, Changed extends object>(
  mutation: string,
  name: Name,
  changed: ClassType<Changed>,
): ClassType<Payload<Record<Name, Changed>>> {
  @ObjectType(`${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload`)
  class MutationPayload {
    @Field(() => [UserError])
    userErrors!: UserError[];
  }
  Field(() => changed, { nullable: true })(MutationPayload.prototype, name);
  return MutationPayload as unknown as ClassType<Payload<Record<Name, Changed>>>;
}

/** What a step on something that is there says: on what, and on which version of it, so that nothing is overwritten. */
export type Step<Id extends string> = Record<Id, string> & { expectedVersion: number };

/**
 * What the inputs of steps extend; the graph shows only the input that extends it.
 * @param id the field that names the object, for example `accountId`
 */
export function stepInput<Id extends string>(id: Id): ClassType<Step<Id>> {
  @InputType()
  class StepInput {
    @Field(() => Int)
    expectedVersion!: number;
  }
  Field(() => ID)(StepInput.prototype, id);
  return StepInput as unknown as ClassType<Step<Id>>;
}

/**
 * What the inputs of steps extend that must be explained.
 * @param description what the graph says of the reason, its longest length included
 */
export function reasonedStepInput<Id extends string>(
  id: Id,
  description: string,
): ClassType<Step<Id> & { reason: string }> {
  @InputType()
  class ReasonedStepInput extends (stepInput(id) as ClassType<object>) {
    @Field(() => String, { description })
    reason!: string;
  }
  return ReasonedStepInput as unknown as ClassType<Step<Id> & { reason: string }>;
}
