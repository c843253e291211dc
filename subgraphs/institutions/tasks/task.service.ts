import type { QueryOrderMap } from '@mikro-orm/postgresql';
import type { Locale } from '../../kit/base/locale.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import type { Title } from '../../kit/room/machine/machine-definition.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import { begunBy, conditionsOf } from './task-conditions.js';
import { TaskEntity, type TaskRow } from './task.entity.js';
import { keysOf, personKey } from './task-keys.js';
import {
  TaskOrder,
  TaskState,
  type Task,
  type TaskAction,
  type TasksArguments,
  type TaskSummary,
} from './task.types.js';

/** The summary of what waits for the alliance's bodies and for persons by name; no institution has this id. */
export const allianceSummary = 'alliance';
/** The summary of everything that is in the caller's inbox. */
const wholeSummary = 'all';

const orders: Record<TaskOrder, QueryOrderMap<TaskRow>> = {
  [TaskOrder.DUE_AT]: { dueAt: 'asc' },
  [TaskOrder.SINCE]: { since: 'asc' },
};

/** The inbox of officials over all rooms. */
export class TaskService {
  /** A page of what waits for the caller, or has waited. */
  async inbox(scope: RequestScope, args: TasksArguments, withTotal: boolean): Promise<Connection<Task>> {
    const now = scope.clock.now();
    const page = await scope.page(TaskEntity, args, {
      where: { $and: conditionsOf(args.filter ?? {}, scope.principal, now) },
      orderBy: [orders[args.orderBy]],
      withTotal,
    });
    return connectionOf(page, (row) => showTask(scope, row, now));
  }

  /** One task, or null when it is absent or hidden. */
  async byId(scope: RequestScope, id: string): Promise<Task | null> {
    const now = scope.clock.now();
    const row = await scope.findOne(TaskEntity, { $and: [{ id }, begunBy(now)] });
    return row === null ? null : showTask(scope, row, now);
  }

  /** Counts the caller's inbox by type, in one statement; of one institution, or of the alliance, where asked. */
  async summary(scope: RequestScope, id: string | null): Promise<TaskSummary> {
    const { sql } = await scope.unit();
    const now = scope.clock.now().toISOString();
    const keys = JSON.stringify(keysOf(scope.principal));
    const rows = await sql.execute<{ type: string; open: number; overdue: number }>(
      `with mine as (select array(select jsonb_array_elements_text(?::jsonb)) as keys, ?::timestamptz as now)
       select type, count(*)::integer as open, (count(*) filter (where due_at <= mine.now))::integer as overdue
       from task, mine
       where closed_at is null and since <= mine.now and (lapses_at is null or lapses_at > mine.now)
         and (waits_for && mine.keys and not (not_for && array[?::text])
           or overdue_for && mine.keys and due_at <= mine.now)
         and case ?::text when '${wholeSummary}' then true
           when '${allianceSummary}' then institution_ids = '{}' else institution_ids @> array[?::text] end
       group by type order by type`,
      [keys, now, personKey(scope.principal.subject), id ?? wholeSummary, id ?? wholeSummary],
    );
    return {
      id: id ?? wholeSummary,
      open: rows.reduce((sum, { open }) => sum + open, 0),
      overdue: rows.reduce((sum, { overdue }) => sum + overdue, 0),
      byType: rows.map(({ type, open, overdue }) => ({ subjectType: type, open, overdue })),
    };
  }
}

/** What the graph shows of a task, at an instant. */
function showTask(scope: RequestScope, row: TaskRow, now: Date): Task {
  const lapsed = row.lapsesAt != null && row.lapsesAt <= now ? row.lapsesAt : null;
  const closedAt = row.closedAt ?? lapsed;
  const keys = keysOf(scope.principal);
  return {
    id: row.id,
    state: closedAt === null ? TaskState.OPEN : TaskState.CLOSED,
    subjectType: row.type,
    subjectId: row.subjectId,
    subjectVersion: row.version,
    subjectState: row.state,
    title: scope.locale === 'en' ? (row.titleEn ?? null) : (row.titleZh ?? null),
    about: row.about,
    institutionIds: row.institutionIds,
    since: row.since,
    dueAt: row.dueAt ?? null,
    overdue: row.dueAt != null && (closedAt ?? now) >= row.dueAt,
    closedAt,
    waitsForMe:
      row.waitsFor.some((key) => keys.includes(key)) &&
      !row.notFor.includes(personKey(scope.principal.subject)),
    actions: row.actions.map((action) => showAction(row, action, scope.locale)),
  };
}

function showAction(
  row: TaskRow,
  { action, mutation, title }: TaskRow['actions'][number],
  locale: Locale,
): TaskAction {
  const step = row.steps.find((one) => one.action === action);
  return {
    action,
    mutation,
    title: titleIn(title, locale),
    inBatch: step !== undefined,
    needsReason: step?.reasoned === true,
  };
}

function titleIn(title: Title | null, locale: Locale): string | null {
  return title === null ? null : locale === 'en' ? title.en : title.zh;
}
