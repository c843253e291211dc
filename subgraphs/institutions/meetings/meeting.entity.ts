import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A point of an agenda, in its order; it may be about a motion. */
export interface AgendaItem {
  readonly titleZh: string;
  readonly titleEn: string;
  readonly motionId: string | null;
}

/** A meeting of a body, or a call for one. */
export const MeetingEntity = defineEntity({
  name: 'Meeting',
  tableName: 'meeting',
  properties: {
    id: p.string().primary(),
    bodyId: p.string(),
    kind: p.string(),
    titleZh: p.string(),
    titleEn: p.string(),
    agenda: p.json<readonly AgendaItem[]>(),
    state: p.string(),
    stateSince: p.datetime(),
    startsAt: p.datetime().nullable(),
    place: p.string().nullable(),
    link: p.string().nullable(),
    /** The seats of the body, as they stood when it was called, or called for. */
    seats: p.integer(),
    supporters: p.integer(),
    invitedSubjects: p.array(),
    openedBy: p.string(),
    /** How often attendance was recorded; each time is a version of the meeting. */
    attendanceRecords: p.integer(),
    minutesEdition: p.integer(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type MeetingRow = InferEntity<typeof MeetingEntity>;

/** Whether the holder of a seat came. */
export const AttendanceEntity = defineEntity({
  name: 'Attendance',
  tableName: 'attendance',
  properties: {
    id: p.string().primary(),
    meetingId: p.string(),
    seatId: p.string(),
    bodyId: p.string(),
    institutionId: p.string(),
    presence: p.string(),
    representedBy: p.string().nullable(),
    recordedBy: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type AttendanceRow = InferEntity<typeof AttendanceEntity>;

/** What was recorded of a meeting; a correction is a further edition. */
export const MinutesEntity = defineEntity({
  name: 'Minutes',
  tableName: 'minutes',
  properties: {
    id: p.string().primary(),
    meetingId: p.string(),
    edition: p.integer(),
    text: p.string(),
    recordedBy: p.string(),
    approvedBy: p.string().nullable(),
    approvedAt: p.datetime().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type MinutesRow = InferEntity<typeof MinutesEntity>;
