import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { WorkAction } from '../../kit/room/work/work-event.js';
import type { WorkStep } from '../../kit/room/work/work-source.js';

/**
 * One wait of one row for officials, from the event that opened it to the one that closed it. A projection: written by
 * events of the rooms and by nothing else.
 */
export const TaskEntity = defineEntity({
  name: 'Task',
  tableName: 'task',
  properties: {
    id: p.string().primary(),
    /** The room whose row it is; its mutations are called there. */
    room: p.string(),
    /** The type of the graph. */
    type: p.string(),
    subjectId: p.string(),
    /** The version of the row; what a step expects. */
    version: p.integer(),
    state: p.string(),
    titleZh: p.string().nullable(),
    titleEn: p.string().nullable(),
    about: p.string(),
    since: p.datetime(),
    dueAt: p.datetime().nullable(),
    /** From here on nobody is waited for, although no event comes. */
    lapsesAt: p.datetime().nullable(),
    /** Keys of those who are waited for (see `task-keys.ts`). */
    waitsFor: p.array(),
    /** Keys of those who are told when it is late. */
    overdueFor: p.array(),
    /** Keys of those to whom it is not shown, because the guards refuse them. */
    notFor: p.array(),
    institutionIds: p.array(),
    actions: p.json<WorkAction[]>(),
    steps: p.json<WorkStep[]>(),
    closedAt: p.datetime().nullable(),
  },
});

export type TaskRow = InferEntity<typeof TaskEntity>;
