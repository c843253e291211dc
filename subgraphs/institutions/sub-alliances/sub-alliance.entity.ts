import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** Members that work together in an industry or a region, under a special council of their own. */
export const SubAllianceEntity = defineEntity({
  name: 'SubAlliance',
  tableName: 'sub_alliance',
  properties: {
    id: p.string().primary(),
    nameZh: p.string(),
    nameEn: p.string(),
    kind: p.string(),
    /** The industry or the region. */
    field: p.string(),
    purpose: p.string(),
    leadInstitutionId: p.string(),
    state: p.string(),
    stateSince: p.datetime(),
    appliedBy: p.string(),
    foundedAt: p.datetime().nullable(),
    motionId: p.string().nullable(),
    endMotionId: p.string().nullable(),
    /** Into which one it is, or is to be, merged. */
    successorId: p.string().nullable(),
    reason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SubAllianceRow = InferEntity<typeof SubAllianceEntity>;

/** An institution that belongs, belonged or asked to belong to a sub-alliance. */
export const SubAllianceMemberEntity = defineEntity({
  name: 'SubAllianceMember',
  tableName: 'sub_alliance_member',
  properties: {
    id: p.string().primary(),
    subAllianceId: p.string(),
    /** Copied from the sub-alliance, where it never changes: its administrators admit. */
    leadInstitutionId: p.string(),
    institutionId: p.string(),
    state: p.string(),
    stateSince: p.datetime(),
    validFrom: p.datetime().nullable(),
    validTo: p.datetime().nullable(),
    requestedBy: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SubAllianceMemberRow = InferEntity<typeof SubAllianceMemberEntity>;

/** What a sub-alliance reports of a year, and what the secretariat found (charter art. 17). */
export const SubAllianceReportEntity = defineEntity({
  name: 'SubAllianceReport',
  tableName: 'sub_alliance_report',
  properties: {
    id: p.string().primary(),
    subAllianceId: p.string(),
    leadInstitutionId: p.string(),
    year: p.integer(),
    text: p.string(),
    state: p.string(),
    stateSince: p.datetime(),
    finding: p.string().nullable(),
    remark: p.string().nullable(),
    submittedBy: p.string(),
    inspectedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SubAllianceReportRow = InferEntity<typeof SubAllianceReportEntity>;
