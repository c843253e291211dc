import type { WorkSource } from '../../kit/room/work/work-source.js';
import { GrantReviewEntity, type GrantReviewRow } from './grant-review.entity.js';
import { grantReviewMachine } from './grant-review.machine.js';

/**
 * Reviews as tasks. They name the role and the institution, not the holder; and they cannot be taken in a batch, since
 * a review without a look at the grant is none.
 */
export const grantReviewWork: WorkSource<GrantReviewRow> = {
  type: 'GrantReview',
  entity: GrantReviewEntity,
  machine: grantReviewMachine,
  async item(row, sql) {
    const [institution] = await sql.execute<{ name: string }>('select name from institution where id = ?', [
      row.institutionId ?? null,
    ]);
    return {
      about: institution === undefined ? row.role : `${row.role} · ${institution.name}`,
      since: row.stateSince,
      institutionIds: row.institutionId == null ? [] : [row.institutionId],
    };
  },
};
