/**
 * What the database itself refuses about grants, and what it does so that no way of changing one can forget it. The
 * guards look at rows that the caller may not see; they count as the service for that long and give the caller's kind
 * back (an exception takes it back as well, with whatever it rolls back).
 */
export const grantGuards: readonly string[] = [
  `create function refuse_grant(rule text, detail text) returns void language plpgsql as $$
   begin
     raise exception '%', detail using errcode = '23514', constraint = rule;
   end $$`,

  `create function guard_grant() returns trigger language plpgsql as $$
   declare
     caller text := coalesce(current_setting('app.kind', true), '');
     never timestamptz := 'infinity';
     parent role_grant;
     point service_point;
   begin
     -- What gateways ask by: every change that is committed after a snapshot has a number that was not over in it.
     new.changed_in := pg_current_xact_id();
     -- Roles that come with a seat or an admission are given by other parts of this room.
     new.review_due_at := coalesce(new.review_due_at, new.valid_from + interval '365 days');
     perform set_config('app.kind', 'SERVICE', true);

     if tg_op = 'UPDATE' then
       if (new.id, new.subject, new.role, new.institution_id, new.service_point_id, new.delegated_from,
           new.delegable, new.valid_from, new.given_by, new.created_at)
          is distinct from
          (old.id, old.subject, old.role, old.institution_id, old.service_point_id, old.delegated_from,
           old.delegable, old.valid_from, old.given_by, old.created_at) then
         perform refuse_grant('role_grant_fixed', 'who may what, and from when, never changes');
       end if;
       if old.revoked_by is not null
          and (new.revoked_by is null or coalesce(new.valid_to, never) > old.valid_to) then
         perform refuse_grant('role_grant_ended', 'a grant that was ended does not come back');
       end if;
     end if;

     if new.delegated_from is not null then
       select * into parent from role_grant where id = new.delegated_from for share;
       if tg_op = 'INSERT' then new.delegation_depth := parent.delegation_depth + 1; end if;
       if (parent.role, parent.institution_id, parent.service_point_id)
            is distinct from (new.role, new.institution_id, new.service_point_id)
          or parent.subject <> new.given_by or parent.subject = new.subject
          or (parent.delegated_from is not null and not parent.delegable) then
         perform refuse_grant('role_grant_delegation', 'only the holder delegates, and only what is held');
       end if;
       -- An interval without an instant gives nothing, wherever it lies.
       if coalesce(new.valid_to, never) > new.valid_from
          and (new.valid_from < parent.valid_from
               or coalesce(new.valid_to, never) > coalesce(parent.valid_to, never)) then
         perform refuse_grant('role_grant_inside', 'a delegated grant lies inside the one it comes from');
       end if;
     end if;

     if new.role = 'SERVICE_POINT_CLERK' and tg_op = 'INSERT' and new.service_point_id is null then
       perform refuse_grant('role_grant_point', 'a clerk acts at a service point');
     end if;
     if new.service_point_id is not null then
       select * into point from service_point where id = new.service_point_id for share;
       if point.host_institution_id is distinct from new.institution_id then
         perform refuse_grant('role_grant_point', 'a clerk acts for the institution that hosts the service point');
       end if;
       if coalesce(new.valid_to, never) > new.valid_from
          and coalesce(new.valid_to, never) > coalesce(point.valid_to, never) then
         perform refuse_grant('role_grant_point_closed', 'no clerk acts at a service point that is closed');
       end if;
     end if;

     if new.role = 'CERTIFICATION_CENTRE' and new.institution_id is not null and tg_op = 'INSERT' then
       perform pg_advisory_xact_lock(hashtext('the certification centre of the alliance'));
       if exists (select from role_grant other
                  where other.role = new.role and other.institution_id <> new.institution_id
                    and tstzrange(other.valid_from, other.valid_to) && tstzrange(new.valid_from, new.valid_to)) then
         perform refuse_grant('role_grant_one_centre', 'the alliance has one certification centre at a time');
       end if;
     end if;

     perform set_config('app.kind', caller, true);
     return new;
   end $$`,
  `create trigger role_grant_guard before insert or update on role_grant
     for each row execute function guard_grant()`,

  // What was delegated from a grant ends with it, in the same statement; and the history is written.
  `create function follow_grant() returns trigger language plpgsql as $$
   declare
     caller text := coalesce(current_setting('app.kind', true), '');
     never timestamptz := 'infinity';
   begin
     perform set_config('app.kind', 'SERVICE', true);
     if tg_op = 'INSERT' then
       insert into grant_step (grant_id, subject, institution_id, kind, at, by, reason)
       values (new.id, new.subject, new.institution_id,
         case when new.delegated_from is null then 'GIVEN' else 'DELEGATED' end,
         new.created_at, new.given_by, new.purpose);
     elsif coalesce(new.valid_to, never) < coalesce(old.valid_to, never) then
       insert into grant_step (grant_id, subject, institution_id, kind, at, by, reason)
       values (new.id, new.subject, new.institution_id, 'ENDED',
         coalesce(new.ended_at, new.valid_to), coalesce(new.revoked_by, 'system'), new.end_reason);
       update role_grant child
       set valid_to = greatest(child.valid_from, new.valid_to), ended_at = new.ended_at,
         revoked_by = new.revoked_by, end_reason = new.end_reason, version = child.version + 1
       where child.delegated_from = new.id and coalesce(child.valid_to, never) > new.valid_to
         and coalesce(child.valid_to, never) > child.valid_from;
     end if;
     perform set_config('app.kind', caller, true);
     return null;
   end $$`,
  `create trigger role_grant_followed after insert or update of valid_to on role_grant
     for each row execute function follow_grant()`,

  `create function guard_service_point() returns trigger language plpgsql as $$
   begin
     if (new.id, new.point_code, new.host_institution_id, new.valid_from)
        is distinct from (old.id, old.point_code, old.host_institution_id, old.valid_from)
        or (old.valid_to is not null and new.valid_to is distinct from old.valid_to) then
       perform refuse_grant('service_point_fixed', 'code, host and interval of a service point never change');
     end if;
     return new;
   end $$`,
  `create trigger service_point_guard before update on service_point
     for each row execute function guard_service_point()`,

  `create function follow_service_point() returns trigger language plpgsql as $$
   declare
     caller text := coalesce(current_setting('app.kind', true), '');
   begin
     perform set_config('app.kind', 'SERVICE', true);
     update role_grant clerk
     set valid_to = greatest(clerk.valid_from, new.valid_to), ended_at = new.valid_to,
       revoked_by = new.closed_by, end_reason = new.close_reason, version = clerk.version + 1
     where clerk.service_point_id = new.id
       and coalesce(clerk.valid_to, 'infinity') > greatest(clerk.valid_from, new.valid_to);
     perform set_config('app.kind', caller, true);
     return null;
   end $$`,
  `create trigger service_point_followed after update of valid_to on service_point
     for each row when (new.valid_to is not null and old.valid_to is null)
     execute function follow_service_point()`,

  `create function never_deleted() returns trigger language plpgsql as $$
   begin
     perform refuse_grant(tg_table_name || '_kept', 'rows of this table are never deleted');
     return null;
   end $$`,
  ...['role_grant', 'service_point', 'grant_review', 'grant_step'].map(
    (table) =>
      `create trigger ${table}_kept before delete on ${table} for each row execute function never_deleted()`,
  ),

  // Whose sessions must learn that a grant was ended: everybody below it, also those whom the caller cannot see.
  `create function grants_below(root text) returns table (subject text) language plpgsql as $$
   declare
     caller text := coalesce(current_setting('app.kind', true), '');
   begin
     perform set_config('app.kind', 'SERVICE', true);
     return query with recursive below as (
       select g.id, g.subject from role_grant g where g.delegated_from = root
       union all
       select g.id, g.subject from role_grant g join below on g.delegated_from = below.id)
     select distinct below.subject from below;
     perform set_config('app.kind', caller, true);
   end $$`,
];
