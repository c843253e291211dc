import type { Clock } from '../../kit/base/clock.js';
import { newId } from '../../kit/base/ids.js';
import type { Logger } from '../../kit/base/log.js';
import type { WakeBus } from '../../kit/base/wake.js';
import type { Sql, Transact } from '../../kit/room/database/sql.js';
import { createWorkLoop, type WorkLoop } from '../../kit/room/jobs/work-loop.js';
import { eventsEmitted } from '../../kit/room/outbox/consumer.js';
import { emit } from '../../kit/room/outbox/emit.js';
import { workChanged } from '../../kit/room/work/work-event.js';
import type { GrantReviewRow } from './grant-review.entity.js';
import { grantReviewMachine, type GrantReviewStateName } from './grant-review.machine.js';
import { grantReviewWork } from './grant-review.work.js';

const everyMs = 10 * 60 * 1000;
/** Grants of one transaction; what is left comes in the next. */
const batch = 200;
const workConsumers = ['institutions'];

/**
 * Opens the reviews that have fallen due, and lets those lapse whose grant was over first. It changes no grant: that
 * is for people to decide. Any number of processes may run it.
 */
export function createReviewOpening(options: {
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Logger;
  readonly wakeBus: WakeBus;
}): WorkLoop {
  const { transact, clock, log, wakeBus } = options;

  async function all(step: (sql: Sql, now: Date) => Promise<number>): Promise<void> {
    while ((await transact((sql) => step(sql, clock.now()))) > 0) {
      wakeBus.publish(eventsEmitted('institutions'));
    }
  }

  return createWorkLoop({
    clock,
    everyMs,
    async work() {
      await all(lapseReviews);
      await all(openDueReviews);
    },
    failed: (error) => log.error({ err: error }, 'reviews of grants could not be opened'),
  });
}

/** Opens a review for each grant in force that is due and has none. @returns how many */
export async function openDueReviews(sql: Sql, now: Date): Promise<number> {
  const at = now.toISOString();
  const due = await sql.execute<Pick<StoredReview, 'id' | 'role' | 'institution_id'>>(
    `select id, role, institution_id from role_grant g
     where review_due_at <= ?::timestamptz and valid_from <= ?::timestamptz
       and (valid_to is null or valid_to > ?::timestamptz)
       and not exists (select from grant_review r where r.grant_id = g.id and r.state = 'OPEN')
     order by review_due_at, id limit ${batch} for update skip locked`,
    [at, at, at],
  );
  const rows = due.map(({ id, ...grant }) =>
    reviewRow({ ...grant, id: newId('GrantReview'), grant_id: id, version: 1, created_at: now }, 'OPEN', now),
  );
  for (const row of rows) {
    await sql.execute(
      `insert into grant_review (id, grant_id, role, institution_id, state, state_since, created_at)
       values (?, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz)`,
      [row.id, row.grantId, row.role, row.institutionId, row.state, at, at],
    );
    await emit(sql, await workChanged(grantReviewWork, row, sql), workConsumers);
  }
  return rows.length;
}

/** Ends the open reviews of grants that are over. @returns how many */
export async function lapseReviews(sql: Sql, now: Date): Promise<number> {
  const at = now.toISOString();
  const lapsed = await sql.execute<StoredReview>(
    `update grant_review set state = ?, state_since = ?::timestamptz, version = version + 1
     where id in (
       select r.id from grant_review r join role_grant g on g.id = r.grant_id
       where r.state = 'OPEN' and g.valid_to <= ?::timestamptz
       order by r.id limit ${batch} for update of r skip locked)
     returning id, grant_id, role, institution_id, version, created_at`,
    [grantReviewMachine.next('lapseGrantReview', 'OPEN'), at, at],
  );
  for (const row of lapsed) {
    await emit(sql, await workChanged(grantReviewWork, reviewRow(row, 'LAPSED', now), sql), workConsumers);
  }
  return lapsed.length;
}

interface StoredReview {
  readonly id: string;
  readonly grant_id: string;
  readonly role: string;
  readonly institution_id: string | null;
  readonly version: number;
  readonly created_at: Date;
}

function reviewRow(stored: StoredReview, state: GrantReviewStateName, since: Date): GrantReviewRow {
  const { id, role, version } = stored;
  return {
    id,
    grantId: stored.grant_id,
    role,
    institutionId: stored.institution_id,
    state,
    stateSince: since,
    decidedBy: null,
    reason: null,
    version,
    createdAt: stored.created_at,
  };
}
