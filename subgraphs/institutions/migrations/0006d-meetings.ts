import type { RoomMigration } from '../../kit/room/database/migration.js';

const officials = `(select app_is_service() or app_has_role('SECRETARIAT'))`;
const invited = `(select app_subject()) = any (invited_subjects)`;
const informed = `(select app_has_role('INSTITUTION_ADMIN', 'REGISTRAR', 'TEACHER', 'SERVICE_POINT_CLERK', 'COUNCIL_MEMBER'))`;
const ofOwnMeeting = `exists (select 1 from meeting where meeting.id = meeting_id and ${invited})`;

/** Meetings of the bodies: who called for them, who came, what was recorded (charter art. 13, 15). */
export const meetings: RoomMigration = {
  name: '0006d_meetings',
  statements: [
    `create table meeting (
       id text primary key,
       body_id text not null references body,
       kind text not null check (kind in ('ORDINARY', 'SPECIAL')),
       title_zh text not null,
       title_en text not null,
       agenda jsonb not null default '[]',
       state text not null check (state in
         ('REQUESTED', 'TO_SCHEDULE', 'CALLED', 'MINUTES_RECORDED', 'MINUTES_APPROVED', 'CLOSED', 'WITHDRAWN', 'CANCELLED')),
       state_since timestamptz not null,
       starts_at timestamptz,
       place text,
       link text,
       seats integer not null check (seats > 0),
       supporters integer not null default 0,
       invited_subjects text[] not null,
       opened_by text not null,
       attendance_records integer not null default 0,
       minutes_edition integer not null default 0,
       version integer not null default 1,
       created_at timestamptz not null,
       check (cardinality(invited_subjects) >= seats),
       check (state in ('REQUESTED', 'TO_SCHEDULE', 'WITHDRAWN')
         or (starts_at is not null and (place is not null or link is not null))))`,
    `create index meeting_body on meeting (body_id, starts_at)`,

    `create table meeting_support (
       meeting_id text not null references meeting,
       seat_id text not null references seat,
       subject text not null,
       supported_at timestamptz not null,
       constraint meeting_support_key primary key (meeting_id, seat_id))`,

    `create table attendance (
       id text primary key,
       meeting_id text not null references meeting,
       seat_id text not null references seat,
       body_id text not null references body,
       institution_id text not null references institution,
       presence text not null check (presence in ('PRESENT', 'REPRESENTED', 'ABSENT')),
       represented_by text,
       recorded_by text not null,
       version integer not null default 1,
       created_at timestamptz not null,
       unique (meeting_id, seat_id),
       check ((presence = 'REPRESENTED') = (represented_by is not null)))`,
    `create index attendance_member on attendance (body_id, institution_id)`,

    `create table minutes (
       id text primary key,
       meeting_id text not null references meeting,
       edition integer not null check (edition >= 1),
       text text not null,
       recorded_by text not null,
       approved_by text,
       approved_at timestamptz,
       version integer not null default 1,
       created_at timestamptz not null,
       unique (meeting_id, edition),
       check ((approved_by is null) = (approved_at is null)),
       check (approved_by <> recorded_by))`,

    // More than half of the body's seats call a special meeting, in integers (charter art. 15); counted as the service.
    `create function guard_meeting() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       calls integer;
     begin
       if old.state in ('CLOSED', 'WITHDRAWN', 'CANCELLED') then
         raise exception 'what became of a meeting stays' using errcode = '23514', constraint = 'meeting_fixed';
       end if;
       if (old.body_id, old.kind, old.opened_by, old.created_at) is distinct from
         (new.body_id, new.kind, new.opened_by, new.created_at) then
         raise exception 'which body meets never changes' using errcode = '23514', constraint = 'meeting_fixed';
       end if;
       if old.state = 'REQUESTED' and new.state not in ('REQUESTED', 'WITHDRAWN') then
         perform set_config('app.kind', 'SERVICE', true);
         select count(*) into calls from meeting_support where meeting_id = new.id;
         perform set_config('app.kind', caller, true);
         if calls * 2 <= old.seats then
           raise exception 'not more than half of the seats call for it'
             using errcode = '23514', constraint = 'meeting_called_by_majority';
         end if;
       end if;
       return new;
     end $$`,
    `create trigger meeting_guard before update on meeting for each row execute function guard_meeting()`,

    `create function guard_meeting_record() returns trigger language plpgsql as $$
     declare
       caller text := coalesce(current_setting('app.kind', true), '');
       is_closed boolean;
     begin
       perform set_config('app.kind', 'SERVICE', true);
       is_closed := exists (select 1 from meeting where id = new.meeting_id and state = 'CLOSED');
       perform set_config('app.kind', caller, true);
       if is_closed then
         raise exception 'the meeting is closed' using errcode = '23514', constraint = tg_table_name || '_kept';
       end if;
       return new;
     end $$`,
    `create trigger attendance_guard before insert or update on attendance
       for each row execute function guard_meeting_record()`,
    `create function guard_minutes() returns trigger language plpgsql as $$
     begin
       if old.approved_by is not null or (old.meeting_id, old.edition, old.text, old.recorded_by) is distinct from
         (new.meeting_id, new.edition, new.text, new.recorded_by) then
         raise exception 'minutes are followed by an edition, never changed'
           using errcode = '23514', constraint = 'minutes_kept';
       end if;
       return new;
     end $$`,
    `create trigger minutes_guard before update on minutes for each row execute function guard_minutes()`,
    ...['meeting', 'attendance', 'minutes'].map(
      (table) =>
        `create trigger ${table}_kept before delete on ${table} for each row execute function governance_is_kept()`,
    ),
    `create trigger meeting_support_kept before update or delete on meeting_support
       for each row execute function governance_is_kept()`,

    ...['meeting', 'meeting_support', 'attendance', 'minutes'].flatMap((table) => [
      `alter table ${table} enable row level security`,
      `alter table ${table} force row level security`,
    ]),
    `create policy meeting_read on meeting for select using (
       ${officials} or ${invited} or (state = 'CLOSED' and ${informed}))`,
    `create policy meeting_make on meeting for insert with check (${officials} or ${invited})`,
    `create policy meeting_change on meeting for update using (${officials} or ${invited})`,
    ...['meeting_support', 'attendance', 'minutes'].map(
      (table) => `create policy ${table}_read on ${table} for select using (${officials} or ${ofOwnMeeting})`,
    ),
    `create policy meeting_support_make on meeting_support for insert with check (subject = (select app_subject()))`,
    `create policy attendance_make on attendance for insert with check (${officials})`,
    `create policy attendance_change on attendance for update using (${officials})`,
    `create policy minutes_make on minutes for insert with check (${officials})`,
    `create policy minutes_change on minutes for update using (${officials} or ${ofOwnMeeting})`,
  ],
};
