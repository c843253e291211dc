import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';
import type { Actor, GuardContext } from '../../kit/room/machine/machine-definition.js';

/** What the guards of an outcome look at. */
export interface OutcomeFacts {
  /** The subject of the person who proposed it. */
  readonly proposedBy: string;
  /** The expert it was given to; null while any expert may take it. */
  readonly assignedExpert: string | null;
  /** The expert who rejected it; an appeal is for others. */
  readonly rejectedBy: string | null;
  readonly appeals: number;
  /** `YYYY-MM-DD`, half-open; null without an end. */
  readonly validUntil: string | null;
  /** The legal date. */
  readonly today: string;
}

const secretariat: Actor = { role: 'SECRETARIAT', anywhere: true };
const expert: Actor = { role: 'EXPERT', anywhere: true };
const issuer: readonly Actor[] = ['REGISTRAR', 'INSTITUTION_ADMIN'];

/** Proposal and decision by one person is what the review is there to prevent (model.md section 3.12). */
function byAnotherPerson({ state, principal, facts }: GuardContext<OutcomeFacts>) {
  if (principal.subject === facts.proposedBy) return 'OUTCOME_SAME_PERSON' as const;
  if (facts.assignedExpert !== null && principal.subject !== facts.assignedExpert)
    return 'OUTCOME_OTHER_EXPERT' as const;
  const appealed = state === 'APPEALED' && principal.subject === facts.rejectedBy;
  return appealed ? ('OUTCOME_OTHER_EXPERT' as const) : undefined;
}

/**
 * The certification of a learning outcome. A certified outcome that ends keeps what it was: conversions already made
 * are not touched by SUSPENDED, EXPIRED or WITHDRAWN. The numbers of days are proposals.
 */
export const outcomeMachine = defineMachine({
  name: 'LearningOutcome',
  source: 'model.md section 2 (Outcome certification); charter art. 11(1), 16, 19',
  initial: ['PROPOSED'],
  states: {
    PROPOSED: { title: { zh: '已申报', en: 'Proposed' }, waitsFor: secretariat, dueInDays: 15 },
    FORMAL_CHECK: { title: { zh: '形式审查', en: 'Formal check' }, waitsFor: secretariat, dueInDays: 30 },
    SUPPLEMENT_REQUESTED: {
      title: { zh: '待补充材料', en: 'Supplement requested' },
      waitsFor: issuer,
      dueInDays: 30,
    },
    EXPERT_REVIEW: { title: { zh: '专家评审', en: 'Expert review' }, waitsFor: expert, dueInDays: 60 },
    CERTIFIED: { title: { zh: '已认证', en: 'Certified' }, resting: true },
    REJECTED: { title: { zh: '未通过', en: 'Rejected' }, resting: true },
    APPEALED: { title: { zh: '申诉中', en: 'Appealed' }, waitsFor: expert, dueInDays: 60 },
    SUSPENDED: { title: { zh: '暂停', en: 'Suspended' }, waitsFor: secretariat, dueInDays: 180 },
    EXPIRED: { title: { zh: '已到期', en: 'Expired' }, final: true },
    WITHDRAWN: { title: { zh: '已撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    beginOutcomeCheck: {
      title: { zh: '受理', en: 'Begin the formal check' },
      from: ['PROPOSED'],
      to: 'FORMAL_CHECK',
      by: [secretariat],
    },
    requestOutcomeSupplement: {
      title: { zh: '要求补充材料', en: 'Request a supplement' },
      from: ['FORMAL_CHECK'],
      to: 'SUPPLEMENT_REQUESTED',
      by: [secretariat],
    },
    sendOutcomeSupplement: {
      title: { zh: '补充材料', en: 'Send the supplement' },
      from: ['SUPPLEMENT_REQUESTED'],
      to: 'FORMAL_CHECK',
      by: issuer,
    },
    acceptOutcomeCheck: {
      title: { zh: '形式审查通过', en: 'Accept the formal check' },
      from: ['FORMAL_CHECK'],
      to: 'EXPERT_REVIEW',
      by: [secretariat],
    },
    assignOutcomeExpert: {
      title: { zh: '指派专家', en: 'Assign an expert' },
      from: ['EXPERT_REVIEW', 'APPEALED'],
      by: [secretariat],
    },
    certifyOutcome: {
      title: { zh: '认证', en: 'Certify' },
      from: ['EXPERT_REVIEW', 'APPEALED'],
      to: 'CERTIFIED',
      by: [expert],
      guard: byAnotherPerson,
    },
    rejectOutcome: {
      title: { zh: '不予认证', en: 'Reject' },
      from: ['EXPERT_REVIEW', 'APPEALED'],
      to: 'REJECTED',
      by: [expert],
      guard: byAnotherPerson,
    },
    fileOutcomeAppeal: {
      title: { zh: '申诉', en: 'Appeal' },
      from: ['REJECTED'],
      to: 'APPEALED',
      by: issuer,
      guard: ({ facts }: GuardContext<OutcomeFacts>) =>
        facts.appeals > 0 ? 'OUTCOME_APPEALED_BEFORE' : undefined,
    },
    withdrawOutcome: {
      title: { zh: '撤回申报', en: 'Withdraw the proposal' },
      from: ['PROPOSED', 'FORMAL_CHECK', 'SUPPLEMENT_REQUESTED', 'EXPERT_REVIEW', 'APPEALED'],
      to: 'WITHDRAWN',
      by: issuer,
    },
    suspendOutcome: {
      title: { zh: '暂停', en: 'Suspend' },
      from: ['CERTIFIED'],
      to: 'SUSPENDED',
      by: [secretariat],
    },
    reinstateOutcome: {
      title: { zh: '恢复', en: 'Reinstate' },
      from: ['SUSPENDED'],
      to: 'CERTIFIED',
      by: [secretariat],
    },
    expireOutcome: {
      title: { zh: '到期', en: 'Expire' },
      from: ['CERTIFIED', 'SUSPENDED'],
      to: 'EXPIRED',
      by: [secretariat, 'SERVICE'],
      guard: ({ facts }: GuardContext<OutcomeFacts>) =>
        facts.validUntil === null || facts.today < facts.validUntil ? 'OUTCOME_STILL_VALID' : undefined,
    },
    withdrawCertification: {
      title: { zh: '撤销认证', en: 'Withdraw the certification' },
      from: ['CERTIFIED', 'SUSPENDED'],
      to: 'WITHDRAWN',
      by: [...issuer, secretariat],
    },
  },
});

/** The states of an outcome. */
export type OutcomeStateName = StateOf<typeof outcomeMachine>;
/** The steps of an outcome; each is a mutation of the same name. */
export type OutcomeAction = keyof (typeof outcomeMachine)['definition']['actions'];

/** The states that everybody may see: what is, or was, recognised. */
export const publicOutcomeStates: readonly OutcomeStateName[] = ['CERTIFIED', 'SUSPENDED', 'EXPIRED'];
