import { servicePointsOf, type Principal } from '../../base/identity/principal.js';

/**
 * The principal as PostgreSQL's row policies see it. The wall behind the policy: set inside each transaction
 * (`set_config(…, true)`), so it ends with the transaction and a pooled connection never carries it on.
 */
export function sessionVariables(principal: Principal): Record<string, string> {
  return {
    'app.kind': principal.kind,
    'app.subject': principal.subject,
    'app.grants': principal.grants.map((grant) => `${grant.role}@${grant.institutionId ?? ''}`).join(','),
    'app.service_points': servicePointsOf(principal)
      .map(({ institutionId, servicePointId }) => `${institutionId}/${servicePointId}`)
      .join(','),
  };
}

/**
 * The function for rows that clerks see at their service point and nowhere else: every `institution/point` at which the
 * session's principal is a clerk. A room with such rows makes it in the migration that needs it.
 */
export const servicePointsFunction = `create function app_service_points() returns text[]
  language sql stable parallel safe
  as $$ select coalesce(array_agg(entry), '{}')
    from unnest(string_to_array(current_setting('app.service_points', true), ',')) as served(entry)
    where entry <> '' $$`;

/**
 * The functions that row policies are written with; every room's schema gets them by its first migration.
 * Without session variables (a connection that came past the room) every one of them says no.
 */
export const sessionFunctions: readonly string[] = [
  `create function app_subject() returns text language sql stable parallel safe
   as $$ select nullif(current_setting('app.subject', true), '') $$`,
  `create function app_is_service() returns boolean language sql stable parallel safe
   as $$ select coalesce(current_setting('app.kind', true), '') = 'SERVICE' $$`,
  `create function app_is_person() returns boolean language sql stable parallel safe
   as $$ select coalesce(current_setting('app.kind', true), '') = 'PERSON' $$`,
  `create function app_has_role(variadic wanted text[]) returns boolean language sql stable parallel safe
   as $$ select exists (
     select 1 from unnest(string_to_array(current_setting('app.grants', true), ',')) as held(entry)
     where split_part(entry, '@', 1) = any (wanted)) $$`,
  `create function app_institutions(variadic wanted text[]) returns text[] language sql stable parallel safe
   as $$ select coalesce(array_agg(split_part(entry, '@', 2)), '{}')
     from unnest(string_to_array(current_setting('app.grants', true), ',')) as held(entry)
     where split_part(entry, '@', 1) = any (wanted) and split_part(entry, '@', 2) <> '' $$`,
];
