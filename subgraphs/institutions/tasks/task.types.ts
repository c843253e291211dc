import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType } from '../../kit/room/connection/connection-type.js';
import { PageArguments } from '../../kit/room/connection/page-arguments.js';
import { DateTimeScalar } from '../../kit/room/schema/scalars.js';

/** Whether somebody is still waited for. */
export enum TaskState {
  OPEN = 'OPEN',
  CLOSED = 'CLOSED',
}
registerEnumType(TaskState, {
  name: 'TaskState',
  description: 'OPEN while somebody is waited for; CLOSED tasks are history.',
});

/** What those who are waited for may do next. */
@ObjectType({ description: 'What those who are waited for may do next.' })
export class TaskAction {
  @Field(() => String, { description: 'The step of the state machine.' })
  action!: string;

  @Field(() => String, { description: 'The mutation that takes it.' })
  mutation!: string;

  @Field(() => String, { nullable: true, description: 'In the language of Accept-Language.' })
  title!: string | null;

  @Field(() => Boolean, { description: 'Whether takeTasks takes it on many tasks at once.' })
  inBatch!: boolean;

  @Field(() => Boolean, { description: 'Whether takeTasks needs a reason for it.' })
  needsReason!: boolean;
}

/** One row of some room that waits, or has waited, for officials. */
@ObjectType({ description: 'Something that waits, or has waited, for officials.' })
export class Task {
  @Field(() => ID)
  id!: string;

  @Field(() => TaskState)
  state!: TaskState;

  @Field(() => String, { description: 'The type of what waits, for example Deposit.' })
  subjectType!: string;

  @Field(() => ID, { description: 'Its id; ask for it by the query field of its type.' })
  subjectId!: string;

  @Field(() => Int, { description: 'Its version; the expectedVersion of the next step.' })
  subjectVersion!: number;

  @Field(() => String, { description: 'The state in which it waits, as its type names it.' })
  subjectState!: string;

  @Field(() => String, { nullable: true, description: 'That state in the language of Accept-Language.' })
  title!: string | null;

  @Field(() => String, { description: 'A business number or name by which officials know it.' })
  about!: string;

  @Field(() => [ID], { description: 'The institutions whose officials are waited for.' })
  institutionIds!: string[];

  @Field(() => DateTimeScalar)
  since!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Late from this instant on.' })
  dueAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether it is late; of a closed task, whether it was.' })
  overdue!: boolean;

  @Field(() => DateTimeScalar, { nullable: true })
  closedAt!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether it waits for the caller; false where the caller is only told that it is late.',
  })
  waitsForMe!: boolean;

  @Field(() => [TaskAction])
  actions!: TaskAction[];
}

/** A page of tasks. */
export const TaskConnection = connectionType(Task, 'Task');

/** Which tasks to list. */
@InputType({ description: 'Which tasks to list; conditions are joined by AND.' })
export class TaskFilter {
  @Field(() => [String], { nullable: true, description: 'Types of the graph, for example Deposit.' })
  types?: string[] | null;

  @Field(() => ID, { nullable: true, description: "Those that wait for this institution's officials." })
  institutionId?: string | null;

  @Field(() => Boolean, { nullable: true })
  overdue?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true })
  dueBefore?: Date | null;

  @Field(() => TaskState, { nullable: true, defaultValue: TaskState.OPEN })
  state?: TaskState | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that wait for the caller by name.' })
  mine?: boolean | null;
}

/** How tasks are ordered. */
export enum TaskOrder {
  DUE_AT = 'DUE_AT',
  SINCE = 'SINCE',
}
registerEnumType(TaskOrder, {
  name: 'TaskOrder',
  description: 'DUE_AT: the soonest first, those without a date last. SINCE: the oldest first.',
});

/** The arguments of `tasks`. */
@ArgsType()
export class TasksArguments extends PageArguments {
  @Field(() => TaskFilter, { nullable: true })
  filter?: TaskFilter;

  @Field(() => TaskOrder, { nullable: true, defaultValue: TaskOrder.DUE_AT })
  orderBy!: TaskOrder;
}

/** How many tasks of one type are open. */
@ObjectType({ description: 'How many tasks of one type are open.' })
export class TaskCount {
  @Field(() => String)
  subjectType!: string;

  @Field(() => Int)
  open!: number;

  @Field(() => Int)
  overdue!: number;
}

/** The caller's inbox in figures. */
@ObjectType({ description: "The caller's inbox in figures; subscribe to it to learn of changes." })
export class TaskSummary {
  @Field(() => ID, { description: 'The institution asked for, `alliance`, or `all`.' })
  id!: string;

  @Field(() => Int)
  open!: number;

  @Field(() => Int)
  overdue!: number;

  @Field(() => [TaskCount], { description: 'By type, in the order of its name.' })
  byType!: TaskCount[];
}
