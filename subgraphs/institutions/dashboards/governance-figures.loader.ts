import { hasRole } from '../../kit/base/identity/principal.js';
import { readFigure } from '../../kit/room/figures/figure-part.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { BodyKind } from '../bodies/body.types.js';
import { meetsEveryMonths, nextMeetingDue } from '../meetings/meeting-rhythm.js';
import type { Dashboard } from './dashboard.types.js';
import type { BodiesOfKind, GovernanceFigures, ServicePointsOfKind } from './governance-figures.types.js';

interface GovernanceRecord {
  readonly bodies: BodiesOfKind[];
  readonly openMotions: number;
  /** The bodies with a rhythm, each with when it last met, or else was entered here. */
  readonly meetings: readonly { readonly kind: keyof typeof meetsEveryMonths; readonly last: string }[];
  readonly experts: number;
  readonly servicePoints: ServicePointsOfKind[];
}

/** How the alliance governs itself. What row-level security hides from supervisors is unknown to them, not none. */
export async function governanceFigures(
  scope: RequestScope,
  { institutionIds, asOf }: Dashboard,
): Promise<GovernanceFigures> {
  const { bodies, servicePoints, ...record } = await readFigure<GovernanceRecord>(scope, {
    institutionIds,
    statement: `with instant as (select ?::timestamptz as now),
      held as (
        select body.kind, seat.valid_to <= now + interval '90 days' as is_expiring
        from seat join body on body.id = seat.body_id, instant, given
        where seat.state = 'HELD' and seat.valid_from <= now and seat.valid_to > now
          and (ids is null or seat.institution_id in (select jsonb_array_elements_text(ids))))
      select json_build_object(
        'bodies', (select coalesce(json_agg(one order by kind), '[]') from (
          select kind, count(*) as bodies, (select count(*) from held where held.kind = body.kind) as "seatsFilled",
            (select count(*) from held where held.kind = body.kind and is_expiring) as "expiringSeats"
          from body, instant where ended_at is null or ended_at > now group by kind) as one),
        'openMotions', (select count(*) from motion where state = 'OPEN'),
        'meetings', (select coalesce(json_agg(one order by kind), '[]') from (
          select kind, coalesce((select max(starts_at) from meeting where meeting.body_id = body.id and starts_at <= now
            and state in ('CALLED', 'MINUTES_RECORDED', 'MINUTES_APPROVED', 'CLOSED')), body.created_at) as last
          from body, instant where ended_at is null and kind in (select jsonb_array_elements_text(?::jsonb))) as one),
        'experts', (select count(*) from expert, instant, given
          where state = 'ACTIVE' and active_from <= now and active_to > now
            and (ids is null or institution_id in (select jsonb_array_elements_text(ids)))),
        'servicePoints', (select coalesce(json_agg(one order by kind), '[]') from (
          select kind, count(*) as "servicePoints" from service_point, instant, given
          where valid_from <= now and (valid_to is null or valid_to > now)
            and (ids is null or host_institution_id in (select jsonb_array_elements_text(ids)))
          group by kind) as one))`,
    parameters: [asOf.toISOString(), JSON.stringify(Object.keys(meetsEveryMonths))],
  });
  const { principal } = scope;
  const seesAll = principal.kind === 'SERVICE' || hasRole(principal, 'SECRETARIAT');
  const overdue = record.meetings.filter(
    ({ kind, last }) => nextMeetingDue(new Date(last), meetsEveryMonths[kind] ?? 0) <= asOf,
  );
  return {
    bodies,
    expiringSeats: bodies.reduce((sum, { expiringSeats }) => sum + expiringSeats, 0),
    openMotions: seesAll ? record.openMotions : null,
    overdueMeetings: seesAll ? overdue.map(({ kind }) => kind as BodyKind) : null,
    experts: seesAll ? record.experts : null,
    servicePoints,
  };
}
