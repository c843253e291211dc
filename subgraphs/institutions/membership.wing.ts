import type { RoomWing } from '../kit/room/join-wings.js';
import { inactivityEvidence } from './activities/inactivity-evidence.js';
import { MembershipExitEntity } from './membership-exits/membership-exit.entity.js';
import { membershipExitMachine } from './membership-exits/membership-exit.machine.js';
import { membershipExitPolicy } from './membership-exits/membership-exit.policy.js';
import {
  ExitOfMembershipResolver,
  MembershipExitResolver,
} from './membership-exits/membership-exit.resolver.js';
import { MembershipExitService } from './membership-exits/membership-exit.service.js';
import { membershipExitWork } from './membership-exits/membership-exit.work.js';
import { MembershipEntity } from './memberships/membership.entity.js';
import { membershipMachine } from './memberships/membership.machine.js';
import { membershipPolicy } from './memberships/membership.policy.js';
import { MembershipResolver } from './memberships/membership.resolver.js';
import { MembershipService } from './memberships/membership.service.js';
import { membershipWork } from './memberships/membership.work.js';
import { SuccessorResolver } from './memberships/successor.resolver.js';
import { exits } from './migrations/0004-exits.js';
import { inAndOut } from './migrations/0012-in-and-out.js';
import { ViolationCaseEntity, ViolationStatementEntity } from './violation-cases/violation-case.entity.js';
import { violationCaseMachine } from './violation-cases/violation-case.machine.js';
import { violationCasePolicy, violationStatementPolicy } from './violation-cases/violation-case.policy.js';
import { CaseOfExitResolver, ViolationCaseResolver } from './violation-cases/violation-case.resolver.js';
import { ViolationCaseService } from './violation-cases/violation-case.service.js';
import { violationCaseWork } from './violation-cases/violation-case.work.js';

/** Memberships, from the moment they count to their end: suspension, the three exits, cases of violations, mergers. */
export const membershipWing: RoomWing = {
  name: 'membership',
  entities: [MembershipEntity, MembershipExitEntity, ViolationCaseEntity, ViolationStatementEntity],
  migrations: [exits, inAndOut],
  appendOnly: ['violation_statement'],
  policies: [membershipPolicy, membershipExitPolicy, violationCasePolicy, violationStatementPolicy],
  machines: [membershipMachine, membershipExitMachine, violationCaseMachine],
  work: [membershipWork, membershipExitWork, violationCaseWork],
  emits: { MemberAdmitted: [], MembershipChanged: ['institutions'], WorkChanged: ['institutions'] },
  compose() {
    const memberships = new MembershipService();
    const exitService = new MembershipExitService(inactivityEvidence);
    const caseService = new ViolationCaseService();
    return {
      resolvers: [
        new MembershipResolver(memberships),
        new SuccessorResolver(),
        new MembershipExitResolver(exitService),
        new ExitOfMembershipResolver(exitService),
        new ViolationCaseResolver(caseService),
        new CaseOfExitResolver(caseService),
      ],
      references: {},
    };
  },
};
