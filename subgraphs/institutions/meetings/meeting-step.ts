import type { MutationTransaction } from '../../kit/room/scope/mutate.js';
import type { RequestScope } from '../../kit/room/scope/request-scope.js';
import type { MeetingRow } from './meeting.entity.js';
import { meetingFacts, showMeeting } from './meeting.loader.js';
import { meetingMachine, type MeetingFacts, type MeetingStateName } from './meeting.machine.js';
import { meetingWork } from './meeting.work.js';

type MeetingAction = Parameters<typeof meetingMachine.check>[0];

/** A meeting and who wants to act on it, as the machine looks at them: who is invited or opened it owns it. */
export function meetingContext(
  scope: RequestScope,
  state: string,
  facts: MeetingFacts,
): Parameters<typeof meetingMachine.check>[1] {
  const isOwn = facts.isInvited || facts.isOpener || facts.isChair;
  return {
    state: state as MeetingStateName,
    principal: scope.principal,
    owner: isOwn ? scope.principal.subject : null,
    facts,
  };
}

/** Takes a step of the machine, or refuses it. */
export async function takeMeetingStep(
  scope: RequestScope,
  row: MeetingRow,
  action: MeetingAction,
): Promise<void> {
  const facts = await meetingFacts(scope, showMeeting(scope, row));
  meetingMachine.check(action, meetingContext(scope, row.state, facts));
  const next = meetingMachine.next(action, row.state as MeetingStateName);
  if (next !== row.state) row.stateSince = scope.clock.now();
  row.state = next;
}

/** Ends every mutation of a meeting: the inbox, the trail and live readers are told. */
export async function finishMeetingStep(
  scope: RequestScope,
  transaction: MutationTransaction,
  row: MeetingRow,
  detail?: { readonly [name: string]: string | number },
) {
  await transaction.flush();
  await transaction.work(meetingWork, row);
  transaction.audited({
    subjectId: row.id,
    after: { state: row.state, supporters: row.supporters },
    ...(detail === undefined ? {} : { detail }),
  });
  transaction.wake('Meeting', row.id);
  return { meeting: showMeeting(scope, row) };
}

/** How a mutation of a meeting runs. */
export function meetingOptions<Input extends object>(operation: string, input: Input) {
  return { operation, action: 'CHANGE_MEETING' as const, subjectType: 'Meeting', input };
}
