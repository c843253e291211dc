import type { GuardContext } from '../../kit/room/machine/machine-definition.js';
import { defineMachine, type StateOf } from '../../kit/room/machine/machine.js';

/** What the guards look at: the subject who handed the report in. */
export interface MemberReportFacts {
  readonly submittedBy: string | null;
}

/** The report of a member about one year, from the draft to the figures that count. */
export const memberReportMachine = defineMachine({
  name: 'MemberReport',
  source: 'features.md #74; charter art. 17; model.md section 3.12',
  initial: ['DRAFT'],
  states: {
    DRAFT: {
      title: { zh: '草稿', en: 'Draft' },
      waitsFor: 'INSTITUTION_ADMIN',
      dueInDays: 30,
    },
    SUBMITTED: {
      title: { zh: '待审核', en: 'Submitted' },
      waitsFor: { role: 'SECRETARIAT', anywhere: true },
      dueInDays: 15,
    },
    RETURNED: {
      title: { zh: '已退回', en: 'Returned' },
      waitsFor: 'INSTITUTION_ADMIN',
      dueInDays: 15,
    },
    ACCEPTED: { title: { zh: '已采纳', en: 'Accepted' }, resting: true },
    SUPERSEDED: { title: { zh: '已被新版替代', en: 'Superseded by a later edition' }, final: true },
  },
  actions: {
    saveMemberReport: {
      title: { zh: '保存年度报告', en: 'Save the report' },
      from: ['DRAFT', 'RETURNED'],
      by: ['INSTITUTION_ADMIN'],
    },
    submitMemberReport: {
      title: { zh: '提交年度报告', en: 'Submit the report' },
      from: ['DRAFT', 'RETURNED'],
      to: 'SUBMITTED',
      by: ['INSTITUTION_ADMIN'],
    },
    acceptMemberReport: {
      title: { zh: '采纳年度报告', en: 'Accept the report' },
      from: ['SUBMITTED'],
      to: 'ACCEPTED',
      by: [{ role: 'SECRETARIAT', anywhere: true }],
      guard: ({ principal, facts }: GuardContext<MemberReportFacts>) =>
        facts.submittedBy === principal.subject ? 'MEMBER_REPORT_SAME_PERSON' : undefined,
    },
    returnMemberReport: {
      title: { zh: '退回年度报告', en: 'Return the report' },
      from: ['SUBMITTED'],
      to: 'RETURNED',
      by: [{ role: 'SECRETARIAT', anywhere: true }],
    },
    supersedeMemberReport: {
      title: { zh: '以新版替代', en: 'Replace by a later edition' },
      from: ['ACCEPTED'],
      to: 'SUPERSEDED',
      // What follows when the later edition is accepted; nobody calls it.
      by: ['SERVICE'],
    },
  },
});

/** A state of a member's report. */
export type MemberReportStateName = StateOf<typeof memberReportMachine>;
