import { z } from 'zod';
import { newId } from '../../kit/base/ids.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import { contentHash } from '../../kit/room/audit/canonical-json.js';
import type { Sql, Transact } from '../../kit/room/database/sql.js';
import { checkInput } from '../../kit/room/scope/check-input.js';
import { mutate } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { TaskEntity } from './task.entity.js';
import { addItems, readItems, type BatchItem } from './task-batch-items.js';
import { planStep } from './task-batch-plan.js';
import { takeSteps } from './task-batch-run.js';
import {
  TaskStepOutcome,
  type TakeTasksInput,
  type TakenTask,
  type TaskBatchPayload,
} from './task-batch.types.js';

const taken = z.object({
  steps: z.array(z.object({})).min(1, 'steps: 1–100').max(100, 'steps: 1–100'),
  reason: z.string().trim().min(1, 'reason: 1–500').max(500, 'reason: 1–500').nullish(),
  idempotencyKey: z.string().regex(/^[\x20-\x7e]{8,128}$/, 'idempotencyKey: 8–128 ASCII'),
});

/**
 * Decisions on many tasks. Each is the owner's own mutation, called as the official: whose right it is, and whether the
 * row is still as it was seen, is the owner's to say. What was sent and what was answered is kept step by step, so that
 * a repetition of the key gives the same answers and sends only what was never sent.
 */
export class TaskBatchService {
  readonly #transact: Transact;

  /** @param transact transactions of the room itself: the steps of one request are written side by side */
  constructor(transact: Transact) {
    this.#transact = transact;
  }

  /** Takes the steps that the tasks offer, or goes on with the batch that has this key. */
  async take(scope: RequestScope, input: TakeTasksInput): Promise<TaskBatchPayload> {
    // The key is the batch's own: the kit would store an answer before the owners have given theirs.
    const { idempotencyKey: _, ...keyless } = input;
    const opened = await mutate(
      scope,
      { operation: 'takeTasks', action: 'TAKE_TASKS', subjectType: 'TaskBatch', input: keyless },
      async (transaction) => {
        const { reason = null } = checkInput(taken, input);
        const batch = await openBatch(transaction.sql, scope, input);
        if (!batch.isNew) return { batchId: batch.id };
        const tasks = await transaction.find(TaskEntity, {
          id: { $in: input.steps.map((step) => step.taskId) },
        });
        const now = scope.clock.now();
        await addItems(
          transaction.sql,
          batch.id,
          input.steps.map((step) => {
            const task = tasks.find(({ id }) => id === step.taskId);
            return planStep(step, task, { reason, now, locale: scope.locale });
          }),
        );
        transaction.audited({
          subjectId: batch.id,
          after: { steps: input.steps.map(({ taskId, action }) => `${action} ${taskId}`) },
        });
        return { batchId: batch.id };
      },
    );
    if (opened.batchId == null) return { batch: null, userErrors: opened.userErrors };
    const { batchId } = opened;
    await takeSteps(scope, this.#transact, batchId);
    const items = await this.#transact((sql) => readItems(sql, batchId));
    return { batch: { id: batchId, items: items.map(showItem) }, userErrors: [] };
  }
}

/** Takes the key, or finds the batch that has it. A repetition that comes meanwhile waits for the first one's commit. */
async function openBatch(
  sql: Sql,
  scope: RequestScope,
  { idempotencyKey, steps, reason }: TakeTasksInput,
): Promise<{ id: string; isNew: boolean }> {
  const { subject } = scope.principal;
  const hash = contentHash({
    steps: steps.map(({ taskId, action, expectedVersion }) => [taskId, action, expectedVersion]),
    reason: reason ?? null,
  });
  const [made] = await sql.execute<{ id: string }>(
    `insert into task_batch (id, subject, key, input_hash, reason, created_at)
     values (?, ?, ?, ?, ?, ?::timestamptz) on conflict (subject, key) do nothing returning id`,
    [newId('TaskBatch'), subject, idempotencyKey, hash, reason ?? null, scope.clock.now().toISOString()],
  );
  if (made !== undefined) return { id: made.id, isNew: true };
  const [known] = await sql.execute<{ id: string; input_hash: string }>(
    'select id, input_hash from task_batch where subject = ? and key = ?',
    [subject, idempotencyKey],
  );
  if (known?.input_hash !== hash) throw refuse('IDEMPOTENCY_KEY_REUSED', {}, ['input', 'idempotencyKey']);
  return { id: known.id, isNew: false };
}

const outcomes: Record<BatchItem['state'], TaskStepOutcome> = {
  READY: TaskStepOutcome.WAITING,
  SENT: TaskStepOutcome.UNKNOWN,
  TAKEN: TaskStepOutcome.TAKEN,
  REFUSED: TaskStepOutcome.REFUSED,
};

function showItem({ taskId, action, state, errors }: BatchItem): TakenTask {
  return { taskId, action, outcome: outcomes[state], userErrors: [...errors] };
}
