import { AmrloError } from '../../kit/base/errors/amrlo-error.js';
import { isIdOf } from '../../kit/base/ids.js';
import { connectionOf, type Connection } from '../../kit/room/connection/connection-type.js';
import { pageSizes } from '../../kit/room/connection/page-arguments.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { SupervisionRead, SupervisionVisit } from './supervision.types.js';

/**
 * What the trail says of a visit, in the order in which it happened. Whoever may see the visit may see it; nothing of
 * the trail but the entries that name the visit is read. The cursor is the entry's id, which sorts by time.
 * @throws AmrloError `PAGE_SIZE_INVALID` or `CURSOR_INVALID`
 */
export async function readsOfVisit(
  scope: RequestScope,
  visit: SupervisionVisit,
  { first, after }: { first?: number | undefined; after?: string | undefined },
): Promise<Connection<SupervisionRead>> {
  const size = first ?? pageSizes.usual;
  if (size < 1 || size > pageSizes.most) throw new AmrloError('PAGE_SIZE_INVALID', { max: pageSizes.most });
  if (after !== undefined && !isIdOf('AuditEvent', after)) throw new AmrloError('CURSOR_INVALID');
  const { sql } = await scope.unit();
  const found = await sql.execute<{ record: string }>(
    `select json_build_object('id', id, 'at', at, 'action', action, 'allowed', outcome = 'ALLOWED',
       'subjectType', subject_type, 'purpose', purpose)::text as record
     from audit_event
     where actor = ? and at >= ?::timestamptz and detail->>'visitId' = ? and id > ?
     order by id limit ${size + 1}`,
    [visit.subject, visit.openedAt.toISOString(), visit.id, after ?? ''],
  );
  const reads = found.map(({ record }) => {
    const read = JSON.parse(record) as Omit<SupervisionRead, 'at'> & { at: string };
    return { ...read, at: new Date(read.at) };
  });
  const rows = reads.slice(0, size);
  return connectionOf(
    {
      rows,
      cursors: rows.map(({ id }) => id),
      hasNextPage: reads.length > size,
      hasPreviousPage: after !== undefined,
      totalCount: null,
    },
    (read) => read,
  );
}
