import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A place where an institution serves learners in person; it ends by its interval, and its clerks' grants with it. */
export const ServicePointEntity = defineEntity({
  name: 'ServicePoint',
  tableName: 'service_point',
  properties: {
    id: p.string().primary(),
    pointCode: p.string(),
    kind: p.string(),
    name: p.string(),
    nameEn: p.string().nullable(),
    hostInstitutionId: p.string(),
    regionCode: p.string(),
    address: p.string(),
    openingHoursZh: p.string().nullable(),
    openingHoursEn: p.string().nullable(),
    latitude: p.decimal('string').precision(9).scale(6).nullable(),
    longitude: p.decimal('string').precision(9).scale(6).nullable(),
    validFrom: p.datetime(),
    validTo: p.datetime().nullable(),
    closedBy: p.string().nullable(),
    closeReason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type ServicePointRow = InferEntity<typeof ServicePointEntity>;
