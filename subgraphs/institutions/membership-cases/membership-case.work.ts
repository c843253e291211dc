import { endOfLegalDay } from '../../kit/room/machine/due-date.js';
import type { WorkSource } from '../../kit/room/work/work-source.js';
import { MembershipCaseEntity, type MembershipCaseRow } from './membership-case.entity.js';
import { membershipCaseMachine, stepsByVotes, type MembershipCaseAction } from './membership-case.machine.js';

const { definition } = membershipCaseMachine;

/** The machine as officials act on it: what follows from votes is nobody's button. */
const machine = {
  definition: {
    ...definition,
    actions: Object.fromEntries(
      Object.entries(definition.actions).filter(([name]) => !stepsByVotes.has(name as MembershipCaseAction)),
    ),
  },
};

/** Cases that wait for the secretariat or the standing council; experts are waited for by their reviews. */
export const membershipCaseWork: WorkSource<MembershipCaseRow> = {
  type: 'MembershipCase',
  entity: MembershipCaseEntity,
  machine,
  item: ({ caseNo, name, stateSince, dueOn, applicant }) => ({
    about: name == null ? caseNo : `${caseNo} ${name}`,
    since: stateSince,
    dueAt: dueOn == null ? null : endOfLegalDay(dueOn),
    // Nobody decides on an application of their own.
    notFor: [applicant],
  }),
};
