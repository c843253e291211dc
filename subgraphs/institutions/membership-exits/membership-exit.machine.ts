import { hasRole } from '../../kit/base/identity/principal.js';
import { defineMachine } from '../../kit/room/machine/machine.js';
import type { Actor, GuardContext, Refusal } from '../../kit/room/machine/machine-definition.js';

const secretariat = { role: 'SECRETARIAT', anywhere: true } as const satisfies Actor;
const council = { role: 'COUNCIL_MEMBER', anywhere: true } as const satisfies Actor;

/** What the guards of an exit look at. */
export interface ExitFacts {
  readonly ground: string;
  readonly institutionId: string;
}

/** Whoever may have proposed it may take it back: the member what it asked for, the secretariat what it proposed. */
function bySideThatProposed({ principal, facts }: GuardContext<ExitFacts>): Refusal | undefined {
  const isTheirs =
    facts.ground === 'VOLUNTARY'
      ? hasRole(principal, 'INSTITUTION_ADMIN', facts.institutionId)
      : hasRole(principal, 'SECRETARIAT');
  return isTheirs ? undefined : { code: 'ACTION_FORBIDDEN', parameters: { action: 'withdrawExit' } };
}

/**
 * The exit of a member, whatever its ground; it begins with its proposal. The charter names no periods: the days here
 * are proposals of ours.
 */
export const membershipExitMachine = defineMachine({
  name: 'MembershipExit',
  source: 'model.md sections 2, 3.13 and 3.14; charter art. 21',
  initial: ['PROPOSED'],
  states: {
    PROPOSED: {
      title: { zh: '待常务理事会决定', en: 'The standing council has to decide' },
      waitsFor: council,
      dueInDays: 180,
    },
    RUN_OFF: {
      title: { zh: '履行存续义务', en: 'Obligations are being fulfilled' },
      waitsFor: secretariat,
      dueInDays: 365,
    },
    COMPLETED: { title: { zh: '已退出', en: 'Completed' }, final: true },
    REJECTED: { title: { zh: '未予通过', en: 'Rejected' }, final: true },
    WITHDRAWN: { title: { zh: '已撤回', en: 'Withdrawn' }, final: true },
  },
  actions: {
    withdrawExit: {
      title: { zh: '撤回', en: 'Withdraw the proposal' },
      from: ['PROPOSED'],
      to: 'WITHDRAWN',
      by: ['INSTITUTION_ADMIN', secretariat],
      guard: bySideThatProposed,
    },
    approveExit: {
      title: { zh: '常务理事会同意退出', en: 'The motion is carried' },
      from: ['PROPOSED'],
      to: 'RUN_OFF',
      by: [council],
    },
    rejectExit: {
      title: { zh: '常务理事会不同意退出', en: 'The motion is not carried' },
      from: ['PROPOSED'],
      to: 'REJECTED',
      by: [council],
    },
    completeExit: {
      title: { zh: '完成退出', en: 'Complete the exit' },
      from: ['RUN_OFF'],
      to: 'COMPLETED',
      by: [secretariat],
    },
  },
});

/** What no mutation of this noun does: the motion that is closed does it. */
export const decidedByMotion: readonly string[] = ['approveExit', 'rejectExit'];
