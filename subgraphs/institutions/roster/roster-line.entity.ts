import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/**
 * A line of the members' roster, from a view over the history of memberships and of names: an institution in one state
 * under one name. As of a date, an institution has at most one line.
 */
export const RosterLineEntity = defineEntity({
  name: 'RosterLine',
  tableName: 'roster_line',
  properties: {
    id: p.string().primary(),
    institutionId: p.string(),
    name: p.string(),
    nameEn: p.string().nullable(),
    kind: p.string(),
    province: p.string().nullable(),
    memberCode: p.string(),
    state: p.enum(['ACTIVE', 'SUSPENDED', 'EXIT_PROPOSED', 'RUN_OFF', 'EXITED', 'MERGED']),
    /** Whether it was a member in good standing then (memberships/standing.ts). */
    inStanding: p.boolean(),
    joinedOn: p.date(),
    /** Legal dates, half-open: in this state from, and no longer from. */
    validFrom: p.date(),
    validTo: p.date().nullable(),
    /** Legal dates, half-open: called so from (null: since before the records begin), and no longer from. */
    namedFrom: p.date().nullable(),
    namedTo: p.date().nullable(),
  },
});

export type RosterLineRow = InferEntity<typeof RosterLineEntity>;
