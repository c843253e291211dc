import type { Role } from '../../kit/base/identity/principal.js';
import type { Sql } from '../../kit/room/database/sql.js';
import type { LoaderDefinition } from '../../kit/room/scope/request-scope.js';

/**
 * The roles that a merger passes on: whoever holds one at the successor holds it at the institutions that were merged
 * into it. Teachers and clerks are needed where they are; they get grants of their own.
 */
export const rolesTakenOver: readonly Role[] = ['INSTITUTION_ADMIN', 'REGISTRAR'];

/** A merged institution and the one that acts for it today. */
interface Succession {
  readonly merged_id: string;
  readonly successor_id: string;
}

/**
 * Who acts for an institution that was merged: the end of the chain where its successor was merged in turn; null for
 * an institution that was not merged. One statement per request. The guard of the table keeps circles out.
 */
export const successorByInstitution: LoaderDefinition<string, string | null> = {
  name: 'successorByInstitution',
  async batch(scope, institutionIds) {
    const { sql } = await scope.unit();
    const rows = await sql.execute<Succession>(
      `with recursive chain as (
         select institution_id as merged_id, successor_id from membership
         where institution_id in (select jsonb_array_elements_text(?::jsonb)) and successor_id is not null
         union all
         select chain.merged_id, next.successor_id from chain
         join membership next on next.institution_id = chain.successor_id and next.successor_id is not null)
       select merged_id, successor_id from chain
       where not exists (
         select 1 from membership further
         where further.institution_id = chain.successor_id and further.successor_id is not null)`,
      [JSON.stringify(institutionIds)],
    );
    const found = new Map(rows.map((row) => [row.merged_id, row.successor_id]));
    return institutionIds.map((id) => found.get(id) ?? null);
  },
};

/** The institutions that were merged into an institution, over any number of mergers. One statement per request. */
export const mergedIntoInstitution: LoaderDefinition<string, string[]> = {
  name: 'mergedIntoInstitution',
  async batch(scope, institutionIds) {
    const { sql } = await scope.unit();
    const rows = await sql.execute<Succession>(
      `with recursive chain as (
         select successor_id, institution_id as merged_id from membership
         where successor_id in (select jsonb_array_elements_text(?::jsonb))
         union all
         select chain.successor_id, earlier.institution_id from chain
         join membership earlier on earlier.successor_id = chain.merged_id)
       select merged_id, successor_id from chain order by merged_id`,
      [JSON.stringify(institutionIds)],
    );
    return institutionIds.map((id) =>
      rows.filter((row) => row.successor_id === id).map((row) => row.merged_id),
    );
  },
};

/** Whoever holds a role that a merger passes on, so that the gateway asks anew what they may. */
export async function subjectsActingFor(sql: Sql, institutionId: string): Promise<string[]> {
  const rows = await sql.execute<{ subject: string }>(
    `select distinct subject from role_grant
     where institution_id = ? and role in (select jsonb_array_elements_text(?::jsonb))`,
    [institutionId, JSON.stringify(rolesTakenOver)],
  );
  return rows.map(({ subject }) => subject);
}
