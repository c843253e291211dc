/** How the rows of a table are counted in a tally. */
export interface TallyDefinition {
  /** The table that is counted; its rows are never deleted. */
  readonly of: string;
  /** The column with the institution that the row counts for. */
  readonly institution: string;
  /** An SQL expression over a row, added up beside the count; 0 when left out. */
  readonly amount?: string;
  /** By name, what the rows are grouped by: SQL expressions of type text over a row named `moved`. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** The month of an instant in Asia/Shanghai, `2026-01`, as an expression for a tally. */
export function monthOf(instant: string): string {
  return `to_char(${instant} at time zone 'Asia/Shanghai', 'YYYY-MM')`;
}

/**
 * The statements of a migration that keep a tally of a table, called `<table>_tally`: what a `group by` over the whole
 * table would give, exact at every moment, without reading the table.
 *
 * Every statement that writes the table adds to the tally what it moved, as rows of its own: nobody waits for anybody,
 * as counters in one row would make them. {@link foldTally} adds up the rows of a group once a day.
 * Its columns: `figure` (the group's name), `institution_id`, `keys` (the values of the group's expressions, in
 * order), `rows`, `amount`. Read by services, the secretariat and supervisors; it tells of no single row.
 */
export function tallyStatements(definition: TallyDefinition): readonly string[] {
  const { of, institution, amount = '0', groups } = definition;
  const name = `${of}_tally`;
  const moves = Object.entries(groups)
    .map(([group, keys]) => `('${group}', array[${keys.join(', ')}]::text[])`)
    .join(', ');
  const add = (moved: string) =>
    `insert into ${name} (figure, institution_id, keys, rows, amount)
     select counted.figure, moved.${institution}, counted.keys, sum(moved.sign), sum(moved.sign * (${amount}))
     from (${moved}) as moved cross join lateral (values ${moves}) as counted (figure, keys)
     group by 1, 2, 3 having sum(moved.sign) <> 0 or sum(moved.sign * (${amount})) <> 0;`;
  return [
    `create table ${name} (
       figure text not null,
       institution_id text not null,
       keys text[] not null,
       rows bigint not null,
       amount numeric not null)`,
    `create index ${name}_group on ${name} (figure, institution_id)`,
    // It acts as the service and gives the caller's kind back: whoever enters a row need not see the figures.
    `create function keep_${name}() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       if tg_op = 'INSERT' then
         ${add(`select 1 as sign, * from written`)}
       else
         ${add(`select 1 as sign, * from written union all select -1, * from replaced`)}
       end if;
       perform set_config('app.kind', caller, true);
       return null;
     end $$`,
    `create trigger ${name}_of_new after insert on ${of} referencing new table as written
       for each statement execute function keep_${name}()`,
    `create trigger ${name}_of_changed after update on ${of} referencing new table as written old table as replaced
       for each statement execute function keep_${name}()`,
    `alter table ${name} enable row level security`,
    `alter table ${name} force row level security`,
    `create policy ${name}_read on ${name} for select using (
       (select app_is_service() or app_has_role('SECRETARIAT', 'SUPERVISOR')))`,
    `create policy ${name}_add on ${name} for insert with check ((select app_is_service()))`,
    `create policy ${name}_fold on ${name} for delete using ((select app_is_service()))`,
    // What is there already, read as the service, since the owner is under the policies as well.
    `do $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
     begin
       perform set_config('app.kind', 'SERVICE', true);
       ${add(`select 1 as sign, * from ${of}`)}
       perform set_config('app.kind', caller, true);
     end $$`,
  ];
}
