import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** An institution's membership in the alliance; at most one per institution. */
export const MembershipEntity = defineEntity({
  name: 'Membership',
  tableName: 'membership',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    memberCode: p.string(),
    state: p.string(),
    stateSince: p.datetime(),
    joinedOn: p.date(),
    charterVersion: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type MembershipRow = InferEntity<typeof MembershipEntity>;
