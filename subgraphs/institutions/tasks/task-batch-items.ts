import type { Json } from '../../kit/room/audit/canonical-json.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { UserError } from '../../kit/room/schema/user-error.js';

/** What is sent for a step. */
export interface SentStep {
  readonly room: string;
  readonly subjectId: string;
  readonly mutation: string;
  readonly input: { readonly [field: string]: Json };
}

interface StepOfBatch {
  readonly taskId: string;
  readonly action: string;
  readonly errors: readonly UserError[];
}

/** A step as it enters the batch: to be sent, or refused already. */
export type NewBatchItem = StepOfBatch &
  (({ readonly state: 'READY' } & SentStep) | { readonly state: 'REFUSED' });

/** A step as the batch remembers it. `SENT`: somebody sends it, or has died while it did. */
export interface BatchItem extends StepOfBatch, Partial<SentStep> {
  readonly place: number;
  readonly state: 'READY' | 'SENT' | 'TAKEN' | 'REFUSED';
}

/** Writes the steps of a new batch, in one statement. */
export async function addItems(sql: Sql, batchId: string, items: readonly NewBatchItem[]): Promise<void> {
  await sql.execute(
    `insert into task_batch_item (batch_id, place, task_id, action, room, subject_id, mutation, input, state, errors)
     select ?, place - 1, item ->> 'taskId', item ->> 'action', item ->> 'room', item ->> 'subjectId',
       item ->> 'mutation', item -> 'input', item ->> 'state', item -> 'errors'
     from jsonb_array_elements(?::jsonb) with ordinality as given (item, place)`,
    [batchId, JSON.stringify(items)],
  );
}

/** The steps of a batch, in the order in which they were given. */
export async function readItems(sql: Sql, batchId: string): Promise<BatchItem[]> {
  const rows = await sql.execute<{ item: string }>(
    `select json_build_object('place', place, 'taskId', task_id, 'action', action, 'room', room,
       'subjectId', subject_id, 'mutation', mutation, 'input', input, 'state', state, 'errors', errors)::text as item
     from task_batch_item where batch_id = ? order by place`,
    [batchId],
  );
  return rows.map(({ item }) => JSON.parse(item) as BatchItem);
}

/** Takes a step for sending. @returns false when another process has taken it */
export async function claimItem(sql: Sql, batchId: string, place: number): Promise<boolean> {
  const claimed = await sql.execute(
    `update task_batch_item set state = 'SENT' where batch_id = ? and place = ? and state = 'READY' returning place`,
    [batchId, place],
  );
  return claimed.length > 0;
}

/** Keeps what the owner answered. */
export async function keepAnswer(
  sql: Sql,
  batchId: string,
  place: number,
  errors: readonly UserError[],
): Promise<void> {
  await sql.execute(
    `update task_batch_item set state = ?, errors = ?::jsonb where batch_id = ? and place = ? and state = 'SENT'`,
    [errors.length === 0 ? 'TAKEN' : 'REFUSED', JSON.stringify(errors), batchId, place],
  );
}
