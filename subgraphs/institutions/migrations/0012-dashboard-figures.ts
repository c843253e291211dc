import type { RoomMigration } from '../../kit/room/database/migration.js';

/**
 * A function that counts tasks for those who may not see the tasks of others. It acts as the service for the length of
 * the call; a supervisor gets the institutions of a visit that is under way, everybody but services and the secretariat
 * nothing. A task counts while it is open, and as closed for 90 days.
 * @param counted by what is counted, its value, of which tasks, and how a task is compared with a list of institutions
 */
const taskCounts = (
  name: string,
  counted: { by: string; value: string; of: string; among: (list: string) => string },
) => `
  create function ${name}(institutions jsonb, at timestamptz)
  returns table (${counted.by} text, open bigint, overdue bigint, closed bigint, days_to_close integer)
  language plpgsql as $$
  declare
    caller text := coalesce(current_setting('app.kind', true), '');
    sees_all boolean := app_is_service() or app_has_role('SECRETARIAT');
    supervised text[] := case when not sees_all then supervised_institutions() end;
    wanted text[] := case when institutions is not null
      then array(select jsonb_array_elements_text(institutions)) end;
  begin
    perform set_config('app.kind', 'SERVICE', true);
    return query
      with chosen as (
        select ${counted.value} as part, task.since, task.due_at, task.closed_at,
          task.closed_at is null and (task.lapses_at is null or task.lapses_at > at) as is_open
        from ${counted.of}
        where (task.closed_at is null or (task.closed_at > at - interval '90 days' and task.closed_at <= at))
          and (wanted is null or ${counted.among('wanted')})
          and (sees_all or ${counted.among('supervised')}))
      select part, count(*) filter (where is_open), count(*) filter (where is_open and due_at <= at),
        count(closed_at),
        (percentile_disc(0.5) within group (order by ceil(extract(epoch from closed_at - since) / 86400))
          filter (where closed_at is not null))::integer
      from chosen group by part;
    perform set_config('app.kind', caller, true);
  end $$`;

/** What dashboards tell of tasks and activity, and the end of a supervisor's visit by time, also behind the service. */
export const dashboardFigures: RoomMigration = {
  name: '0012_dashboard_figures',
  statements: [
    // The clock of this house, which the service names where a supervisor reads, or else the database's own.
    `create or replace function supervised_institutions() returns text[] language sql stable as $$
       with clock (now, today) as (
         select now, (now at time zone 'Asia/Shanghai')::date
         from (select coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now())) as told (now))
       select coalesce(array_agg(seen.id), '{}') from institution seen
       where app_has_role('SUPERVISOR') and exists (
         select from supervision_visit visit join supervision_scope given on given.id = visit.scope_id, clock
         where visit.subject = app_subject() and visit.closed_at is null and visit.expires_at > clock.now
           and given.revoked_at is null and given.valid_from <= clock.today and given.valid_to > clock.today
           and (given.provinces is null or seen.province = any (given.provinces))
           and (given.institution_ids is null or seen.id = any (given.institution_ids)))
     $$`,

    `create policy member_activity_supervised on member_activity for select using (
       institution_id = any ((select supervised_institutions())::text[]))`,

    `create index task_closed on task (closed_at) where closed_at is not null`,
    taskCounts('task_figures', {
      by: 'type',
      value: 'task.type',
      of: 'task',
      among: (list) => `task.institution_ids && ${list}`,
    }),
    taskCounts('task_pace', {
      by: 'institution_id',
      value: 'waited.institution_id',
      of: 'task cross join unnest(task.institution_ids) as waited (institution_id)',
      among: (list) => `waited.institution_id = any (${list})`,
    }),
  ],
};
