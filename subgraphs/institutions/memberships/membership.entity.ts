import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** An institution's membership in the alliance; at most one per institution. */
export const MembershipEntity = defineEntity({
  name: 'Membership',
  tableName: 'membership',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    memberCode: p.string(),
    state: p.enum(['ACTIVE', 'SUSPENDED', 'EXIT_PROPOSED', 'RUN_OFF', 'EXITED', 'MERGED']),
    stateSince: p.datetime(),
    /** What the membership was when its exit was proposed; null unless an exit is proposed. */
    stateBeforeExit: p.enum(['ACTIVE', 'SUSPENDED']).nullable(),
    /** Why it leaves or has left; null until the standing council has decided. */
    exitGround: p.enum(['INACTIVITY', 'VIOLATION', 'VOLUNTARY']).nullable(),
    /** The institution that it was merged into; null unless MERGED. */
    successorId: p.string().nullable(),
    /** Why it was suspended, until it is reinstated; null also where it was suspended before reasons were kept here. */
    suspensionReason: p.string().nullable(),
    joinedOn: p.date(),
    charterVersion: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type MembershipRow = InferEntity<typeof MembershipEntity>;
