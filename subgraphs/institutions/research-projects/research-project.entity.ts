import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A research project of members (charter art. 9, 10). */
export const ResearchProjectEntity = defineEntity({
  name: 'ResearchProject',
  tableName: 'research_project',
  properties: {
    id: p.string().primary(),
    title: p.string(),
    topic: p.string(),
    summary: p.string(),
    leadInstitutionId: p.string(),
    /** The leading institution among them. */
    partnerIds: p.array(),
    otherPartners: p.array(),
    /** Legal dates; half-open. */
    startsOn: p.date(),
    endsOn: p.date(),
    /** CNY. */
    funding: p.decimal('string').precision(14).scale(2),
    fundingSource: p.string().nullable(),
    outputCount: p.integer(),
    state: p.string(),
    stateSince: p.datetime(),
    /** Why it was stopped. */
    reason: p.string().nullable(),
    proposedBy: p.string(),
    approvedBy: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type ResearchProjectRow = InferEntity<typeof ResearchProjectEntity>;

/** What a project brought forth; never changed. */
export const ResearchOutputEntity = defineEntity({
  name: 'ResearchOutput',
  tableName: 'research_output',
  properties: {
    id: p.string().primary(),
    projectId: p.string(),
    title: p.string(),
    link: p.string().nullable(),
    publishedOn: p.date().nullable(),
    addedBy: p.string(),
    createdAt: p.datetime(),
  },
});

export type ResearchOutputRow = InferEntity<typeof ResearchOutputEntity>;
