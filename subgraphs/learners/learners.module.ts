import 'reflect-metadata';
import type { RoomKit, RoomModule, RoomParts } from '../kit/room/room-module.js';
import { AccountEntity } from './accounts/account.entity.js';
import { accountMachine } from './accounts/account.machine.js';
import { accountPolicy } from './accounts/account.policy.js';
import { AccountResolver } from './accounts/account.resolver.js';
import { AccountService } from './accounts/account.service.js';
import { foldTally } from '../kit/room/figures/fold-tally.js';
import { DashboardReference } from './dashboards/dashboard-reference.js';
import { DashboardResolver } from './dashboards/dashboard.resolver.js';
import { accountWork } from './accounts/account.work.js';
import { DepositEntity } from './deposits/deposit.entity.js';
import { depositMachine } from './deposits/deposit.machine.js';
import { depositPolicy } from './deposits/deposit.policy.js';
import { DepositResolver } from './deposits/deposit.resolver.js';
import { DepositService } from './deposits/deposit.service.js';
import { depositWork } from './deposits/deposit.work.js';
import { IdentityVault } from './identities/identity-vault.js';
import { PersonIdentityEntity } from './identities/person-identity.entity.js';
import { personIdentityPolicy } from './identities/person-identity.policy.js';
import { InstitutionResolver } from './institutions/institution.resolver.js';
import { ObligationsResolver } from './institutions/obligations.resolver.js';
import { LearnerEntity } from './learners/learner.entity.js';
import { learnerPolicy } from './learners/learner.policy.js';
import { LearnerResolver } from './learners/learner.resolver.js';
import { LearnerService } from './learners/learner.service.js';
import { people } from './migrations/0001-people.js';
import { deposits } from './migrations/0002-deposits.js';
import { figures } from './migrations/0003-figures.js';
import { servicePoints } from './migrations/0004-service-points.js';
import { StudentRecordLinkEntity } from './student-records/student-record-link.entity.js';
import { studentRecordLinkPolicy } from './student-records/student-record-link.policy.js';
import { CourseResultResolver, StudentRecordResolver } from './student-records/student-record.resolver.js';
import { StudentRecordService } from './student-records/student-record.service.js';

/** Learners, their accounts, documents, school records and deposits. */
export const learnersModule: RoomModule = {
  name: 'learners',
  entities: [LearnerEntity, AccountEntity, PersonIdentityEntity, StudentRecordLinkEntity, DepositEntity],
  migrations: [people, deposits, figures, servicePoints],
  policies: [learnerPolicy, accountPolicy, personIdentityPolicy, studentRecordLinkPolicy, depositPolicy],
  machines: [accountMachine, depositMachine],
  work: [accountWork, depositWork],
  emits: {
    AccountActivated: [],
    DepositBanked: ['agreements'],
    DepositRevoked: ['agreements'],
    WorkChanged: ['institutions'],
  },
  compose,
};

function compose({ cipher, clock }: RoomKit): RoomParts {
  const vault = new IdentityVault(cipher, clock);
  const learnerService = new LearnerService(vault);
  const depositService = new DepositService();
  return {
    resolvers: [
      new LearnerResolver(learnerService, depositService),
      new AccountResolver(new AccountService(vault)),
      new DepositResolver(depositService),
      new StudentRecordResolver(new StudentRecordService(vault)),
      new CourseResultResolver(),
      new InstitutionResolver(),
      new DashboardResolver(),
      new ObligationsResolver(),
    ],
    orphanedTypes: [DashboardReference],
    tidy: {
      depositTally: (sql) => foldTally(sql, 'deposit'),
      accountTally: (sql) => foldTally(sql, 'account'),
    },
    references: {
      Learner: ({ id }, { scope }) => learnerService.byId(scope, String(id)),
      Deposit: ({ id }, { scope }) => depositService.byId(scope, String(id)),
      Institution: async ({ id }) => ({ id: String(id) }),
      Dashboard: async (dashboard) => dashboard,
      StudentRecord: async ({ institutionId, studentNumber }) => ({
        institutionId: String(institutionId),
        studentNumber: String(studentNumber),
      }),
      CourseResult: async ({ institutionId, nativeKey }) => ({
        institutionId: String(institutionId),
        nativeKey: String(nativeKey),
      }),
    },
  };
}
