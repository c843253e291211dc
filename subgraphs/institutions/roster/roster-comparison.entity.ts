import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { GuessedSuccessor } from './guess-successor.js';
import type { HeldInstitution } from './held-roster.js';
import type { RosterRow } from './parse-roster.js';

/** A newer list beside the roster as it was when they were compared; applied or discarded once. */
export const RosterComparisonEntity = defineEntity({
  name: 'RosterComparison',
  tableName: 'roster_comparison',
  properties: {
    id: p.string().primary(),
    /** The import that compared. */
    jobId: p.string(),
    /** The dates of the lists: of the newer one, and of the one that the roster followed. */
    asOf: p.date(),
    previousAsOf: p.date(),
    /** What the roster held then; another one now means that the comparison is out of date. */
    rosterPrint: p.string(),
    /** Institutions on the newer list. */
    listed: p.integer(),
    unchanged: p.integer(),
    state: p.enum(['COMPARED', 'APPLIED', 'DISCARDED']),
    stateEnteredAt: p.datetime(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type RosterComparisonRow = InferEntity<typeof RosterComparisonEntity>;

/** What differs about one institution, and what a person decided of one that is gone. */
export const RosterChangeEntity = defineEntity({
  name: 'RosterChange',
  tableName: 'roster_change',
  properties: {
    id: p.string().primary(),
    comparisonId: p.string(),
    kind: p.enum(['NEW', 'RETURNED', 'RENAMED', 'MOVED', 'GONE', 'MERGE_CANDIDATE']),
    moeCode: p.string(),
    institutionId: p.string().nullable(),
    /** The name on the newer list, or the last one of an institution that it does not have. */
    name: p.string(),
    province: p.string(),
    before: p.json<HeldInstitution>().nullable(),
    after: p.json<RosterRow>().nullable(),
    successor: p.json<GuessedSuccessor>().nullable(),
    decision: p.enum(['MERGED_INTO', 'GONE', 'KEEP']).nullable(),
    /** The Ministry code of the institution that it went into. */
    decidedSuccessor: p.string().nullable(),
  },
});

export type RosterChangeRow = InferEntity<typeof RosterChangeEntity>;
