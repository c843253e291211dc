import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import type { Connection } from '../../kit/room/connection/connection-type.js';
import { selectsTotal } from '../../kit/room/connection/selects-total.js';
import { Authenticated } from '../../kit/room/policy/field-rights.js';
import type { RoomContext } from '../../kit/room/room-context.js';
import type { TaskBatchService } from './task-batch.service.js';
import { TakeTasksInput, TakeTasksPayload, type TaskBatchPayload } from './task-batch.types.js';
import type { TaskService } from './task.service.js';
import { Task, TaskConnection, TasksArguments, TaskSummary } from './task.types.js';

/** The inbox of officials. */
@Resolver(() => Task)
export class TaskResolver {
  readonly #tasks: TaskService;
  readonly #batches: TaskBatchService;

  constructor(tasks: TaskService, batches: TaskBatchService) {
    this.#tasks = tasks;
    this.#batches = batches;
  }

  @Query(() => TaskConnection, {
    nullable: true,
    description:
      'What waits for the caller in all rooms, by role or by name; for the secretariat also what is late.',
  })
  @Authenticated()
  tasks(
    @Args(() => TasksArguments) args: TasksArguments,
    @Ctx() { scope }: RoomContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Task>> {
    return this.#tasks.inbox(scope, args, selectsTotal(info));
  }

  @Query(() => Task, { nullable: true, description: 'One task; null when absent or hidden.' })
  @Authenticated()
  task(@Arg('id', () => ID) id: string, @Ctx() { scope }: RoomContext): Promise<Task | null> {
    return this.#tasks.byId(scope, id);
  }

  @Query(() => TaskSummary, {
    nullable: true,
    description: "The caller's inbox in figures.",
  })
  @Authenticated()
  taskSummary(
    @Arg('id', () => ID, {
      nullable: true,
      description: "An institution's id, or `alliance` for what waits for no institution; else everything.",
    })
    id: string | undefined,
    @Ctx() { scope }: RoomContext,
  ): Promise<TaskSummary> {
    return this.#tasks.summary(scope, id ?? null);
  }

  @Mutation(() => TakeTasksPayload, {
    nullable: true,
    description:
      'Takes a step on up to a hundred tasks, each by itself: what one refuses does not stop the others.',
  })
  @Authenticated()
  takeTasks(
    @Arg('input', () => TakeTasksInput) input: TakeTasksInput,
    @Ctx() { scope }: RoomContext,
  ): Promise<TaskBatchPayload> {
    return this.#batches.take(scope, input);
  }
}
