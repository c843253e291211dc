import type { RoomWing } from '../kit/room/join-wings.js';
import { DelegationService } from './grants/delegation.service.js';
import { giveFirstGrant } from './grants/first-grant.js';
import { GrantRegisterResolver } from './grants/grant-register.resolver.js';
import { GrantRegisterService } from './grants/grant-register.service.js';
import { GrantReviewEntity } from './grants/grant-review.entity.js';
import { grantReviewMachine } from './grants/grant-review.machine.js';
import { GrantReviewService } from './grants/grant-review.service.js';
import { grantReviewWork } from './grants/grant-review.work.js';
import { GrantEntity, GrantStepEntity } from './grants/grant.entity.js';
import { grantPolicy, grantReviewPolicy, grantStepPolicy } from './grants/grant.policy.js';
import { GrantResolver } from './grants/grant.resolver.js';
import { GrantService } from './grants/grant.service.js';
import { createReviewOpening } from './grants/open-reviews.js';
import { grants } from './migrations/0008-grants.js';
import { ServicePointEntity } from './service-points/service-point.entity.js';
import { servicePointPolicy } from './service-points/service-point.policy.js';
import { ServicePointResolver } from './service-points/service-point.resolver.js';
import { ServicePointService } from './service-points/service-point.service.js';

/** Who may act for whom, and where learners are served in person. */
export const grantsWing: RoomWing = {
  name: 'grants',
  entities: [GrantEntity, GrantStepEntity, GrantReviewEntity, ServicePointEntity],
  migrations: [grants],
  appendOnly: ['grant_step'],
  policies: [grantPolicy, grantStepPolicy, grantReviewPolicy, servicePointPolicy],
  machines: [grantReviewMachine],
  work: [grantReviewWork],
  emits: { WorkChanged: ['institutions'] },
  compose: ({ transact, clock, log, wakeBus, firstSecretariat }) => ({
    resolvers: [
      new GrantResolver(new GrantService(), new DelegationService()),
      new GrantRegisterResolver(new GrantRegisterService(), new GrantReviewService()),
      new ServicePointResolver(new ServicePointService()),
    ],
    references: {},
    background: [createReviewOpening({ transact, clock, log, wakeBus })],
    prepare: (sql) => giveFirstGrant(sql, firstSecretariat, clock),
  }),
};
