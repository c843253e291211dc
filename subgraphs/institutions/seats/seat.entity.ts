import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A person of a member institution in a body, for a time. Ended by closing the interval, never deleted. */
export const SeatEntity = defineEntity({
  name: 'Seat',
  tableName: 'seat',
  properties: {
    id: p.string().primary(),
    bodyId: p.string(),
    institutionId: p.string(),
    subject: p.string(),
    holderName: p.string(),
    office: p.string(),
    validFrom: p.datetime(),
    validTo: p.datetime(),
    /** The first term is 1; every renewal adds one. */
    term: p.integer(),
    state: p.string(),
    replacesSeatId: p.string().nullable(),
    /** The grant of COUNCIL_MEMBER that came with the seat. */
    grantId: p.string().nullable(),
    appointedBy: p.string(),
    endedBy: p.string().nullable(),
    endReason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type SeatRow = InferEntity<typeof SeatEntity>;
