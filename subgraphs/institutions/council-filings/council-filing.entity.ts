import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** An admitted member as it was filed with the council (报备, charter art. 20). */
export const CouncilFilingEntity = defineEntity({
  name: 'CouncilFiling',
  tableName: 'council_filing',
  properties: {
    id: p.string().primary(),
    caseId: p.string(),
    institutionId: p.string(),
    membershipId: p.string(),
    memberCode: p.string(),
    /** The institution's name when it was admitted. */
    name: p.string(),
    /** Legal dates. */
    approvedOn: p.date(),
    admittedOn: p.date(),
    state: p.string(),
    stateSince: p.datetime(),
    /** The last legal day on which the council is to take note; null once it has. */
    dueOn: p.date().nullable(),
    meetingId: p.string().nullable(),
    remark: p.string().nullable(),
    acknowledgedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type CouncilFilingRow = InferEntity<typeof CouncilFilingEntity>;
