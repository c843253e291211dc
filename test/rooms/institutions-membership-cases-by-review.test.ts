import { describe, expect, test } from '@jest/globals';
import { activitiesWing } from '../../subgraphs/institutions/activities.wing.js';
import { admissionUnder } from '../../subgraphs/institutions/admission.wing.js';
import { governanceWing } from '../../subgraphs/institutions/governance.wing.js';
import { grantsWing } from '../../subgraphs/institutions/grants.wing.js';
import { membershipWing } from '../../subgraphs/institutions/membership.wing.js';
import { admissionRules } from '../../subgraphs/institutions/membership-cases/admission-rules.js';
import { rosterWing } from '../../subgraphs/institutions/roster.wing.js';
import { joinWings } from '../../subgraphs/kit/room/join-wings.js';
import { concluded, done, events, room, secretariat, step, useAdmissionHouse } from './admission-house.js';

const byReview = admissionUnder({ ...admissionRules, approvalByStandingCouncil: false });
useAdmissionHouse(
  joinWings('institutions', [
    rosterWing,
    membershipWing,
    byReview,
    activitiesWing,
    governanceWing,
    grantsWing,
  ]),
);

describe('an alliance whose review admits by itself (charter art. 20)', () => {
  test('approves with the conclusion of a passed review, without a motion, and files it with the council', async () => {
    const { after } = await concluded(['PASS', 'PASS', 'FAIL']);
    expect(after).toMatchObject({
      state: 'APPROVED',
      motionNo: null,
      approvedAt: room.clock.now().toISOString(),
    });
    expect(after.timeline.slice(-2)).toMatchObject([
      { action: 'concludeCaseReview', toState: 'REVIEW_PASSED', role: 'REVIEW' },
      { action: 'approveMembershipCase', toState: 'APPROVED', role: 'REVIEW' },
    ]);
    const activated = await done(
      secretariat,
      'activateMembership',
      step(after, { memberCode: 'BYREVIEW', charterVersion: '2016-07-15' }),
    );
    expect(await events('MemberAdmitted', activated.institutionId)).toHaveLength(1);
  });

  test('leaves a failed review a failed one', async () => {
    const { after } = await concluded(['PASS', 'FAIL', 'FAIL']);
    expect(after).toMatchObject({ state: 'REVIEW_FAILED', approvedAt: null });
  });
});
