import type { Principal } from '../../base/identity/principal.js';

/**
 * The principal as PostgreSQL's row policies see it. The wall behind the policy: set inside each transaction
 * (`set_config(…, true)`), so it ends with the transaction and a pooled connection never carries it on.
 */
export function sessionVariables(principal: Principal): Record<string, string> {
  return {
    'app.kind': principal.kind,
    'app.subject': principal.subject,
    'app.grants': principal.grants.map((grant) => `${grant.role}@${grant.institutionId ?? ''}`).join(','),
  };
}

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
