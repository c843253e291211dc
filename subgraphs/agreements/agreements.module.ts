import 'reflect-metadata';
import type { RoomModule, RoomParts } from '../kit/room/room-module.js';
import {
  AgreementApprovalEntity,
  AgreementEntity,
  AgreementVersionEntity,
} from './agreements/agreement.entity.js';
import { agreementMachine } from './agreements/agreement.machine.js';
import {
  agreementApprovalPolicy,
  agreementPolicy,
  agreementVersionPolicy,
} from './agreements/agreement.policy.js';
import { AgreementResolver } from './agreements/agreement.resolver.js';
import { AgreementService } from './agreements/agreement.service.js';
import { agreementWork } from './agreements/agreement.work.js';
import { CreditSchemeResolver } from './credit-schemes/credit-scheme.resolver.js';
import { DashboardReference } from './dashboards/dashboard-reference.js';
import { DashboardResolver } from './dashboards/dashboard.resolver.js';
import { InstitutionResolver } from './institutions/institution.resolver.js';
import { ObligationsResolver } from './institutions/obligations.resolver.js';
import { DepositBalanceEntity } from './ledger/deposit-balance.entity.js';
import { depositBalancePolicy } from './ledger/deposit-balance.policy.js';
import { depositEvents } from './ledger/deposit-events.js';
import { DepositResolver } from './ledger/deposit.resolver.js';
import { DepositReference } from './ledger/deposit.types.js';
import { agreements } from './migrations/0001-agreements.js';
import { ledger } from './migrations/0002-ledger.js';
import { figures } from './migrations/0003-figures.js';

/** Agreements between institutions, credit schemes, and the ledger of what conversions use of deposits. */
export const agreementsModule: RoomModule = {
  name: 'agreements',
  entities: [AgreementEntity, AgreementVersionEntity, AgreementApprovalEntity, DepositBalanceEntity],
  migrations: [agreements, ledger, figures],
  appendOnly: ['agreement_version', 'agreement_approval', 'consumption_entry'],
  policies: [agreementPolicy, agreementVersionPolicy, agreementApprovalPolicy, depositBalancePolicy],
  machines: [agreementMachine],
  work: [agreementWork],
  emits: { AgreementSigned: ['institutions'], WorkChanged: ['institutions'] },
  compose,
};

function compose(): RoomParts {
  const agreementService = new AgreementService();
  return {
    resolvers: [
      new AgreementResolver(agreementService),
      new CreditSchemeResolver(),
      new InstitutionResolver(agreementService),
      new ObligationsResolver(),
      new DepositResolver(),
      new DashboardResolver(),
    ],
    orphanedTypes: [DepositReference, DashboardReference],
    references: {
      Agreement: ({ id }, { scope }) => agreementService.byId(scope, String(id)),
      Institution: async ({ id }) => ({ id: String(id) }),
      Dashboard: async (dashboard) => dashboard,
      Deposit: async ({ id, credits }) => ({ id: String(id), credits }),
    },
    subscriptions: [depositEvents],
  };
}
