import { hasRole } from '../../kit/base/identity/principal.js';
import type { LoaderDefinition, RequestScope } from '../../kit/room/scope/request-scope.js';
import { MeetingEntity, MinutesEntity, type MeetingRow } from './meeting.entity.js';
import type { MeetingFacts } from './meeting.machine.js';
import type { AttendanceRate, Meeting, MeetingKind, MeetingState, Minutes } from './meeting.types.js';

/** What the graph shows of a meeting to the one who asks. */
export function showMeeting(scope: RequestScope, row: MeetingRow): Meeting {
  const { subject } = scope.principal;
  const isInvited = row.invitedSubjects.includes(subject);
  return {
    id: row.id,
    bodyId: row.bodyId,
    isOpener: row.openedBy === subject,
    isHeld: row.attendanceRecords > 0,
    kind: row.kind as MeetingKind,
    title: { zh: row.titleZh, en: row.titleEn },
    agenda: row.agenda.map(({ titleZh, titleEn, motionId }) => ({
      title: { zh: titleZh, en: titleEn },
      motionId,
    })),
    state: row.state as MeetingState,
    startsAt: row.startsAt ?? null,
    place: row.place ?? null,
    link: isInvited || hasRole(scope.principal, 'SECRETARIAT') ? (row.link ?? null) : null,
    seats: row.seats,
    supporters: row.supporters,
    isInvited,
    version: row.version,
  };
}

/** What the machine looks at. Takes what the graph shows, whose instants are texts when an answer is replayed. */
export async function meetingFacts(scope: RequestScope, meeting: Meeting): Promise<MeetingFacts> {
  const now = scope.clock.now();
  return {
    isInvited: meeting.isInvited,
    isOpener: meeting.isOpener,
    isChair: (await scope.load(chairsOfBody, meeting.bodyId)).includes(scope.principal.subject),
    isHeld: meeting.isHeld,
    hasBegun: meeting.startsAt !== null && new Date(meeting.startsAt) <= now,
  };
}

/** The subjects of those who chair a body now: one, or none. */
export const chairsOfBody: LoaderDefinition<string, readonly string[]> = {
  name: 'chairsOfBody',
  async batch(scope, bodyIds) {
    const now = scope.clock.now().toISOString();
    const { sql } = await scope.unit();
    const rows = await sql.execute<{ body_id: string; subject: string }>(
      `select body_id, subject from seat where office = 'CHAIR'
         and body_id in (select jsonb_array_elements_text(?::jsonb))
         and valid_from <= ?::timestamptz and ?::timestamptz < valid_to`,
      [JSON.stringify(bodyIds), now, now],
    );
    return bodyIds.map((id) => rows.filter((row) => row.body_id === id).map(({ subject }) => subject));
  },
};

/** Meetings by id; absent and hidden ones are null. */
export const meetingById: LoaderDefinition<string, Meeting | null> = {
  name: 'meetingById',
  async batch(scope, ids) {
    const rows = await scope.find(MeetingEntity, { id: { $in: [...ids] } });
    const found = new Map(rows.map((row) => [row.id, showMeeting(scope, row)]));
    return ids.map((id) => found.get(id) ?? null);
  },
};

/** The last edition of the minutes of meetings, as far as the one who asks may see it. */
export const lastMinutes: LoaderDefinition<string, Minutes | null> = {
  name: 'lastMinutes',
  async batch(scope, meetingIds) {
    const rows = await scope.find(
      MinutesEntity,
      { meetingId: { $in: [...meetingIds] } },
      { orderBy: { edition: 'asc' } },
    );
    const found = new Map(rows.map((row) => [row.meetingId, row]));
    return meetingIds.map((id) => {
      const row = found.get(id);
      if (row === undefined) return null;
      const { edition, text, createdAt, approvedAt } = row;
      return { edition, text, recordedAt: createdAt, approvedAt: approvedAt ?? null };
    });
  },
};

/** A member in a body, and the half-open period of legal dates to look at; without an end, all on that side. */
export interface BodyMember {
  readonly bodyId: string;
  readonly institutionId: string;
  readonly from?: string | null;
  readonly to?: string | null;
}

const nobodyCame: AttendanceRate = { meetings: 0, present: 0, represented: 0, absent: 0 };

/** How often members came to the meetings of bodies: one grouped statement for all of them. */
export const attendanceRate: LoaderDefinition<BodyMember, AttendanceRate> = {
  name: 'attendanceRate',
  cacheKey: ({ bodyId, institutionId, from, to }) => [bodyId, institutionId, from, to].join('\n'),
  async batch(scope, keys) {
    const { sql } = await scope.unit();
    const rows = await sql.execute<AttendanceRate & { place: number }>(
      `select wanted.place::integer as place, count(*)::integer as meetings,
         (count(*) filter (where presence = 'PRESENT'))::integer as present,
         (count(*) filter (where presence = 'REPRESENTED'))::integer as represented,
         (count(*) filter (where presence = 'ABSENT'))::integer as absent
       from jsonb_array_elements(?::jsonb) with ordinality as wanted (key, place)
       join attendance on attendance.body_id = key ->> 'bodyId'
         and attendance.institution_id = key ->> 'institutionId'
       join meeting on meeting.id = attendance.meeting_id
         and meeting.starts_at >= coalesce((key ->> 'from')::timestamp at time zone 'Asia/Shanghai', '-infinity')
         and meeting.starts_at < coalesce((key ->> 'to')::timestamp at time zone 'Asia/Shanghai', 'infinity')
       group by wanted.place`,
      [JSON.stringify(keys)],
    );
    const found = new Map(rows.map(({ place, ...rate }) => [place, rate]));
    return keys.map((_, index) => found.get(index + 1) ?? nobodyCame);
  },
};
