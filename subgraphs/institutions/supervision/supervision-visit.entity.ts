import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** One look of a supervisor at the alliance, with its purpose; over when it is closed, at the latest when it expires. */
export const SupervisionVisitEntity = defineEntity({
  name: 'SupervisionVisit',
  tableName: 'supervision_visit',
  properties: {
    id: p.string().primary(),
    scopeId: p.string(),
    subject: p.string(),
    purpose: p.string(),
    openedAt: p.datetime(),
    expiresAt: p.datetime(),
    closedAt: p.datetime().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SupervisionVisitRow = InferEntity<typeof SupervisionVisitEntity>;
