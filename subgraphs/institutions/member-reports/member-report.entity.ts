import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** What a member reports of one year; a correction of what was accepted is a later edition. */
export const MemberReportEntity = defineEntity({
  name: 'MemberReport',
  tableName: 'member_report',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    year: p.integer(),
    edition: p.integer(),
    state: p.string(),
    stateSince: p.datetime(),
    teachers: p.integer(),
    reformedCourses: p.integer(),
    beneficiaries: p.integer(),
    provinces: p.array(),
    notes: p.string().nullable(),
    returnReason: p.string().nullable(),
    submittedBy: p.string().nullable(),
    decidedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type MemberReportRow = InferEntity<typeof MemberReportEntity>;
