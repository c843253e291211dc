import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** A question that a body decides by votes. */
export const MotionEntity = defineEntity({
  name: 'Motion',
  tableName: 'motion',
  properties: {
    id: p.string().primary(),
    motionNo: p.string(),
    bodyId: p.string(),
    kind: p.string(),
    /** What a motion with a consequence is about; null for some general ones. */
    subjectId: p.string().nullable(),
    titleZh: p.string(),
    titleEn: p.string(),
    text: p.string(),
    threshold: p.string(),
    secret: p.boolean(),
    preparedByMotionId: p.string().nullable(),
    openedBy: p.string(),
    openedAt: p.datetime(),
    closesAt: p.datetime(),
    state: p.string(),
    /** How many may vote, and who, as the seats stood when it was opened. */
    electorate: p.integer(),
    electorSubjects: p.array(),
    /** Ballots with the changed ones; every one of them is a version of the motion. */
    ballotEntries: p.integer(),
    /** How many electors have voted. */
    voters: p.integer(),
    /** The counts are stored when it is closed; the database compares them with the ballots. */
    voted: p.integer().nullable(),
    yes: p.integer().nullable(),
    no: p.integer().nullable(),
    abstain: p.integer().nullable(),
    closedBy: p.string().nullable(),
    closedAt: p.datetime().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type MotionRow = InferEntity<typeof MotionEntity>;

/** A seat that may vote on a motion, copied when the motion was opened. */
export const MotionElectorEntity = defineEntity({
  name: 'MotionElector',
  tableName: 'motion_elector',
  properties: {
    id: p.string().primary(),
    motionId: p.string(),
    seatId: p.string(),
    institutionId: p.string(),
    subject: p.string(),
    holderName: p.string(),
    createdAt: p.datetime(),
  },
});

export type MotionElectorRow = InferEntity<typeof MotionElectorEntity>;

/** That an elector voted, and in an open motion what; a changed vote is a further entry. */
export const BallotEntity = defineEntity({
  name: 'Ballot',
  tableName: 'ballot',
  properties: {
    id: p.string().primary(),
    motionId: p.string(),
    seatId: p.string(),
    subject: p.string(),
    entry: p.integer(),
    /** Null in a secret motion: there the choice lies in a box of its own that no query reads. */
    choice: p.string().nullable(),
    castAt: p.datetime(),
  },
});

export type BallotRow = InferEntity<typeof BallotEntity>;
