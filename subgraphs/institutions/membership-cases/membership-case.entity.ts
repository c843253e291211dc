import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

/** An item of a checklist as it was when the review began. */
export interface StoredChecklistItem {
  readonly code: string;
  readonly article: string;
  readonly zh: string;
  readonly en: string;
}

/** An application for membership (入盟申请), from its draft to the activated membership. */
export const MembershipCaseEntity = defineEntity({
  name: 'MembershipCase',
  tableName: 'membership_case',
  properties: {
    id: p.string().primary(),
    caseNo: p.string(),
    /** The subject of the person who applies. */
    applicant: p.string(),
    /** Of an institution on no list it is the id that it will have, by its credit code. */
    institutionId: p.string(),
    /** Whether the institution was on the roster when the case was opened. */
    isListed: p.boolean(),
    name: p.string().nullable(),
    kind: p.string().nullable(),
    creditCode: p.string().nullable(),
    province: p.string().nullable(),
    contactName: p.string().nullable(),
    contactPhone: p.string().nullable(),
    contactEmail: p.string().nullable(),
    letterUploadId: p.string().nullable(),
    letterFileName: p.string().nullable(),
    letterSha256: p.string().nullable(),
    charterVersion: p.string().nullable(),
    charterAcceptedAt: p.datetime().nullable(),
    charterAcceptedBy: p.string().nullable(),
    truthAttestedAt: p.datetime().nullable(),
    truthAttestedBy: p.string().nullable(),
    previousCaseNo: p.string().nullable(),
    /** The subjects of the experts who review it, so that the case is theirs to read; never shown. */
    reviewers: p.array(),
    checklistVersion: p.string().nullable(),
    checklist: p.json<readonly StoredChecklistItem[]>(),
    supplementItems: p.json<readonly string[]>(),
    supplementAnswer: p.string().nullable(),
    votesPass: p.integer().nullable(),
    votesFail: p.integer().nullable(),
    conclusion: p.string().nullable(),
    motionId: p.string().nullable(),
    motionNo: p.string().nullable(),
    /** `STANDING_COUNCIL`, or `REVIEW` where the alliance has switched its approval off. */
    approvedBy: p.string().nullable(),
    approvedAt: p.datetime().nullable(),
    activatedAt: p.datetime().nullable(),
    /** The version of the charter that was in force at the activation. */
    charterInForce: p.string().nullable(),
    membershipId: p.string().nullable(),
    state: p.string(),
    stateSince: p.datetime(),
    /** The last legal day of what is waited for; null where nobody is. */
    dueOn: p.date().nullable(),
    /** How many steps were taken; the place of the last one. */
    steps: p.integer(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export type MembershipCaseRow = InferEntity<typeof MembershipCaseEntity>;

/** One step of a case; only ever added. */
export const MembershipCaseStepEntity = defineEntity({
  name: 'MembershipCaseStep',
  tableName: 'membership_case_step',
  properties: {
    caseId: p.string().primary(),
    place: p.integer().primary(),
    action: p.string(),
    fromState: p.string().nullable(),
    toState: p.string(),
    /** As what somebody acted. */
    role: p.string(),
    /** Who it was; for the trail, never shown. */
    subject: p.string(),
    remark: p.string().nullable(),
    takenAt: p.datetime(),
  },
});

export type MembershipCaseStepRow = InferEntity<typeof MembershipCaseStepEntity>;
