import { AmrloError, refuse } from '../../kit/base/errors/amrlo-error.js';
import type { Locale } from '../../kit/base/locale.js';
import { userErrorOf } from '../../kit/room/schema/user-error.js';
import type { NewBatchItem } from './task-batch-items.js';
import type { TaskStepInput } from './task-batch.types.js';
import type { TaskRow } from './task.entity.js';

/** What of a task decides whether a step may be sent. */
export type OfferedTask = Pick<TaskRow, 'room' | 'subjectId' | 'version' | 'steps' | 'closedAt' | 'lapsesAt'>;

/**
 * A step as it will be sent, or refused at once: nothing is sent that the task, as the caller sees it, does not offer.
 * Pure.
 * @param task undefined when it is absent or hidden
 */
export function planStep(
  step: TaskStepInput,
  task: OfferedTask | undefined,
  { reason, now, locale }: { reason: string | null; now: Date; locale: Locale },
): NewBatchItem {
  const { taskId, action, expectedVersion } = step;
  try {
    if (task === undefined) throw refuse('NOT_FOUND', { type: 'Task', id: taskId });
    const lapsed = task.lapsesAt != null && task.lapsesAt <= now;
    if (task.closedAt != null || lapsed) throw refuse('TASK_CLOSED');
    if (task.version !== expectedVersion) throw refuse('VERSION_CONFLICT', { version: task.version });
    const offered = task.steps.find((one) => one.action === action);
    if (offered === undefined) throw refuse('TASK_STEP_NOT_OFFERED', { action });
    if (offered.reasoned && reason === null)
      throw refuse('TASK_REASON_MISSING', { action }, ['input', 'reason']);
    return {
      taskId,
      action,
      state: 'READY',
      errors: [],
      room: task.room,
      subjectId: task.subjectId,
      mutation: offered.mutation,
      input: offered.reasoned ? { ...offered.input, reason } : offered.input,
    };
  } catch (error) {
    if (!(error instanceof AmrloError)) throw error;
    return { taskId, action, state: 'REFUSED', errors: [userErrorOf(error, locale)] };
  }
}
