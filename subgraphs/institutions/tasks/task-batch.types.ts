import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType } from '../../kit/room/schema/mutation-types.js';
import { UserError } from '../../kit/room/schema/user-error.js';
import type { Payload } from '../../kit/room/scope/mutate.js';

/** What became of one step of a batch. */
export enum TaskStepOutcome {
  TAKEN = 'TAKEN',
  REFUSED = 'REFUSED',
  UNKNOWN = 'UNKNOWN',
  WAITING = 'WAITING',
}
registerEnumType(TaskStepOutcome, {
  name: 'TaskStepOutcome',
  description:
    'TAKEN, or REFUSED with the reasons. UNKNOWN: it was sent and no answer came; look at what it is about. ' +
    'WAITING: there was no time to send it; send the same input with the same key again.',
});

/** What became of one step of a batch. */
@ObjectType({ description: 'What became of one step of a batch.' })
export class TakenTask {
  @Field(() => ID)
  taskId!: string;

  @Field(() => String)
  action!: string;

  @Field(() => TaskStepOutcome)
  outcome!: TaskStepOutcome;

  @Field(() => [UserError], { description: 'Why it was refused.' })
  userErrors!: UserError[];
}

/** Steps that somebody took on many tasks at once. */
@ObjectType({ description: 'Steps that somebody took on many tasks at once.' })
export class TaskBatch {
  @Field(() => ID)
  id!: string;

  @Field(() => [TakenTask], { description: 'In the order in which they were given.' })
  items!: TakenTask[];
}

/** One step of a batch. */
@InputType({ description: 'A step on one task, on the version of its subject that the caller has seen.' })
export class TaskStepInput {
  @Field(() => ID)
  taskId!: string;

  @Field(() => String, { description: 'One of the actions of the task that are `inBatch`.' })
  action!: string;

  @Field(() => Int, { description: 'The `subjectVersion` that the caller has seen.' })
  expectedVersion!: number;
}

/** What `takeTasks` takes. */
@InputType({ description: 'Steps on one to a hundred tasks.' })
export class TakeTasksInput {
  @Field(() => [TaskStepInput])
  steps!: TaskStepInput[];

  @Field(() => String, {
    nullable: true,
    description: 'For the steps that need one; one to 500 characters, the same for all.',
  })
  reason?: string | null;

  @Field(() => String)
  idempotencyKey!: string;
}

/** What `takeTasks` answers. */
export type TaskBatchPayload = Payload<{ batch: TaskBatch }>;

/** What `takeTasks` answers. */
export const TakeTasksPayload = payloadType('takeTasks', 'batch', TaskBatch);
