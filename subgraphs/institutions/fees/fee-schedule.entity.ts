import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** The yearly fee of one kind of member, in CNY; zero where none is taken. */
export interface FeeAmount {
  readonly memberKind: string;
  readonly amount: string;
}

/** What members pay a year, from a day on (charter art. 22); never changed, only followed by the next. */
export const FeeScheduleEntity = defineEntity({
  name: 'FeeSchedule',
  tableName: 'fee_schedule',
  properties: {
    id: p.string().primary(),
    title: p.string(),
    amounts: p.json<FeeAmount[]>(),
    /** Legal date; the day that was proposed. */
    effectiveFrom: p.date(),
    /** Legal date; the day that counts: as proposed, or the day after the decision where that is later. */
    inForceFrom: p.date().nullable(),
    motionId: p.string().nullable(),
    motionNo: p.string().nullable(),
    state: p.string(),
    stateSince: p.datetime(),
    proposedBy: p.string(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type FeeScheduleRow = InferEntity<typeof FeeScheduleEntity>;
