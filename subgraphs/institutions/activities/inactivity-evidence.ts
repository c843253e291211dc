import { legalDate } from '../../kit/base/clock.js';
import { refuse } from '../../kit/base/errors/amrlo-error.js';
import type { Sql } from '../../kit/room/database/sql.js';
import { activityKinds, type ActivityKindName } from './counted-events.js';

/**
 * The watch of charter art. 21.1, in SQL over {@link members} and `asked (as_of, since)`. A year is a calendar year by
 * date; three years before 29 February are three years before 28 February (PostgreSQL's `date - interval`). The window
 * is (as_of - 3 years, as_of] (model.md section 2).
 */
export const asked = `(select as_of, (as_of - interval '3 years')::date as since
  from (select ?::date as as_of) as given) as asked`;

/** Memberships as they were on the day that is asked about; at most one of an institution. */
export const members = `membership_period as member join ${asked}
  on member.valid_from <= asked.as_of and (member.valid_to is null or member.valid_to > asked.as_of)`;

/**
 * Since when a member has been active without a break, on the day that is asked about; null where it was not active
 * then. A proposed exit takes nothing away (model.md section 9.3), so neither it nor its rejection is a break; whoever
 * was suspended for at least a day, or had left, could not act, and begins anew.
 */
const activeSince = `case when member.in_standing then greatest(member.joined_on, (
  select max(away.valid_to) from membership_period away
  where away.institution_id = member.institution_id and not away.in_standing
    and away.valid_to > away.valid_from and away.valid_to <= member.valid_from)) end`;

/** Whether the charter lets an exit be proposed: long enough a member, and nothing counted in the window. */
export const isCandidate = `(${activeSince} <= asked.since and not exists (
  select from counted_activity counted where counted.institution_id = member.institution_id
    and counted.occurred_on > asked.since and counted.occurred_on <= asked.as_of))`;

const standing = `from counted_activity counted
  where counted.institution_id = member.institution_id and counted.occurred_on <= asked.as_of`;

/** What is known of a member's activity, as JSON: the last of each kind, how many in the window, how many by year. */
export const evidence = `json_build_object(
  'asOf', asked.as_of, 'memberSince', member.joined_on, 'activeSince', ${activeSince},
  'isCandidate', coalesce(${isCandidate}, false),
  'lastActivityOn', (select max(occurred_on) ${standing}),
  'kinds', (select coalesce(json_agg(kinds order by kinds.kind), '[]') from (
    select kind, max(occurred_on) as "lastOccurredOn",
      count(*) filter (where occurred_on > asked.since) as "countInWindow" ${standing} group by kind) as kinds),
  'years', (select coalesce(json_agg(years order by years.year, years.kind), '[]') from (
    select extract(year from occurred_on)::integer as year, kind, count(*) as count ${standing}
    group by 1, 2) as years))`;

/** The JSON of {@link evidence}; dates are legal dates. */
export interface EvidenceRecord {
  readonly asOf: string;
  readonly memberSince: string;
  readonly activeSince: string | null;
  readonly isCandidate: boolean;
  readonly lastActivityOn: string | null;
  readonly kinds: readonly {
    readonly kind: ActivityKindName;
    readonly lastOccurredOn: string;
    readonly countInWindow: number;
  }[];
  readonly years: readonly {
    readonly year: number;
    readonly kind: ActivityKindName;
    readonly count: number;
  }[];
}

/** What a proposal to exit for inactivity stands on. */
export interface InactivityEvidence {
  /** The last counted activity until then, as the first instant of its legal day; null when there was none. */
  readonly lastActivityAt: Date | null;
  /** All that counted until then, by kind. */
  readonly counts: Readonly<Record<ActivityKindName, number>>;
  /** Since when it has been an active member without a break, as the first instant of that legal day. */
  readonly memberSince: Date;
}

/**
 * The evidence about one member on the legal day of an instant; read with the rights of the transaction.
 * @throws AmrloError `INSTITUTION_NOT_MEMBER` where it is not an active member
 */
export async function inactivityEvidence(
  sql: Sql,
  institutionId: string,
  at: Date,
): Promise<InactivityEvidence> {
  const found = await readEvidence(sql, [institutionId], legalDate(at));
  const record = found.get(institutionId);
  if (record?.activeSince == null) throw refuse('INSTITUTION_NOT_MEMBER', { institution: institutionId });
  const countOf = (wanted: ActivityKindName) =>
    record.years.reduce((sum, { kind, count }) => (kind === wanted ? sum + count : sum), 0);
  return {
    lastActivityAt: record.lastActivityOn === null ? null : startOfLegalDay(record.lastActivityOn),
    counts: Object.fromEntries(activityKinds.map((kind) => [kind, countOf(kind)])) as Record<
      ActivityKindName,
      number
    >,
    memberSince: startOfLegalDay(record.activeSince),
  };
}

/** The evidence about members, by institution, in one statement; institutions that are no members are not in it. */
export async function readEvidence(
  sql: Sql,
  institutionIds: readonly string[],
  asOf: string,
): Promise<Map<string, EvidenceRecord>> {
  const rows = await sql.execute<{ id: string; evidence: string }>(
    `select member.institution_id as id, (${evidence})::text as evidence
     from ${members}
     where member.institution_id in (select jsonb_array_elements_text(?::jsonb))`,
    [asOf, JSON.stringify(institutionIds)],
  );
  return new Map(rows.map((row) => [row.id, JSON.parse(row.evidence) as EvidenceRecord]));
}

function startOfLegalDay(date: string): Date {
  return new Date(`${date}T00:00:00+08:00`);
}
