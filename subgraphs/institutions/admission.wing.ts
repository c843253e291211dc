import type { RoomWing } from '../kit/room/join-wings.js';
import { workChangedType } from '../kit/room/work/work-event.js';
import { CaseOpinionResolver } from './case-reviews/case-opinion.resolver.js';
import { CaseOpinionService } from './case-reviews/case-opinion.service.js';
import { CaseReviewEntity } from './case-reviews/case-review.entity.js';
import { caseReviewById } from './case-reviews/case-review.loader.js';
import { caseReviewMachine } from './case-reviews/case-review.machine.js';
import { caseReviewPolicy } from './case-reviews/case-review.policy.js';
import { CaseReviewResolver } from './case-reviews/case-review.resolver.js';
import { CaseReviewService } from './case-reviews/case-review.service.js';
import { caseReviewWork } from './case-reviews/case-review.work.js';
import { CouncilFilingEntity } from './council-filings/council-filing.entity.js';
import { councilFilingById } from './council-filings/council-filing.loader.js';
import { councilFilingMachine } from './council-filings/council-filing.machine.js';
import { councilFilingPolicy } from './council-filings/council-filing.policy.js';
import { CouncilFilingResolver } from './council-filings/council-filing.resolver.js';
import { CouncilFilingService } from './council-filings/council-filing.service.js';
import { councilFilingWork } from './council-filings/council-filing.work.js';
import { ExpertConflictEntity, ExpertEntity } from './experts/expert.entity.js';
import { expertById } from './experts/expert.loader.js';
import { expertMachine } from './experts/expert.machine.js';
import { expertConflictPolicy, expertPolicy } from './experts/expert.policy.js';
import { ExpertResolver } from './experts/expert.resolver.js';
import { ExpertService } from './experts/expert.service.js';
import { expertWork } from './experts/expert.work.js';
import { ActivationResolver } from './membership-cases/activation.resolver.js';
import { ActivationService } from './membership-cases/activation.service.js';
import { admissionRules, type AdmissionRules } from './membership-cases/admission-rules.js';
import { MembershipCaseEntity, MembershipCaseStepEntity } from './membership-cases/membership-case.entity.js';
import { membershipCaseById } from './membership-cases/membership-case.loader.js';
import { membershipCaseMachine } from './membership-cases/membership-case.machine.js';
import { membershipCasePolicy, membershipCaseStepPolicy } from './membership-cases/membership-case.policy.js';
import { MembershipCaseResolver } from './membership-cases/membership-case.resolver.js';
import { MembershipCaseService } from './membership-cases/membership-case.service.js';
import { membershipCaseWork } from './membership-cases/membership-case.work.js';
import { MembershipLetterService } from './membership-cases/membership-letter.service.js';
import { admission } from './migrations/0003-admission.js';
import { caseReviews } from './migrations/0003-case-reviews.js';

/** The way into the alliance under other rules than the usual ones. */
export const admissionUnder = (rules: AdmissionRules): RoomWing => ({
  name: 'admission',
  entities: [
    MembershipCaseEntity,
    MembershipCaseStepEntity,
    CouncilFilingEntity,
    ExpertEntity,
    ExpertConflictEntity,
    CaseReviewEntity,
  ],
  migrations: [admission, caseReviews],
  appendOnly: ['membership_case_step', 'expert_conflict'],
  policies: [
    membershipCasePolicy,
    membershipCaseStepPolicy,
    councilFilingPolicy,
    expertPolicy,
    expertConflictPolicy,
    caseReviewPolicy,
  ],
  machines: [membershipCaseMachine, caseReviewMachine, expertMachine, councilFilingMachine],
  work: [membershipCaseWork, caseReviewWork, expertWork, councilFilingWork],
  emits: { MemberAdmitted: [], [workChangedType]: [] },
  compose({ files }) {
    const letters = new MembershipLetterService(files);
    return {
      resolvers: [
        new MembershipCaseResolver(new MembershipCaseService(letters), letters),
        new ActivationResolver(new ActivationService()),
        new CaseReviewResolver(new CaseReviewService(rules)),
        new CaseOpinionResolver(new CaseOpinionService()),
        new ExpertResolver(new ExpertService()),
        new CouncilFilingResolver(new CouncilFilingService()),
      ],
      references: {
        MembershipCase: ({ id }, { scope }) => scope.load(membershipCaseById, String(id)),
        CaseReview: ({ id }, { scope }) => scope.load(caseReviewById, String(id)),
        CouncilFiling: ({ id }, { scope }) => scope.load(councilFilingById, String(id)),
        Expert: ({ id }, { scope }) => scope.load(expertById, String(id)),
      },
    };
  },
});

/** The way into the alliance: applications, experts, reviews, filings with the council. */
export const admissionWing: RoomWing = admissionUnder(admissionRules);
