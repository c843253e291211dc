import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { InactivityFinding } from './inactivity-rule.js';

/** One member's way out: from the proposal over the standing council's decision to its last obligation. */
export const MembershipExitEntity = defineEntity({
  name: 'MembershipExit',
  tableName: 'membership_exit',
  properties: {
    id: p.string().primary(),
    exitNo: p.string(),
    membershipId: p.string(),
    institutionId: p.string(),
    ground: p.enum(['INACTIVITY', 'VIOLATION', 'VOLUNTARY']),
    reason: p.string(),
    /** What was found of the member's activities; only with INACTIVITY. */
    inactivity: p.json<InactivityFinding>().nullable(),
    /** Only with VIOLATION. */
    violationCaseId: p.string().nullable(),
    state: p.enum(['PROPOSED', 'RUN_OFF', 'COMPLETED', 'REJECTED', 'WITHDRAWN']),
    stateSince: p.datetime(),
    proposedBy: p.string(),
    proposedAt: p.datetime(),
    /** The motion that decided; null until then, and for good where the proposal was withdrawn. */
    motionId: p.string().nullable(),
    motionNo: p.string().nullable(),
    decidedAt: p.datetime().nullable(),
    runOffSince: p.datetime().nullable(),
    exitedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});

export type MembershipExitRow = InferEntity<typeof MembershipExitEntity>;
