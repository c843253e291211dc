import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** What an institution was called in a time; written by the database alone, when the institution's name changes. */
export const InstitutionNameEntity = defineEntity({
  name: 'InstitutionName',
  tableName: 'institution_name',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    name: p.string(),
    nameEn: p.string().nullable(),
    /** Legal dates, half-open; null from: since before the records begin. */
    validFrom: p.date().nullable(),
    validTo: p.date().nullable(),
  },
});

export type InstitutionNameRow = InferEntity<typeof InstitutionNameEntity>;

/** A membership in one state in a time; written by the database alone, when the membership changes. */
export const MembershipPeriodEntity = defineEntity({
  name: 'MembershipPeriod',
  tableName: 'membership_period',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    state: p.string(),
    memberCode: p.string(),
    joinedOn: p.date(),
    /** Legal dates, half-open. */
    validFrom: p.date(),
    validTo: p.date().nullable(),
  },
});

export type MembershipPeriodRow = InferEntity<typeof MembershipPeriodEntity>;
